// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/wizards/planwizard.h"

namespace Shardboard {

/// Shows all that goes with a rollup, step by step, before it goes.
class DropRollupWizard final : public PlanWizard
{
    Q_OBJECT

public:
    DropRollupWizard(const QString &rollup, const WizardContext &context, QWidget *parent);

protected:
    Outcome<Intent> intent() const override;

private:
    QString m_rollup;
};

} // namespace Shardboard
