// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/undo.h"

namespace Shardboard {

Plan undoPlan(const Plan &plan, const PlanReport &report)
{
    Plan undo;
    undo.title = QStringLiteral("Take back: %1").arg(plan.title);
    undo.intent = plan.intent;
    const int lastGroup = plan.steps.isEmpty() ? 0 : plan.steps.last().group;
    for (qsizetype index = plan.steps.size() - 1; index >= 0; --index) {
        const PlanStep &step = plan.steps.at(index);
        const auto state = report.steps.value(index).state;
        if (state == StepReport::State::AlreadySo)
            continue;
        if (step.undoSql.isEmpty()) {
            if (state == StepReport::State::Done && !step.doneSql.isEmpty() && step.undoneSql.isEmpty())
                undo.notes.prepend(QStringLiteral("Stays as it is: %1").arg(step.title));
            continue;
        }
        PlanStep back;
        back.id = QStringLiteral("undo ") + step.id;
        back.title = QStringLiteral("Take back: %1").arg(step.title);
        back.sql = step.undoSql;
        back.doneSql = step.undoneSql;
        if (back.doneSql.isEmpty() && !step.doneSql.isEmpty())
            back.doneSql = QStringLiteral("SELECT NOT (%1)").arg(step.doneSql);
        back.locks = step.locks;
        back.group = lastGroup - step.group + 1;
        back.inTransaction = step.inTransaction;
        undo.steps << back;
    }
    return undo;
}

PlanReport reportOfAll(const PlanReport &before, const PlanReport &last)
{
    using State = StepReport::State;
    PlanReport all = last;
    for (qsizetype index = 0; index < all.steps.size(); ++index) {
        const State earlier = before.steps.value(index).state;
        if (all.steps.at(index).state == State::AlreadySo && earlier != State::AlreadySo && earlier != State::Pending)
            all.steps[index].state = State::Done;
    }
    return all;
}

} // namespace Shardboard
