// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/distribute/isolatetenant.h"
#include "ui/wizards/shardingwizard.h"

class QCheckBox;
class QLineEdit;

namespace Shardboard {

/// Gives the rows of one tenant a shard of their own.
class IsolateTenantWizard final : public ShardingWizard
{
    Q_OBJECT

public:
    IsolateTenantWizard(const QualifiedName &table, const WizardContext &context, QWidget *parent);

    void setTenant(const QString &tenant);

protected:
    Outcome<Intent> wish() const override;
    void enteredOwnQuestion(int step) override;

private:
    QualifiedName m_table;
    QLineEdit *m_tenant;
    QCheckBox *m_blockWrites;
};

} // namespace Shardboard
