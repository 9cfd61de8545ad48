// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/droprollupwizard.h"

#include "admin/planner.h"

namespace Shardboard {

DropRollupWizard::DropRollupWizard(const QString &rollup, const WizardContext &context, QWidget *parent)
    : PlanWizard(tr("Drop rollup %1").arg(rollup), context, parent), m_rollup(rollup)
{
    addPlanSteps();
    goTo(0);
}

Outcome<Intent> DropRollupWizard::intent() const
{
    return dropRollupIntent(m_rollup);
}

} // namespace Shardboard
