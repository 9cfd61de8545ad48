// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/executor.h"

#include "admin/registryaccess.h"
#include "connection/syncsession.h"

#include <QElapsedTimer>

#include <algorithm>

namespace Shardboard {

namespace {

using State = StepReport::State;

QString stateText(State state)
{
    switch (state) {
    case State::Pending:
        return QStringLiteral("not reached");
    case State::AlreadySo:
        return QStringLiteral("already so");
    case State::Done:
        return QStringLiteral("done");
    case State::RolledBack:
        return QStringLiteral("rolled back");
    case State::Failed:
        return QStringLiteral("failed");
    case State::Cancelled:
        return QStringLiteral("cancelled");
    case State::Unknown:
        return QStringLiteral("unknown");
    }
    Q_UNREACHABLE();
}

/// One application of one plan.
class Application
{
public:
    Application(SyncSession &session, const std::optional<FurtherSessions> &further, const Plan &plan,
        const ProgressSink &progress)
        : m_session(session), m_further(further), m_plan(plan), m_progress(progress)
    {
        for (const PlanStep &step : plan.steps)
            m_report.steps << StepReport{step.id, step.title, State::Pending, {}, {}};
    }

    PlanReport run();

private:
    bool runGroup(const PlanGroup &group);
    bool runStep(qsizetype index);
    /// Runs a statement; what went wrong is in the report.
    bool execute(const QString &sql, ResultSet *result = nullptr);
    template <typename T>
    bool note(const Outcome<T> &outcome)
    {
        if (outcome.isCancelled())
            m_report.wasCancelled = true;
        else if (outcome.isError())
            m_report.error = outcome.error();
        return outcome.isOk();
    }
    void takeBack(qsizetype first, qsizetype end);

    SyncSession &m_session;
    const std::optional<FurtherSessions> &m_further;
    const Plan &m_plan;
    const ProgressSink &m_progress;
    PlanReport m_report;
    qsizetype m_current = 0; ///< the step under way
};

PlanReport Application::run()
{
    if (!note(checkRegistryRights(m_session, m_plan)))
        return m_report;
    m_session.onNotice([this](const ServerNotice &notice) { m_report.steps[m_current].notices << notice.message; });
    for (const PlanGroup &group : planGroups(m_plan))
        if (!runGroup(group))
            break;
    m_session.onNotice({});
    return m_report;
}

bool Application::runGroup(const PlanGroup &group)
{
    m_current = group.first;
    if (!group.inTransaction)
        return runStep(group.first);
    // Each statement sees what others committed before it: steps that look and act rely on that.
    const auto transaction = NotedTransaction::begin(m_session);
    bool isOk = note(transaction);
    for (qsizetype index = group.first; isOk && index < group.end; ++index)
        isOk = runStep(index);
    if (isOk)
        isOk = note(transaction->commit(m_session, m_further));
    if (!isOk)
        takeBack(group.first, group.end);
    return isOk;
}

bool Application::runStep(qsizetype index)
{
    m_current = index;
    const PlanStep &step = m_plan.steps.at(index);
    StepReport &report = m_report.steps[index];
    if (m_progress)
        m_progress({step.title, index, m_plan.steps.size(), QStringLiteral("steps")});
    QElapsedTimer timer;
    timer.start();
    bool isSo = false;
    bool isOk = true;
    if (!step.doneSql.isEmpty()) {
        ResultSet answer;
        isOk = execute(step.doneSql, &answer);
        isSo = isOk && answer.rowCount() == 1 && answer.boolean(0, 0);
    }
    if (isOk && !isSo)
        isOk = execute(step.sql);
    report.duration = std::chrono::milliseconds(timer.elapsed());
    if (isOk)
        report.state = isSo ? State::AlreadySo : State::Done;
    else
        report.state = m_report.wasCancelled ? State::Cancelled : State::Failed;
    return isOk;
}

bool Application::execute(const QString &sql, ResultSet *result)
{
    Outcome<ResultSet> outcome = m_session.run(Query(sql));
    const bool isOk = note(outcome);
    if (isOk && result)
        *result = *std::move(outcome);
    return isOk;
}

void Application::takeBack(qsizetype first, qsizetype end)
{
    const bool isUnknown = m_report.error && isUnknownOutcome(*m_report.error);
    const Completion rolledBack = m_session.rollback();
    if (rolledBack.isError() && !m_report.error)
        m_report.error = rolledBack.error(); // the server rolls back by itself when the link is gone
    for (qsizetype index = first; index < end; ++index)
        if (m_report.steps.at(index).state == State::Done)
            m_report.steps[index].state = isUnknown ? State::Unknown : State::RolledBack;
    if (isUnknown)
        m_report.error->hint += QStringLiteral(" Or apply the plan again: it does what is missing.");
}

} // namespace

bool PlanReport::isComplete() const
{
    return !error && !wasCancelled && std::ranges::all_of(steps, [](const StepReport &step) {
        return step.state == State::Done || step.state == State::AlreadySo;
    });
}

bool PlanReport::changedAnything() const
{
    return std::ranges::any_of(
        steps, [](const StepReport &step) { return step.state == State::Done || step.state == State::Unknown; });
}

QString PlanReport::toText() const
{
    QString text;
    for (const StepReport &step : steps) {
        text += QStringLiteral("%1  %2\n").arg(stateText(step.state), -11).arg(step.title);
        for (const QString &notice : step.notices)
            text += QStringLiteral("             %1\n").arg(notice);
    }
    if (error)
        text += error->toText() + QLatin1Char('\n');
    if (wasCancelled)
        text += QStringLiteral("Cancelled.\n");
    else if (isComplete() && !changedAnything())
        text += QStringLiteral("Nothing to change: all of it is already so.\n");
    return text;
}

PlanReport PlanExecutor::apply(const Plan &plan, const ProgressSink &progress)
{
    return Application(m_session, m_further, plan, progress).run();
}

} // namespace Shardboard
