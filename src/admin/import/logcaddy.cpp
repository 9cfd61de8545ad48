// SPDX-License-Identifier: GPL-3.0-or-later
// The access log of Caddy: a JSON object a line.
#include "admin/import/bytescan.h"
#include "admin/import/logtext.h"
#include "admin/import/valuecheck.h"

#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <cmath>

namespace Shardboard::LogText {

namespace {

std::optional<Text> keep(const QString &value, LogLine &line)
{
    const size_t begin = line.buffer.size();
    line.buffer += value.toStdString();
    return Text(line.buffer).substr(begin);
}

std::optional<Text> keepText(const QJsonValue &value, LogLine &line)
{
    return value.isString() && !value.toString().isEmpty() ? keep(value.toString(), line) : std::nullopt;
}

std::optional<Text> keepInteger(const QJsonValue &value, LogLine &line)
{
    return value.isDouble() ? keep(QString::number(value.toInteger(std::llround(value.toDouble()))), line)
                            : std::nullopt;
}

std::optional<Text> keepHeader(const QJsonObject &request, const char *name, LogLine &line)
{
    const QJsonObject headers = request.value(QLatin1String("headers")).toObject();
    return keepText(headers.value(QLatin1String(name)).toArray().at(0), line);
}

/// Seconds since 1970 unless the log is set up to write milliseconds, nanoseconds or a text.
std::optional<Text> keepTime(const QJsonValue &value, LogLine &line)
{
    if (value.isString()) {
        const QByteArray text = value.toString().toUtf8();
        return timestampFits(text) ? keepText(value, line) : std::nullopt;
    }
    const double number = value.toDouble();
    if (!(number > 0))
        return std::nullopt;
    const double microseconds = number * (number > 1e17 ? 1e-3 : number > 1e11 ? 1e3 : 1e6);
    const qint64 rounded = std::llround(microseconds);
    const QDateTime second = QDateTime::fromSecsSinceEpoch(rounded / 1000000, Qt::UTC);
    return keep(
        second.toString(QStringLiteral("yyyy-MM-dd HH:mm:ss.%1+0000")).arg(rounded % 1000000, 6, 10, QLatin1Char('0')),
        line);
}

} // namespace

const char *readCaddy(Text text, LogLine &line)
{
    const QJsonObject entry
        = QJsonDocument::fromJson(QByteArray::fromRawData(text.data(), qsizetype(text.size()))).object();
    if (entry.isEmpty())
        return "the line is no JSON object";
    const QJsonObject request = entry.value(QLatin1String("request")).toObject();
    if (request.isEmpty())
        return "the entry is about no HTTP request";
    auto &values = line.values;
    values[LogLine::IngestTime] = keepTime(entry.value(QLatin1String("ts")), line);
    if (!values[LogLine::IngestTime])
        return "the entry has no time \"ts\" that can be read";
    std::optional<Text> host;
    for (const char *name : {"client_ip", "remote_ip", "remote_addr"}) {
        if (!host)
            host = keepText(request.value(QLatin1String(name)), line);
    }
    const Text address = addressIn(host.value_or(Text()));
    values[LogLine::IpAddress] = address.empty() ? std::nullopt : std::optional(address);
    line.hasNoAddress = host && address.empty();
    values[LogLine::Method] = keepText(request.value(QLatin1String("method")), line);
    values[LogLine::Url] = keepText(request.value(QLatin1String("uri")), line);
    values[LogLine::StatusCode] = keepInteger(entry.value(QLatin1String("status")), line);
    values[LogLine::ResponseBytes] = keepInteger(entry.value(QLatin1String("size")), line);
    values[LogLine::Referrer] = keepHeader(request, "Referer", line);
    values[LogLine::UserAgent] = keepHeader(request, "User-Agent", line);
    const QJsonValue duration = entry.value(QLatin1String("duration"));
    if (duration.isDouble())
        values[LogLine::ResponseTime] = keep(QString::number(std::llround(duration.toDouble() * 1000)), line);
    return hasTextFault(line.buffer.data(), line.buffer.data() + line.buffer.size())
        ? "a value holds \\u0000, which no text value can hold"
        : nullptr;
}

} // namespace Shardboard::LogText
