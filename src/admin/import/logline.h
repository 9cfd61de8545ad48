// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace Shardboard {

/// One line of an access log in the common or the combined format of Apache and nginx:
/// `host ident user [time] "request" status bytes` and, combined, `"referrer" "user agent"`.
struct LogLine
{
    static constexpr std::array<const char *, 8> fieldNames{
        "ip_address", "ingest_time", "method", "url", "status_code", "response_bytes", "referrer", "user_agent"};
    enum Field { IpAddress, IngestTime, Method, Url, StatusCode, ResponseBytes, Referrer, UserAgent };

    /// In the order of fieldNames; nullopt is NULL ("-" in the log). The texts are as parseLogLine() says.
    std::array<std::optional<std::string_view>, 8> values;
    std::string buffer; ///< holds what had to be rewritten; reused from line to line
};

/// Reads a line without its line end. Returns nullptr and fills `line`, or tells what is wrong. The values stay valid
/// until the bytes or `line` change. The time is written as `2015-05-17 10:05:03+0000`; a request that is none ("-", or
/// the bytes of a TLS handshake on a plain port) has no method, and as url what was logged, if anything. The escapes \"
/// \\ \xhh are undone when that gives valid UTF-8 without control characters, else the field stays as logged.
const char *parseLogLine(QByteArrayView text, LogLine &line);

} // namespace Shardboard
