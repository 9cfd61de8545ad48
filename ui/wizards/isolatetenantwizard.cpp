// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/isolatetenantwizard.h"

#include "ui/common/forms.h"
#include "ui/common/labels.h"
#include "ui/common/theme.h"

#include <QCheckBox>
#include <QFormLayout>
#include <QLineEdit>

namespace Shardboard {

IsolateTenantWizard::IsolateTenantWizard(const QualifiedName &table, const WizardContext &context, QWidget *parent)
    : ShardingWizard(tr("Isolate a tenant of %1").arg(table.display()), context, parent)
    , m_table(table)
    , m_tenant(new QLineEdit(this))
    , m_blockWrites(new QCheckBox(tr("&Block writes to its present shard meanwhile"), this))
{
    auto *question = new QWidget(this);
    auto *form = makeForm(question);
    form->setContentsMargins(Spacing::huge, Spacing::large, Spacing::huge, Spacing::medium);
    form->addRow(makeHeading(tr("Which tenant?"), 1.35, question));
    form->addRow(makeDimLabel(tr("The rows with this distribution value get a shard of their own, in all tables of the "
                                 "colocation group. It can "
                                 "then be moved to a node of its own."),
        question));
    form->addRow(tr("&Distribution value"), m_tenant);
    form->addRow({}, m_blockWrites);
    alignLabels(*form);
    m_tenant->setAccessibleName(tr("Distribution value"));
    m_tenant->setPlaceholderText(tr("as it is in the distribution column"));
    m_blockWrites->setToolTip(tr("Else logical replication carries them over, which needs wal_level = logical"));
    question->setFocusProxy(m_tenant);
    addStep(tr("Tenant"), question);
    addJudgedSteps();
    connect(
        m_tenant, &QLineEdit::textChanged, this, [this](const QString &text) { setNext(tr("Next"), !text.isEmpty()); });
    goTo(0);
}

void IsolateTenantWizard::setTenant(const QString &tenant)
{
    m_tenant->setText(tenant);
}

Outcome<Intent> IsolateTenantWizard::wish() const
{
    return isolateTenantIntent({m_table, m_tenant->text(), m_blockWrites->isChecked(), {}});
}

void IsolateTenantWizard::enteredOwnQuestion(int step)
{
    setNext(tr("Next"), !m_tenant->text().isEmpty());
    page(step)->setFocus();
}

} // namespace Shardboard
