// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/sample/sample.h"
#include "admin/sample/samplepick.h"
#include "admin/sample/samplestream.h"

#include <array>
#include <string>
#include <string_view>

namespace Shardboard {

/// One generated event of GitHub.
struct SampleEvent
{
    qint64 id = 0;
    qint64 time = 0; ///< microseconds since 1970
    std::string_view type;
    int repository = 1;
    qint64 userId = 0;
    std::string repositoryName; ///< "lamp/kettle"
    std::string payload; ///< JSON
};

/// What happens in some repositories: mostly pushes; some repositories are much busier than others, and so are some
/// users. Every now and then a repository is starred and forked by many at once. A function of the seed and the second
/// but for the ids of events, which are those of one run.
class SampleEvents
{
public:
    using Row = SampleEvent;
    static std::span<const SampleColumn<Row>> columns();
    static constexpr std::array<const char *, 4> neededColumns{"event_id", "event_type", "user_id", "created_at"};
    static constexpr const char *rowsAre = "GitHub events";

    /// `run` tells one run's event ids from another's, so that a story can be told twice.
    SampleEvents(const SampleSettings &settings, quint64 run);

    /// Replaces `events` by those of the second, in order of time.
    void generate(qint64 second, std::vector<SampleEvent> &events);
    const TrafficRate &rate() const { return m_rate; }
    /// The repository that everybody stars at that moment; 0: none.
    int trendingRepository(qint64 second) const;

    /// INSERT of all users who may cause events; those that are there already stay.
    static QString usersSql(const QualifiedName &table, const SampleSettings &settings);

    static constexpr int trendLength = 120; ///< seconds

private:
    void pickPayload(SampleRandom &random, SampleEvent &event) const;

    SampleSettings m_settings;
    quint64 m_run;
    TrafficRate m_rate;
    RankPick m_repositories;
    RankPick m_users;
};

} // namespace Shardboard
