// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/workbench/serverpages.h"

#include "admin/distribute/distributedraft.h"
#include "ui/cluster/clusterpage.h"
#include "ui/jobs/jobspage.h"
#include "ui/tables/tablespage.h"
#include "ui/workbench/mainwindow.h"
#include "ui/workbench/sidebar.h"
#include "ui/workbench/wizardopener.h"

#include <QStackedWidget>

namespace Shardboard {

ServerPages::ServerPages(Sidebar &sidebar, QStackedWidget &stack, WizardOpener &wizards, QObject *parent)
    : QObject(parent), m_sidebar(sidebar), m_stack(stack), m_wizards(wizards)
{
}

void ServerPages::create()
{
    TablesPage *tables = makeTables();
    add(MainWindow::Tables, QStringLiteral("table"), tr("Tables"), tables);
    auto *cluster = new ClusterPage;
    add(MainWindow::Cluster, QStringLiteral("cluster"), tr("Cluster"), cluster);
    connect(cluster, &ClusterPage::changeRequested, &m_wizards, &WizardOpener::changeCluster);
    connect(cluster, &ClusterPage::tableRequested, this, [this, tables](const QualifiedName &table) {
        Q_EMIT pageRequested(MainWindow::Tables);
        tables->choose(table);
    });
    auto *jobs = new JobsPage;
    add(MainWindow::Jobs, QStringLiteral("clock"), tr("Rollups && Jobs"), jobs);
    connect(jobs, &JobsPage::newRollupRequested, &m_wizards, [this] { m_wizards.rollUp({}); });
    connect(jobs, &JobsPage::dropRequested, &m_wizards, &WizardOpener::dropRollup);
    connect(jobs, &JobsPage::retentionRequested, &m_wizards, &WizardOpener::retain);
    connect(jobs, &JobsPage::stopRetentionRequested, &m_wizards, &WizardOpener::stopRetention);
    connect(&m_wizards, &WizardOpener::applied, jobs, &JobsPage::refresh);
}

TablesPage *ServerPages::makeTables()
{
    auto *tables = new TablesPage;
    connect(tables, &TablesPage::distributeRequested, &m_wizards,
        [this](const QList<QualifiedName> &names) { m_wizards.distribute(DistributeDraft::ofTables(names)); });
    connect(tables, &TablesPage::distributeSchemaRequested, &m_wizards,
        [this](const QString &schema) { m_wizards.distribute(DistributeDraft::ofSchema(schema)); });
    connect(tables, &TablesPage::changeDistributionRequested, &m_wizards, &WizardOpener::changeDistribution);
    connect(tables, &TablesPage::isolateTenantRequested, &m_wizards, &WizardOpener::isolateTenant);
    connect(tables, &TablesPage::partitionRequested, &m_wizards, &WizardOpener::partition);
    connect(tables, &TablesPage::rollUpRequested, &m_wizards, &WizardOpener::rollUp);
    connect(tables, &TablesPage::retentionRequested, &m_wizards, &WizardOpener::retain);
    connect(tables, &TablesPage::makeLocalRequested, &m_wizards, &WizardOpener::makeLocal);
    return tables;
}

void ServerPages::add(int page, const QString &iconName, const QString &name, ServerPage *widget)
{
    m_sidebar.addPage(page, iconName, name);
    m_stack.insertWidget(page, widget);
    m_pages.append({page, widget});
}

void ServerPages::attach(Server &server)
{
    if (m_pages.isEmpty())
        create();
    m_isAttached = true;
    for (const auto &[page, widget] : std::as_const(m_pages)) {
        widget->attach(server);
        m_sidebar.setPageVisible(page, true);
    }
}

void ServerPages::detach()
{
    m_isAttached = false;
    for (const auto &[page, widget] : std::as_const(m_pages)) {
        widget->detach();
        m_sidebar.setPageVisible(page, false);
    }
}

ServerPage *ServerPages::current() const
{
    return qobject_cast<ServerPage *>(m_stack.currentWidget());
}

} // namespace Shardboard
