// SPDX-License-Identifier: GPL-3.0-or-later
// The common and the combined format of Apache and nginx, as their packages have them and as people extend them.
#include "admin/import/logtext.h"
#include "admin/import/valuecheck.h"

namespace Shardboard::LogText {

namespace {

/// "May" → 5; 0 for anything else.
int monthNumber(Text name)
{
    static constexpr Text names = "JanFebMarAprMayJunJulAugSepOctNovDec";
    for (size_t i = 0; i < names.size(); i += 3) {
        if (names.substr(i, 3) == name)
            return int(i / 3) + 1;
    }
    return 0;
}

/// `17/May/2015:10:05:03 +0000` → `2015-05-17 10:05:03+0000` at the end of `buffer`; empty when it is no time.
Text rewriteTime(Text text, std::string &buffer)
{
    constexpr Text shape = "00/AAA/0000:00:00:00 +0000";
    if (text.size() != shape.size())
        return {};
    for (size_t i = 0; i < shape.size(); ++i) {
        const bool fits = shape[i] == '0' ? isDigit(text[i])
            : shape[i] == 'A'             ? true
            : shape[i] == '+'             ? text[i] == '+' || text[i] == '-'
                                          : text[i] == shape[i];
        if (!fits)
            return {};
    }
    const int month = monthNumber(text.substr(3, 3));
    if (month == 0)
        return {};
    const size_t begin = buffer.size();
    buffer.append(text.substr(7, 4)).append(1, '-').append(1, char('0' + month / 10)).append(1, char('0' + month % 10));
    buffer.append(1, '-').append(text.substr(0, 2)).append(1, ' ').append(text.substr(12, 8)).append(text.substr(21));
    const Text time = Text(buffer).substr(begin);
    return timestampFits(QByteArrayView(time.data(), qsizetype(time.size()))) ? time : Text();
}

class CombinedReader
{
public:
    CombinedReader(Text text, LogLine &line) : m_reader(text), m_line(line) {}

    const char *read()
    {
        if (m_reader.rest().empty())
            return "the line is empty";
        for (const auto step : {&CombinedReader::readStart, &CombinedReader::readRequestField,
                 &CombinedReader::readNumbers, &CombinedReader::readClient}) {
            if (const char *fault = (this->*step)())
                return fault;
        }
        return nullptr;
    }

private:
    /// Up to the time, which is the first thing that is one: a user's name may hold spaces and brackets.
    const char *readStart()
    {
        const Text rest = m_reader.rest();
        if (rest.front() == ' ' || rest.find(' ') == Text::npos)
            return "no host at the beginning";
        for (size_t at = rest.find(" ["); at != Text::npos; at = rest.find(" [", at + 1)) {
            const Text time = rewriteTime(rest.substr(at + 2, 26), m_line.buffer);
            if (time.empty() || rest.substr(at + 28, 1) != "]")
                continue;
            m_line.values[LogLine::IngestTime] = time;
            m_reader.skip(at + 29);
            return readHost(Reader(rest.substr(0, at)));
        }
        return "no valid time such as [17/May/2015:10:05:03 +0000]";
    }

    /// `host ident user`, with the server's name and port before it in Apache's vhost formats.
    const char *readHost(Reader start)
    {
        const Text whole = start.rest();
        Text host = start.takeWord();
        if (addressIn(host).empty() && isServerName(host, start)) {
            m_line.hasMore = true;
            start.take(" ");
            host = start.takeWord();
        }
        Text address = addressIn(host);
        // The list of a X-Forwarded-For header: the client, and then the proxies on the way.
        while (host.ends_with(',') && start.take(" ")) {
            m_line.hasMore = true;
            if (address.empty())
                address = addressIn(host.substr(0, host.size() - 1));
            host = start.takeWord();
        }
        if (address.empty())
            address = addressIn(host);
        if (!start.take(" ") || start.rest().find(' ') == Text::npos)
            return "no ident and user between host and time";
        m_line.hasNoAddress = address.empty() && whole.substr(0, 2) != "- ";
        m_line.values[LogLine::IpAddress] = address.empty() ? std::nullopt : std::optional(address);
        return nullptr;
    }

    /// Whether the word is not the client's: the next one is an address, or the word has a port and another follows.
    static bool isServerName(Text word, Reader rest)
    {
        if (word == noValue || word.ends_with(',') || !rest.take(" "))
            return false;
        Text next = rest.takeWord();
        if (next.ends_with(','))
            next.remove_suffix(1);
        if (!addressIn(next).empty())
            return true;
        const size_t colon = word.rfind(':');
        const bool hasPort = colon != Text::npos && areDigits(word.substr(colon + 1));
        return hasPort && rest.take(" ") && rest.rest().find(' ') != Text::npos;
    }

    const char *readRequestField()
    {
        if (!m_reader.take(" \""))
            return "no quoted request after the time";
        const auto field = m_reader.takeQuoted();
        if (!field)
            return "the quote of the request is never closed";
        readRequest(unescaped(*field, m_line.buffer), m_line);
        return nullptr;
    }

    const char *readNumbers()
    {
        if (!m_reader.take(" "))
            return "no status after the request";
        const Text status = m_reader.takeWord();
        if (status != noValue && !(areDigits(status) && status.size() == 3))
            return "the status is not a number of three digits";
        if (!m_reader.take(" "))
            return "no size after the status";
        const Text size = m_reader.takeWord();
        if (size != noValue && !(areDigits(size) && size.size() <= 18))
            return "the size is not a number";
        m_line.values[LogLine::StatusCode] = orNull(status);
        m_line.values[LogLine::ResponseBytes] = orNull(size);
        return nullptr;
    }

    const char *readClient()
    {
        if (m_reader.rest().find_first_not_of(' ') == Text::npos)
            return nullptr; // the common format
        if (!m_reader.take(" \""))
            return "something other than a quoted referrer after the size";
        const auto referrer = m_reader.takeQuoted();
        if (!referrer)
            return "the quote of the referrer is never closed";
        if (!m_reader.take(" \""))
            return "no quoted user agent after the referrer";
        const auto agent = m_reader.takeQuoted();
        if (!agent)
            return "the quote of the user agent is never closed";
        m_line.values[LogLine::Referrer] = orNull(unescaped(*referrer, m_line.buffer));
        m_line.values[LogLine::UserAgent] = orNull(unescaped(*agent, m_line.buffer));
        return readFurther();
    }

    /// What formats add: nginx's packages the header X-Forwarded-For, others times and names.
    const char *readFurther()
    {
        while (m_reader.rest().find_first_not_of(' ') != Text::npos) {
            m_line.hasMore = true;
            if (!m_reader.take(" "))
                return "text that no space separates from the user agent or from a field behind it";
            if (!m_reader.take("\""))
                m_reader.takeWord();
            else if (!m_reader.takeQuoted())
                return "a quote behind the user agent is never closed";
        }
        return nullptr;
    }

    Reader m_reader;
    LogLine &m_line;
};

} // namespace

const char *readCombined(Text text, LogLine &line)
{
    return CombinedReader(text, line).read();
}

} // namespace Shardboard::LogText
