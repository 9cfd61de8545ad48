// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/preparedplan.h"

#include "admin/planning.h"
#include "connection/syncsession.h"

namespace Shardboard {

Outcome<PreparedPlan> preparePlan(SyncSession &session, const Intent &intent)
{
    if (const auto opened = session.open(); !opened)
        return opened.failure<PreparedPlan>();
    auto plan = makePlan(session, intent);
    if (!plan)
        return plan.failure<PreparedPlan>();
    PreparedPlan prepared{std::move(plan).value(), {}};
    QList<Query> questions;
    for (const PlanStep &step : prepared.plan.steps)
        if (!step.doneSql.isEmpty())
            questions.append(Query(step.doneSql));
    const auto answers = session.runPipeline(questions);
    qsizetype next = 0;
    for (const PlanStep &step : prepared.plan.steps) {
        // A question that fails asks about something that is not there yet.
        const bool isAsked = !step.doneSql.isEmpty() && next < answers.size();
        const auto *answer = isAsked ? &answers.at(next++) : nullptr;
        prepared.isDone.append(
            answer && answer->isOk() && answer->value().rowCount() > 0 && answer->value().boolean(0, 0));
    }
    return prepared;
}

} // namespace Shardboard
