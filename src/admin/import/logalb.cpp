// SPDX-License-Identifier: GPL-3.0-or-later
// The access log of an AWS load balancer: application (the type first) and classic (the time first).
#include "admin/import/logtext.h"
#include "admin/import/valuecheck.h"

#include <array>
#include <charconv>
#include <cmath>

namespace Shardboard::LogText {

namespace {

/// Between the time and the quoted request.
enum Word {
    Balancer,
    Client,
    Target,
    RequestTime,
    TargetTime,
    ResponseTime,
    Status,
    TargetStatus,
    Received,
    Sent,
    End
};

bool isTime(Text text)
{
    return text.find('T') != Text::npos && timestampFits(QByteArrayView(text.data(), qsizetype(text.size())));
}

/// The three times together, in milliseconds at the end of `buffer`; nullopt where one is -1: the request did not get
/// that far.
std::optional<Text> milliseconds(const std::array<Text, End> &words, std::string &buffer)
{
    double seconds = 0;
    for (const Word word : {RequestTime, TargetTime, ResponseTime}) {
        const Text text = words[word];
        double value = -1;
        const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
        if (read.ec != std::errc() || read.ptr != text.data() + text.size() || value < 0 || value > 1e9)
            return std::nullopt;
        seconds += value;
    }
    const size_t begin = buffer.size();
    buffer += std::to_string(std::llround(seconds * 1000));
    return Text(buffer).substr(begin);
}

const char *readNumber(Text text, size_t mostDigits, const char *fault, std::optional<Text> &value)
{
    if (text != noValue && !(areDigits(text) && text.size() <= mostDigits))
        return fault;
    value = orNull(text);
    return nullptr;
}

const char *readQuoted(Reader &reader, LogLine &line, Text &value)
{
    if (!reader.take(" \""))
        return "no quoted request and user agent after the sizes";
    const auto field = reader.takeQuoted();
    if (!field)
        return "a quote is never closed";
    value = unescaped(*field, line.buffer);
    return nullptr;
}

} // namespace

const char *readAlb(Text text, LogLine &line)
{
    Reader reader(text);
    Text time = reader.takeWord();
    if (!isTime(time) && reader.take(" "))
        time = reader.takeWord();
    if (!isTime(time))
        return "no time such as 2018-07-02T22:23:00.186641Z at the beginning";
    std::array<Text, End> words;
    for (Text &word : words) {
        if (!reader.take(" "))
            return "fewer fields than a load balancer writes";
        word = reader.takeWord();
    }
    const Text address = addressIn(words[Client]);
    line.values[LogLine::IngestTime] = time;
    line.values[LogLine::IpAddress] = address.empty() ? std::nullopt : std::optional(address);
    line.hasNoAddress = address.empty() && words[Client] != noValue;
    if (const char *fault
        = readNumber(words[Status], 3, "the status is not a number of three digits", line.values[LogLine::StatusCode]))
        return fault;
    if (const char *fault
        = readNumber(words[Sent], 18, "the size is not a number", line.values[LogLine::ResponseBytes]))
        return fault;
    line.values[LogLine::ResponseTime] = milliseconds(words, line.buffer);
    Text request, agent;
    if (const char *fault = readQuoted(reader, line, request))
        return fault;
    readRequest(request, line);
    if (const char *fault = readQuoted(reader, line, agent))
        return fault;
    line.values[LogLine::UserAgent] = orNull(agent);
    return nullptr;
}

} // namespace Shardboard::LogText
