// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/import/logline.h"

#include "admin/import/bytescan.h"
#include "admin/import/valuecheck.h"

#include <algorithm>

namespace Shardboard {

namespace {

using Text = std::string_view;

constexpr Text noValue = "-";

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool areDigits(Text text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), isDigit);
}

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

int hexValue(char c)
{
    if (isDigit(c))
        return c - '0';
    const char lower = char(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// Undoes the escapes of a field at the end of `buffer`; the field itself when that gives no plain text.
Text unescaped(Text field, std::string &buffer)
{
    if (field.find('\\') == Text::npos)
        return field;
    const size_t begin = buffer.size();
    for (size_t i = 0; i < field.size(); ++i) {
        if (field[i] != '\\') {
            buffer += field[i];
            continue;
        }
        const char next = i + 1 < field.size() ? field[i + 1] : '\0';
        if (next == '"' || next == '\\') {
            buffer += next;
            ++i;
        } else if (next == 'x' && i + 3 < field.size() && hexValue(field[i + 2]) >= 0 && hexValue(field[i + 3]) >= 0) {
            buffer += char(hexValue(field[i + 2]) * 16 + hexValue(field[i + 3]));
            i += 3;
        } else {
            buffer.resize(begin);
            return field;
        }
    }
    const Text text = Text(buffer).substr(begin);
    const bool hasControls
        = std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
    if (!hasControls && !findTextFault(text.data(), text.data() + text.size()))
        return text;
    buffer.resize(begin);
    return field;
}

std::optional<Text> orNull(Text text)
{
    return text == noValue ? std::nullopt : std::optional(text);
}

/// Takes a line apart from left to right.
class LineReader
{
public:
    LineReader(Text text, LogLine &line) : m_rest(text), m_line(line) {}

    const char *read()
    {
        if (m_rest.empty())
            return "the line is empty";
        if (const char *fault = readHost())
            return fault;
        if (const char *fault = readRequest())
            return fault;
        if (const char *fault = readNumbers())
            return fault;
        while (!m_rest.empty() && m_rest.back() == ' ')
            m_rest.remove_suffix(1);
        if (m_rest.empty()) {
            m_line.values[LogLine::Referrer] = m_line.values[LogLine::UserAgent] = std::nullopt;
            return nullptr;
        }
        return readClient();
    }

private:
    bool take(Text text)
    {
        if (m_rest.substr(0, text.size()) != text)
            return false;
        m_rest.remove_prefix(text.size());
        return true;
    }

    Text takeWord()
    {
        const Text word = m_rest.substr(0, m_rest.find(' '));
        m_rest.remove_prefix(word.size());
        return word;
    }

    /// Up to the quote that is not escaped; nullopt when there is none. Past the opening quote.
    std::optional<Text> takeQuoted()
    {
        for (size_t i = 0; i < m_rest.size(); ++i) {
            if (m_rest[i] == '\\') {
                ++i;
            } else if (m_rest[i] == '"') {
                const Text field = m_rest.substr(0, i);
                m_rest.remove_prefix(i + 1);
                return field;
            }
        }
        return std::nullopt;
    }

    const char *readHost()
    {
        const Text host = takeWord();
        if (host.empty() || !take(" "))
            return "no host at the beginning";
        // A user's name may hold spaces and brackets: the first thing that is a time is the time.
        for (size_t at = m_rest.find(" ["); at != Text::npos; at = m_rest.find(" [", at + 1)) {
            const Text time = rewriteTime(m_rest.substr(at + 2, 26), m_line.buffer);
            if (time.empty() || m_rest.substr(at + 28, 1) != "]")
                continue;
            if (m_rest.substr(0, at).find(' ') == Text::npos)
                return "no ident and user between host and time";
            m_line.values[LogLine::IpAddress] = orNull(host);
            m_line.values[LogLine::IngestTime] = time;
            m_rest.remove_prefix(at + 29);
            return nullptr;
        }
        return "no valid time such as [17/May/2015:10:05:03 +0000]";
    }

    const char *readRequest()
    {
        if (!take(" \""))
            return "no quoted request after the time";
        const auto field = takeQuoted();
        if (!field)
            return "the quote of the request is never closed";
        const Text request = unescaped(*field, m_line.buffer);
        auto &method = m_line.values[LogLine::Method];
        auto &url = m_line.values[LogLine::Url];
        method = url = std::nullopt;
        if (request.empty() || request == noValue)
            return nullptr;
        const Text word = request.substr(0, request.find(' '));
        const bool isMethod = word.size() < request.size() && !word.empty()
            && std::all_of(
                word.begin(), word.end(), [](char c) { return (c >= 'A' && c <= 'Z') || c == '-' || c == '_'; });
        if (!isMethod) {
            url = request;
            return nullptr;
        }
        method = word;
        const Text target = request.substr(word.size() + 1);
        const size_t protocol = target.rfind(" HTTP/");
        url = target.substr(0, protocol);
        return nullptr;
    }

    const char *readNumbers()
    {
        if (!take(" "))
            return "no status after the request";
        const Text status = takeWord();
        if (status != noValue && !(areDigits(status) && status.size() == 3))
            return "the status is not a number of three digits";
        if (!take(" "))
            return "no size after the status";
        const Text size = takeWord();
        if (size != noValue && !(areDigits(size) && size.size() <= 18))
            return "the size is not a number";
        m_line.values[LogLine::StatusCode] = orNull(status);
        m_line.values[LogLine::ResponseBytes] = orNull(size);
        return nullptr;
    }

    const char *readClient()
    {
        if (!take(" \""))
            return "something other than a quoted referrer after the size";
        const auto referrer = takeQuoted();
        if (!referrer)
            return "the quote of the referrer is never closed";
        if (!take(" \""))
            return "no quoted user agent after the referrer";
        const auto agent = takeQuoted();
        if (!agent)
            return "the quote of the user agent is never closed";
        if (!m_rest.empty())
            return "more text after the user agent";
        m_line.values[LogLine::Referrer] = orNull(unescaped(*referrer, m_line.buffer));
        m_line.values[LogLine::UserAgent] = orNull(unescaped(*agent, m_line.buffer));
        return nullptr;
    }

    Text m_rest;
    LogLine &m_line;
};

} // namespace

const char *parseLogLine(QByteArrayView text, LogLine &line)
{
    // What is rewritten is never longer than the line: once reserved, the values stay where they are.
    line.buffer.clear();
    line.buffer.reserve(size_t(text.size()) + 64);
    return LineReader(Text(text.data(), size_t(text.size())), line).read();
}

} // namespace Shardboard
