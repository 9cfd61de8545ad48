// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/distribute/isolatetenant.h"
#include "ui/wizards/shardingwizard.h"

class QCheckBox;
class QLineEdit;
class QTableWidget;

namespace Shardboard {

class Label;

/// Gives the rows of one tenant a shard of their own. The largest tenants are offered, any other can be named.
class IsolateTenantWizard final : public ShardingWizard
{
    Q_OBJECT

public:
    IsolateTenantWizard(const QualifiedName &table, const WizardContext &context, QWidget *parent);

    void setTenant(const QString &tenant);
    /// What is offered.
    void showTenants(const Outcome<QList<TenantShare>> &tenants);

protected:
    Outcome<Intent> wish() const override;
    void enteredOwnQuestion(int step) override;

private:
    QWidget *makeQuestion();
    void setupTenants();
    void read();

    QualifiedName m_table;
    QLineEdit *m_tenant;
    QCheckBox *m_blockWrites;
    Label *m_offer;
    QTableWidget *m_tenants;
    QPointer<Job> m_reading;
};

} // namespace Shardboard
