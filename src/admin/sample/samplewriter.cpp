// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/sample/samplewriter.h"

#include "admin/import/copytext.h"
#include "admin/import/targettable.h"
#include "connection/syncsession.h"

#include <array>
#include <chrono>
#include <cstdio>

namespace Shardboard {

namespace {

void appendTime(std::string &text, qint64 microseconds)
{
    using namespace std::chrono;
    const sys_time<std::chrono::microseconds> time{std::chrono::microseconds(microseconds)};
    const auto day = floor<days>(time);
    const year_month_day date(day);
    const hh_mm_ss clock(time - day);
    std::array<char, 48> buffer{};
    const int length = std::snprintf(buffer.data(), buffer.size(), "%04d-%02u-%02u %02d:%02d:%02d.%06d+00",
        int(date.year()), unsigned(date.month()), unsigned(date.day()), int(clock.hours().count()),
        int(clock.minutes().count()), int(clock.seconds().count()), int(clock.subseconds().count()));
    text.append(buffer.data(), size_t(length));
}

struct Column
{
    const char *name;
    void (*append)(std::string &text, const SampleRequest &request);
};

const std::array<Column, 11> columns{{
    {"site_id", [](std::string &text, const SampleRequest &request) { text += std::to_string(request.siteId); }},
    {"ingest_time", [](std::string &text, const SampleRequest &request) { appendTime(text, request.time); }},
    {"url", [](std::string &text, const SampleRequest &request) { appendCopyText(text, request.url); }},
    {"request_country", [](std::string &text, const SampleRequest &request) { appendCopyText(text, request.country); }},
    {"ip_address", [](std::string &text, const SampleRequest &request) { appendCopyText(text, request.ipAddress); }},
    {"status_code", [](std::string &text, const SampleRequest &request) { text += std::to_string(request.status); }},
    {"response_time_msec",
        [](std::string &text, const SampleRequest &request) { text += std::to_string(request.responseTime); }},
    {"method", [](std::string &text, const SampleRequest &request) { appendCopyText(text, request.method); }},
    {"response_bytes",
        [](std::string &text, const SampleRequest &request) { text += std::to_string(request.responseBytes); }},
    {"referrer",
        [](std::string &text, const SampleRequest &request) {
            if (request.referrer.empty())
                text += copyNull;
            else
                appendCopyText(text, request.referrer);
        }},
    {"user_agent", [](std::string &text, const SampleRequest &request) { appendCopyText(text, request.userAgent); }},
}};

constexpr qsizetype blockBytes = 64 * 1024;

} // namespace

Outcome<SampleWriter> SampleWriter::create(SyncSession &session, const SampleSettings &settings)
{
    const auto table = readTargetTable(session, settings.table);
    if (!table)
        return table.failure<SampleWriter>();
    SampleWriter writer(session, settings);
    QStringList names;
    for (const Column &column : columns) {
        const QString name = QString::fromLatin1(column.name);
        if (table->columnIndex(name) < 0)
            continue;
        names.append(quoteIdentifier(name));
        writer.m_columns.push_back(column.append);
    }
    for (const QString &needed : {QStringLiteral("site_id"), QStringLiteral("ingest_time")}) {
        if (table->columnIndex(needed) < 0)
            return ServerError::usage(QStringLiteral("%1 is no table of web requests: it has no column %2.")
                                          .arg(table->name.display(), needed));
    }
    writer.m_copySql = QStringLiteral("COPY %1 (%2) FROM STDIN WITH (FORMAT text, ENCODING 'UTF8')")
                           .arg(table->name.quoted(), names.join(QStringLiteral(", ")));
    return writer;
}

void SampleWriter::appendRow(const SampleRequest &request)
{
    for (size_t i = 0; i < m_columns.size(); ++i) {
        if (i > 0)
            m_text += '\t';
        m_columns[i](m_text, request);
    }
    m_text += '\n';
}

Outcome<qint64> SampleWriter::write(qint64 from, qint64 to)
{
    if (countBetween(from, to) == 0)
        return 0;
    qint64 second = from;
    return m_session.copyIn(m_copySql, [&]() -> Outcome<QByteArrayView> {
        m_text.clear();
        for (; second < to && qsizetype(m_text.size()) < blockBytes; ++second) {
            m_traffic.generate(second, m_requests);
            for (const SampleRequest &request : m_requests)
                appendRow(request);
        }
        return QByteArrayView(m_text.data(), qsizetype(m_text.size()));
    });
}

} // namespace Shardboard
