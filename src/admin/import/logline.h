// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/import/importsettings.h"

#include <QByteArray>
#include <QByteArrayView>

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace Shardboard {

/// One line of an access log.
struct LogLine
{
    static constexpr std::array<const char *, 9> fieldNames{"ip_address", "ingest_time", "method", "url", "status_code",
        "response_bytes", "referrer", "user_agent", "response_time_msec"};
    enum Field { IpAddress, IngestTime, Method, Url, StatusCode, ResponseBytes, Referrer, UserAgent, ResponseTime };

    /// How many of the fields a format has.
    static constexpr size_t fieldCount(ImportFormat format)
    {
        return format == ImportFormat::Combined ? fieldNames.size() - 1 : fieldNames.size();
    }

    /// In the order of fieldNames; nullopt is NULL ("-" in the log). The texts are as parseLogLine() says.
    std::array<std::optional<std::string_view>, 9> values;
    std::string buffer; ///< holds what had to be rewritten; reused from line to line
    bool hasMore = false; ///< more than the fields: a server name before them, or text after them
    bool hasNoAddress = false; ///< the client is named, but not by an IP address: the field is NULL
};

/// Reads a line without its line end. Returns nullptr and fills `line`, or tells what is wrong. The values stay valid
/// until the bytes or `line` change.
///
/// Combined: `host ident user [time] "request" status bytes` and, unless it is the common format,
/// `"referrer" "user agent"`, with any further fields; Apache's vhost_combined, and lists of X-Forwarded-For as host,
/// of which the first address counts. Caddy: its JSON access log. Alb: the log of an AWS load balancer, with the time
/// it took in milliseconds.
///
/// A time of the combined format is written as `2015-05-17 10:05:03+0000`; a request that is none ("-", or
/// the bytes of a TLS handshake on a plain port) has no method, and as url what was logged, if anything. The escapes \"
/// \\ \xhh are undone when that gives valid UTF-8 without control characters, else the field stays as logged.
const char *parseLogLine(QByteArrayView text, LogLine &line, ImportFormat format = ImportFormat::Combined);

} // namespace Shardboard
