// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/planmodel.h"

#include "ui/common/icons.h"
#include "ui/common/theme.h"
#include "ui/common/timetext.h"

namespace Shardboard {

namespace {

QIcon stateIcon(StepReport::State state)
{
    const Theme &theme = Theme::instance();
    switch (state) {
    case StepReport::State::Pending:
        return symbolicIcon(QStringLiteral("pending"), theme.dimText());
    case StepReport::State::AlreadySo:
        return symbolicIcon(QStringLiteral("check"), theme.dimText());
    case StepReport::State::Done:
        return symbolicIcon(QStringLiteral("check-circle"), theme.success());
    case StepReport::State::RolledBack:
        return symbolicIcon(QStringLiteral("undo"), theme.warning());
    case StepReport::State::Failed:
    case StepReport::State::Unknown:
        return symbolicIcon(QStringLiteral("error"), theme.error());
    case StepReport::State::Cancelled:
        return symbolicIcon(QStringLiteral("stop"), theme.warning());
    }
    Q_UNREACHABLE();
}

} // namespace

QString describeState(StepReport::State state)
{
    switch (state) {
    case StepReport::State::Pending:
        return PlanModel::tr("to do");
    case StepReport::State::AlreadySo:
        return PlanModel::tr("already so");
    case StepReport::State::Done:
        return PlanModel::tr("done");
    case StepReport::State::RolledBack:
        return PlanModel::tr("taken back");
    case StepReport::State::Failed:
        return PlanModel::tr("failed");
    case StepReport::State::Cancelled:
        return PlanModel::tr("cancelled");
    case StepReport::State::Unknown:
        return PlanModel::tr("unknown");
    }
    Q_UNREACHABLE();
}

int PlanModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_plan.steps.size());
}

QVariant PlanModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const PlanStep &step = m_plan.steps.at(index.row());
    const StepReport &report = m_states.at(index.row());
    const bool isRunning = index.row() == m_running;
    switch (role) {
    case Qt::DisplayRole:
        return step.title;
    case Qt::DecorationRole:
        return isRunning ? symbolicIcon(QStringLiteral("arrow-right"), Theme::instance().accent())
                         : stateIcon(report.state);
    case Qt::ForegroundRole:
        return report.state == StepReport::State::AlreadySo ? QVariant(Theme::instance().dimText()) : QVariant();
    case Qt::ToolTipRole:
        return report.notices.join(QLatin1Char('\n'));
    case Qt::AccessibleTextRole:
        return QStringLiteral("%1: %2").arg(step.title, isRunning ? tr("running") : describeState(report.state));
    case StateRole:
        return int(report.state);
    case HasWarningRole:
        return !step.warnings.isEmpty();
    case HasUndoRole:
        return !step.undoSql.isEmpty();
    case DetailRole:
        if (report.state == StepReport::State::Done && report.duration.count() > 0)
            return describeDuration(double(report.duration.count()));
        return isRunning                                 ? tr("running…")
            : report.state == StepReport::State::Pending ? QString()
                                                         : describeState(report.state);
    default:
        return {};
    }
}

void PlanModel::setPlan(const Plan &plan, const QList<bool> &isDone)
{
    beginResetModel();
    m_plan = plan;
    m_running = -1;
    m_states.clear();
    for (qsizetype row = 0; row < plan.steps.size(); ++row) {
        StepReport report;
        report.id = plan.steps.at(row).id;
        report.title = plan.steps.at(row).title;
        report.state = isDone.value(row) ? StepReport::State::AlreadySo : StepReport::State::Pending;
        m_states.append(report);
    }
    endResetModel();
}

void PlanModel::setReport(const PlanReport &report)
{
    m_running = -1;
    if (report.steps.size() == m_states.size())
        m_states = report.steps;
    if (!m_states.isEmpty())
        Q_EMIT dataChanged(index(0), index(rowCount() - 1));
}

void PlanModel::setRunning(int done, const QString &title)
{
    int running = qBound(0, done, int(m_states.size()) - 1);
    for (int row = running; row < m_states.size(); ++row)
        if (m_states.at(row).title == title)
            running = row;
    for (int row = 0; row < running; ++row)
        if (m_states.at(row).state == StepReport::State::Pending)
            m_states[row].state = StepReport::State::Done;
    m_running = running;
    Q_EMIT dataChanged(index(0), index(rowCount() - 1));
}

bool PlanModel::changesNothing() const
{
    return std::ranges::all_of(
        m_states, [](const StepReport &report) { return report.state == StepReport::State::AlreadySo; });
}

} // namespace Shardboard
