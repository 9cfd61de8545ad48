// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/executor.h"
#include "admin/plan.h"

#include <QAbstractListModel>

namespace Shardboard {

/// The steps of a plan as a list: before it runs with what is already so, while and after it runs with what became of
/// each.
class PlanModel final : public QAbstractListModel
{
    Q_OBJECT

public:
    enum Role { StateRole = Qt::UserRole + 1, HasWarningRole, HasUndoRole, DetailRole };
    Q_ENUM(Role)

    using QAbstractListModel::QAbstractListModel;
    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;

    /// `isDone` has one entry per step: true where there is nothing to do.
    void setPlan(const Plan &plan, const QList<bool> &isDone);
    void setReport(const PlanReport &report);
    /// The step that is being done now, by its title; those before it are done. For display while the plan runs.
    void setRunning(int done, const QString &title);
    int runningStep() const { return m_running; } ///< -1 while none is
    const Plan &plan() const { return m_plan; }
    const PlanStep &step(int row) const { return m_plan.steps.at(row); }
    StepReport::State state(int row) const { return m_states.at(row).state; }
    bool changesNothing() const; ///< every step is already so

private:
    Plan m_plan;
    QList<StepReport> m_states; ///< as long as the plan's steps
    int m_running = -1;
};

/// A state as a word, for lists, screen readers and reports.
QString describeState(StepReport::State state);

} // namespace Shardboard
