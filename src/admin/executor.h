// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/commit.h"
#include "admin/plan.h"
#include "admin/progress.h"
#include "connection/values/outcome.h"

#include <QStringList>

#include <chrono>
#include <optional>

namespace Shardboard {

/// What became of one step.
struct StepReport
{
    enum class State {
        Pending, ///< not reached
        AlreadySo, ///< nothing to change
        Done,
        RolledBack, ///< had run, was taken back with its group
        Failed,
        Cancelled,
        Unknown, ///< had run, and whether its COMMIT was carried out could not be found out
    };
    QString id;
    QString title;
    State state = State::Pending;
    std::chrono::milliseconds duration{0};
    QStringList notices; ///< what the server said meanwhile
};

struct PlanReport
{
    QList<StepReport> steps; ///< one per step of the plan, in order
    std::optional<ServerError> error;
    bool wasCancelled = false;

    bool isComplete() const; ///< every step is Done or AlreadySo
    bool changedAnything() const;
    QString toText() const; ///< what was and what was not done, line by line
};

/// Runs a plan group by group, each in one transaction; stops at the first failure, whose group is rolled back. Before
/// each step its doneSql decides whether there is anything to do. Blocks: for a worker thread; a stop request on the
/// session cancels. A connection lost in the middle is reported as such: apply the plan again to go on. One lost during
/// COMMIT is looked into on a new connection where `further` says how to make one.
class PlanExecutor
{
public:
    explicit PlanExecutor(SyncSession &session, std::optional<FurtherSessions> further = {})
        : m_session(session), m_further(std::move(further))
    {
    }
    PlanReport apply(const Plan &plan, const ProgressSink &progress = {});

private:
    SyncSession &m_session;
    std::optional<FurtherSessions> m_further;
};

} // namespace Shardboard
