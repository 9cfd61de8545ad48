// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/distribute/undistribute.h"
#include "ui/wizards/shardingwizard.h"

class QCheckBox;

namespace Shardboard {

/// Brings tables, or a distributed schema, back to the coordinator.
class UndistributeWizard final : public ShardingWizard
{
    Q_OBJECT

public:
    UndistributeWizard(const UndistributeSettings &settings, const WizardContext &context, QWidget *parent);

protected:
    Outcome<Intent> wish() const override;
    void enteredOwnQuestion(int step) override;

private:
    UndistributeSettings m_settings;
    QCheckBox *m_cascade;
};

} // namespace Shardboard
