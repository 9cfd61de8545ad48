// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/isolatetenantwizard.h"

#include "admin/distribute/shardingsession.h"
#include "admin/job.h"
#include "connection/syncsession.h"
#include "ui/common/forms.h"
#include "ui/common/labels.h"
#include "ui/common/theme.h"
#include "ui/tables/figures.h"

#include <QCheckBox>
#include <QFormLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QLocale>
#include <QTableWidget>

namespace Shardboard {

namespace {

Outcome<QList<TenantShare>> loadLargestTenants(SyncSession &session, const QualifiedName &name)
{
    if (const auto opened = session.open(); !opened)
        return opened.failure<QList<TenantShare>>();
    const auto facts = loadShardingFacts(session, {{name}, {}});
    if (!facts)
        return facts.failure<QList<TenantShare>>();
    const ShardingTable *table = facts->table(name);
    if (!table || table->distributionColumn.isEmpty())
        return QList<TenantShare>();
    return readLargestTenants(session.run(largestTenantsQuery(name, table->distributionColumn)));
}

QTableWidgetItem *makeItem(const QString &text, Qt::Alignment alignment = Qt::AlignRight)
{
    auto *item = new QTableWidgetItem(text);
    item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable);
    item->setTextAlignment(alignment | Qt::AlignVCenter);
    return item;
}

} // namespace

IsolateTenantWizard::IsolateTenantWizard(const QualifiedName &table, const WizardContext &context, QWidget *parent)
    : ShardingWizard(tr("Isolate a tenant of %1").arg(table.display()), context, parent)
    , m_table(table)
    , m_tenant(new QLineEdit(this))
    , m_blockWrites(new QCheckBox(tr("&Block writes to its present shard meanwhile"), this))
    , m_offer(makeDimLabel(tr("Counting the largest tenants…"), this))
    , m_tenants(new QTableWidget(this))
{
    addStep(tr("Tenant"), makeQuestion());
    addJudgedSteps();
    connect(
        m_tenant, &QLineEdit::textChanged, this, [this](const QString &text) { setNext(tr("Next"), !text.isEmpty()); });
    goTo(0);
    read();
}

QWidget *IsolateTenantWizard::makeQuestion()
{
    auto *question = new QWidget(this);
    auto *form = makeForm(question);
    form->setContentsMargins(Spacing::huge, Spacing::large, Spacing::huge, Spacing::medium);
    form->addRow(makeHeading(tr("Which tenant?"), 1.35, question));
    form->addRow(makeDimLabel(tr("The rows with this distribution value get a shard of their own, in all tables of the "
                                 "colocation group. It can then be moved to a node of its own."),
        question));
    form->addRow(tr("&Distribution value"), m_tenant);
    form->addRow({}, m_blockWrites);
    form->addRow(m_offer);
    form->addRow(m_tenants);
    alignLabels(*form);
    m_tenant->setAccessibleName(tr("Distribution value"));
    m_tenant->setPlaceholderText(tr("as it is in the distribution column"));
    m_blockWrites->setToolTip(tr("Else logical replication carries them over, which needs wal_level = logical"));
    question->setFocusProxy(m_tenant);
    setupTenants();
    return question;
}

void IsolateTenantWizard::setupTenants()
{
    setupTable(*m_tenants);
    m_tenants->setColumnCount(3);
    m_tenants->setHorizontalHeaderLabels({tr("Tenant"), tr("Rows"), tr("Share")});
    m_tenants->verticalHeader()->hide();
    m_tenants->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_tenants->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_tenants->setSelectionMode(QAbstractItemView::SingleSelection);
    m_tenants->setAccessibleName(tr("Largest tenants"));
    m_tenants->hide();
    connect(m_tenants, &QTableWidget::currentCellChanged, this, [this](int row) {
        if (row >= 0)
            m_tenant->setText(m_tenants->item(row, 0)->text());
    });
}

void IsolateTenantWizard::read()
{
    m_reading = Job::start<Outcome<QList<TenantShare>>>(
        this,
        [&io = context().io, settings = context().profile.settings, table = m_table](
            std::stop_token stop, const ProgressSink &) {
            SyncSession session(io, settings, SessionPurpose::Job, stop);
            return loadLargestTenants(session, table);
        },
        [this](Outcome<QList<TenantShare>> tenants) { showTenants(tenants); });
}

void IsolateTenantWizard::showTenants(const Outcome<QList<TenantShare>> &tenants)
{
    if (!tenants) {
        m_offer->setText(tr("The largest tenants could not be counted in a few seconds; any value can be typed."));
        return;
    }
    m_offer->setText(tenants->isEmpty() ? tr("The table has no rows yet.") : tr("The largest tenants:"));
    m_tenants->setVisible(!tenants->isEmpty());
    m_tenants->setRowCount(int(tenants->size()));
    for (int row = 0; row < m_tenants->rowCount(); ++row) {
        const TenantShare &tenant = tenants->at(row);
        m_tenants->setItem(row, 0, makeItem(tenant.value, Qt::AlignLeft));
        m_tenants->setItem(row, 1, makeItem(exactText(tenant.rows)));
        m_tenants->setItem(row, 2, makeItem(QLocale().toString(tenant.share * 100, 'f', 1) + tr(" %")));
    }
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
