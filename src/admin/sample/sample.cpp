// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/sample/sample.h"

#include "admin/blueprint.h"
#include "admin/sample/samplewriter.h"

#include <QElapsedTimer>

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace Shardboard {

namespace {

/// A stall longer than this leaves a gap instead of a flood.
constexpr qint64 longestCatchUp = 60; // seconds
constexpr qint64 backfillRows = 20000; // in one transaction, about

/// The seconds of one run, from the first of history to the last live one.
class SampleRun
{
public:
    SampleRun(SampleWriter &writer, const SampleSettings &settings, const ProgressSink &progress, std::stop_token stop,
        const SampleClock &clock)
        : m_writer(writer)
        , m_settings(settings)
        , m_progress(progress)
        , m_stop(std::move(stop))
        , m_clock(clock)
        , m_begin(secondsNow())
        , m_next(m_begin - settings.backfill.count())
    {
    }

    const SampleReport &report() const { return m_report; }

    Completion backfill()
    {
        const qint64 total = m_writer.countBetween(m_next, m_begin);
        while (m_next < m_begin && !m_stop.stop_requested()) {
            qint64 end = m_next + 1;
            while (end < m_begin && m_writer.countBetween(m_next, end) < backfillRows)
                ++end;
            if (auto written = writeUpTo(end); !written)
                return written;
            m_report.backfilled = m_report.written;
            tell(QStringLiteral("Writing history"), total);
        }
        return Nothing{};
    }

    /// What came while history was written is the first to be caught up.
    Completion live()
    {
        const bool isEndless = !m_settings.duration;
        const qint64 end = isEndless ? 0 : m_begin + m_settings.duration->count();
        const qint64 total = isEndless ? 0 : m_report.written + m_writer.countBetween(m_next, end);
        while (!m_stop.stop_requested() && (isEndless || m_next < end)) {
            const qint64 now = isEndless ? secondsNow() : std::min(secondsNow(), end);
            if (now <= m_next) {
                m_clock.wait(std::chrono::milliseconds(1000 - m_clock.now().time().msec()));
                continue;
            }
            skipBefore(now - longestCatchUp);
            if (auto written = writeUpTo(now); !written)
                return written;
            tell(QStringLiteral("Writing live traffic"), total);
        }
        return Nothing{};
    }

private:
    qint64 secondsNow() const { return m_clock.now().toSecsSinceEpoch(); }

    Completion writeUpTo(qint64 end)
    {
        const auto written = m_writer.write(m_next, end);
        if (!written)
            return written.failure<Nothing>();
        m_report.written += *written;
        m_next = end;
        return Nothing{};
    }

    void skipBefore(qint64 second)
    {
        if (second <= m_next)
            return;
        m_report.skipped += m_writer.countBetween(m_next, second);
        m_next = second;
    }

    void tell(const QString &activity, qint64 total) const
    {
        if (m_progress)
            m_progress({activity, m_report.written, total});
    }

    SampleWriter &m_writer;
    const SampleSettings &m_settings;
    const ProgressSink &m_progress;
    std::stop_token m_stop;
    const SampleClock &m_clock;
    const qint64 m_begin; ///< where history ends and live begins
    qint64 m_next; ///< the first second not yet written
    SampleReport m_report;
};

} // namespace

QString sampleKindName(SampleKind kind)
{
    switch (kind) {
    case SampleKind::HttpTraffic:
        return QStringLiteral("http-traffic");
    case SampleKind::GitHub:
        return QStringLiteral("github");
    case SampleKind::Clickstream:
        return QStringLiteral("clickstream");
    }
    Q_UNREACHABLE();
}

SampleSettings defaultSampleSettings(SampleKind kind)
{
    SampleSettings settings;
    settings.kind = kind;
    settings.table.name = findBlueprint(sampleKindName(kind))->rawTable;
    if (kind == SampleKind::GitHub)
        settings.sites = 30;
    else if (kind == SampleKind::Clickstream)
        settings.sites = 20;
    return settings;
}

QString SampleSettings::problem() const
{
    if (!(rate > 0 && rate <= 100000))
        return QStringLiteral("The rate must be more than 0 and at most 100,000 rows a second.");
    if (!(rhythm >= 0 && rhythm + TrafficRate::unrest < 1))
        return QStringLiteral("The rhythm of day and night must be from 0 to 0.7.");
    if (sites < 1 || sites > 10000)
        return QStringLiteral("There must be 1 to 10,000 sites, repositories or customers.");
    if (!(errorShare >= 0 && errorShare <= 1))
        return QStringLiteral("The share of errors must be from 0 to 1.");
    if (kind == SampleKind::HttpTraffic && (slowSite < 0 || slowSite > sites))
        return QStringLiteral("The slow site must be one of the %1 sites, or 0 for none.").arg(sites);
    if (burstEvery.count() < 0 || backfill.count() < 0 || (duration && duration->count() < 0))
        return QStringLiteral("A length of time cannot be negative.");
    return {};
}

SampleClock SampleClock::system(std::stop_token stop)
{
    return {[] { return QDateTime::currentDateTimeUtc(); },
        [stop = std::move(stop)](std::chrono::milliseconds time) {
            std::mutex mutex;
            std::condition_variable_any changed;
            std::unique_lock lock(mutex);
            changed.wait_for(lock, stop, time, [] { return false; });
        }};
}

Outcome<SampleReport> runSample(SyncSession &session, const SampleSettings &settings, const ProgressSink &progress,
    std::stop_token stop, const SampleClock &clock)
{
    if (const QString problem = settings.problem(); !problem.isEmpty())
        return ServerError::usage(problem);
    auto writer = SampleWriter::create(session, settings);
    if (!writer)
        return writer.failure<SampleReport>();
    const SampleClock usedClock = clock.now ? clock : SampleClock::system(stop);
    QElapsedTimer timer;
    timer.start();
    auto writing = std::move(writer).value();
    SampleRun run(writing, settings, progress, stop, usedClock);
    auto done = run.backfill();
    if (done)
        done = run.live();
    // Being stopped in the middle of a batch is being stopped: the batch is rolled back and not counted.
    if (done.isError()) {
        ServerError error = done.error();
        const QString written = QStringLiteral("%1 rows had been written before.").arg(run.report().written);
        error.hint = error.hint.isEmpty() ? written : error.hint + QLatin1Char(' ') + written;
        return error;
    }
    SampleReport report = run.report();
    report.duration = std::chrono::milliseconds(timer.elapsed());
    return report;
}

} // namespace Shardboard
