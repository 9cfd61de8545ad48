// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/sample/samplewriter.h"

#include "admin/import/targettable.h"
#include "admin/sample/sampleclicks.h"
#include "admin/sample/sampleevents.h"
#include "admin/sample/sampletraffic.h"
#include "connection/syncsession.h"

#include <array>
#include <chrono>
#include <cstdio>

namespace Shardboard {

namespace {

constexpr qsizetype blockBytes = 64 * 1024;

std::unique_ptr<SampleStream> makeStream(const SampleSettings &settings)
{
    switch (settings.kind) {
    case SampleKind::HttpTraffic:
        return std::make_unique<GeneratedStream<SampleTraffic>>(settings);
    case SampleKind::GitHub:
        return std::make_unique<GeneratedStream<SampleEvents>>(settings, quint64(QDateTime::currentMSecsSinceEpoch()));
    case SampleKind::Clickstream:
        return std::make_unique<GeneratedStream<SampleClicks>>(settings);
    }
    Q_UNREACHABLE();
}

/// Users that are there already stay as they are. Without a table of users there is nothing to do.
Completion writeUsers(SyncSession &session, const SampleSettings &settings)
{
    const QualifiedName users{settings.table.schema, QStringLiteral("github_users")};
    const auto table = readTargetTable(session, users);
    if (!table)
        return table.isCancelled() ? Completion(Cancelled{}) : Completion(Nothing{});
    const auto written = session.run(Query(SampleEvents::usersSql(table->name, settings)));
    return written ? Completion(Nothing{}) : written.failure<Nothing>();
}

} // namespace

void appendSampleTime(std::string &text, qint64 microseconds)
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

Outcome<SampleWriter> SampleWriter::create(SyncSession &session, const SampleSettings &settings)
{
    const auto table = readTargetTable(session, settings.table);
    if (!table)
        return table.failure<SampleWriter>();
    SampleWriter writer(session, makeStream(settings));
    for (const QString &needed : writer.m_stream->neededColumns()) {
        if (table->columnIndex(needed) < 0)
            return ServerError::usage(QStringLiteral("%1 is no table of %2: it has no column %3.")
                                          .arg(table->name.display(), writer.m_stream->rowsAre(), needed));
    }
    QStringList names;
    for (const QString &name : writer.m_stream->columns())
        if (table->columnIndex(name) >= 0)
            names << name;
    writer.m_stream->select(names);
    writer.m_copySql = QStringLiteral("COPY %1 (%2) FROM STDIN WITH (FORMAT text, ENCODING 'UTF8')")
                           .arg(table->name.quoted(), quoteIdentifiers(names).join(QStringLiteral(", ")));
    if (settings.kind == SampleKind::GitHub)
        if (const auto written = writeUsers(session, settings); !written)
            return written.failure<SampleWriter>();
    return writer;
}

Outcome<qint64> SampleWriter::write(qint64 from, qint64 to)
{
    if (countBetween(from, to) == 0)
        return 0;
    qint64 second = from;
    return m_session.copyIn(m_copySql, [&]() -> Outcome<QByteArrayView> {
        m_text.clear();
        for (; second < to && qsizetype(m_text.size()) < blockBytes; ++second)
            m_stream->append(second, m_text);
        return QByteArrayView(m_text.data(), qsizetype(m_text.size()));
    });
}

} // namespace Shardboard
