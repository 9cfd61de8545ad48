// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/plan.h"

namespace Shardboard {

QList<PlanGroup> planGroups(const Plan &plan)
{
    QList<PlanGroup> groups;
    for (qsizetype first = 0; first < plan.steps.size();) {
        const PlanStep &head = plan.steps.at(first);
        qsizetype end = first + 1;
        while (head.inTransaction && end < plan.steps.size() && plan.steps.at(end).inTransaction
            && plan.steps.at(end).group == head.group)
            ++end;
        groups << PlanGroup{first, end, head.inTransaction};
        first = end;
    }
    return groups;
}

} // namespace Shardboard
