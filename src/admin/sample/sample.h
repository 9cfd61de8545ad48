// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/progress.h"
#include "connection/values/outcome.h"
#include "connection/values/sqlquote.h"

#include <QDateTime>
#include <QList>

#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>

namespace Shardboard {

class SyncSession;

/// What is made up; each has a blueprint of the same name.
enum class SampleKind {
    HttpTraffic,
    GitHub,
    Clickstream,
};

/// The story that generated rows tell.
struct SampleSettings
{
    SampleKind kind = SampleKind::HttpTraffic;
    QualifiedName table{QStringLiteral("public"), QStringLiteral("http_request")};
    double rate = 50; ///< rows a second, averaged over a day
    double rhythm = 0.35; ///< how far day and night part from that average, 0 (flat) to 0.7
    int sites = 8; ///< sites of web traffic, repositories of GitHub, customers of a clickstream; the first ones busiest
    double errorShare = 0.02; ///< of web requests outside bursts, 0 to 1
    int slowSite = 3; ///< the web site whose answers take some eight times as long; 0: none
    /// Every multiple of this since 1970 something happens for two minutes: errors of a web site, stars for a
    /// repository, a sale at a customer. 0: never.
    std::chrono::seconds burstEvery{20 * 60};
    QList<QDateTime> burstsAt; ///< further bursts, each lasting two minutes
    std::chrono::seconds backfill{0}; ///< history written at full speed before going on live
    std::optional<std::chrono::seconds> duration; ///< of the live part; nullopt: until stopped
    quint64 seed = 1; ///< the same seed tells the same story about the same moments

    /// Empty when the settings make sense, else why not.
    QString problem() const;
    bool operator==(const SampleSettings &) const = default;
};

QString sampleKindName(SampleKind kind); ///< "http-traffic", the name of its blueprint
/// The settings to begin with: the table that the blueprint makes, and how many sites, repositories or customers.
SampleSettings defaultSampleSettings(SampleKind kind);

struct SampleReport
{
    qint64 written = 0; ///< rows committed
    qint64 backfilled = 0; ///< of these, history
    qint64 skipped = 0; ///< rows given up because a stall lasted longer than can be caught up
    std::chrono::milliseconds duration{0};
};

/// How the generator knows and passes time; a test drives it.
struct SampleClock
{
    std::function<QDateTime()> now; ///< in UTC
    std::function<void(std::chrono::milliseconds)> wait; ///< returns early when stopped

    static SampleClock system(std::stop_token stop);
};

/// Writes generated requests: history first, then live until the duration is over or a stop is requested, which is not
/// a failure. Every batch is one COPY and one transaction. Blocks: for a worker thread. `session` must not carry the
/// same stop token if the last batch is to be finished rather than cut off.
Outcome<SampleReport> runSample(SyncSession &session, const SampleSettings &settings, const ProgressSink &progress,
    std::stop_token stop, const SampleClock &clock = {});

} // namespace Shardboard
