// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/workbench/wizardopener.h"

#include "admin/blueprint.h"
#include "connection/server.h"
#include "ui/cluster/clusterwizard.h"
#include "ui/connection/connectioncontroller.h"
#include "ui/jobs/droprollupwizard.h"
#include "ui/jobs/retentionwizard.h"
#include "ui/wizards/altershardingwizard.h"
#include "ui/wizards/blueprintwizard.h"
#include "ui/wizards/distributewizard.h"
#include "ui/wizards/importwizard.h"
#include "ui/wizards/isolatetenantwizard.h"
#include "ui/wizards/partitionwizard.h"
#include "ui/wizards/rollupwizard.h"
#include "ui/wizards/sampledialog.h"
#include "ui/wizards/undistributewizard.h"
#include "ui/workbench/windowactions.h"

namespace Shardboard {

WizardOpener::WizardOpener(const WorkbenchParts &parts, QWidget &window)
    : QObject(&window), m_parts(parts), m_window(window)
{
}

QList<Command> WizardOpener::commands()
{
    return {Command::SetUpTraffic, Command::SetUpGitHub, Command::SetUpClickstream, Command::ImportFile,
        Command::SampleData, Command::PartitionTable, Command::RollUpTable, Command::RetainRows};
}

QList<Command> WizardOpener::clusterCommands()
{
    return {Command::DistributeTables, Command::AddNode, Command::Rebalance};
}

void WizardOpener::serve(WindowActions &actions)
{
    actions.on(Command::SetUpTraffic, this, [this] { setUpBlueprint(QStringLiteral("http-traffic")); });
    actions.on(Command::SetUpGitHub, this, [this] { setUpBlueprint(QStringLiteral("github")); });
    actions.on(Command::SetUpClickstream, this, [this] { setUpBlueprint(QStringLiteral("clickstream")); });
    actions.on(Command::ImportFile, this, [this] { importFile(); });
    actions.on(Command::SampleData, this, [this] { showSampleDialog(); });
    for (const auto &[command, change] : {std::pair(Command::AddNode, ClusterChange::AddNode),
             std::pair(Command::Rebalance, ClusterChange::Rebalance)}) {
        actions.on(command, this, [this, change = change] {
            ClusterSettings settings;
            settings.change = change;
            changeCluster(settings);
        });
    }
    actions.on(Command::PartitionTable, this, [this] { partition({}); });
    actions.on(Command::RollUpTable, this, [this] { rollUp({}); });
    actions.on(Command::RetainRows, this, [this] { retain({}); });
    actions.on(Command::DistributeTables, this, [this] { distribute({}); });
}

WizardContext WizardOpener::context() const
{
    const LinkStatus &status = m_parts.connection.status();
    Profile profile = status.profile;
    profile.settings = m_parts.connection.server()->settings();
    return {m_parts.io, m_parts.work, profile, status.server.value_or(ServerCapabilities())};
}

void WizardOpener::setUpBlueprint(const QString &name)
{
    auto *wizard = new BlueprintWizard(*findBlueprint(name), context(), &m_window);
    connect(wizard, &BlueprintWizard::dashboardRequested, this, &WizardOpener::dashboardRequested);
    open(*wizard);
}

void WizardOpener::open(PlanWizard &wizard)
{
    wizard.setAttribute(Qt::WA_DeleteOnClose);
    connect(&wizard, &PlanWizard::applied, this, &WizardOpener::applied);
    wizard.open();
}

void WizardOpener::distribute(const DistributeDraft &start)
{
    open(*new DistributeWizard(start, context(), &m_window));
}

void WizardOpener::changeDistribution(const QualifiedName &table)
{
    open(*new AlterShardingWizard(table, context(), &m_window));
}

void WizardOpener::isolateTenant(const QualifiedName &table)
{
    open(*new IsolateTenantWizard(table, context(), &m_window));
}

void WizardOpener::partition(const QualifiedName &table)
{
    open(*new PartitionWizard(table, context(), &m_window));
}

void WizardOpener::makeLocal(const UndistributeSettings &settings)
{
    open(*new UndistributeWizard(settings, context(), &m_window));
}

void WizardOpener::rollUp(const QualifiedName &table)
{
    auto *wizard = new RollupWizard(table, context(), &m_window);
    connect(wizard, &RollupWizard::jobsRequested, this, &WizardOpener::jobsRequested);
    open(*wizard);
}

void WizardOpener::dropRollup(const QString &name)
{
    open(*new DropRollupWizard(name, context(), &m_window));
}

void WizardOpener::retain(const QualifiedName &table)
{
    open(*new RetentionWizard(table, context(), &m_window));
}

void WizardOpener::stopRetention(const QualifiedName &table)
{
    open(*new StopRetentionWizard(table, context(), &m_window));
}

void WizardOpener::changeCluster(const ClusterSettings &settings)
{
    open(*new ClusterWizard(settings, context(), &m_window));
}

void WizardOpener::importFile()
{
    ImportSettings settings;
    settings.table = {QString(), QStringLiteral("http_request")};
    auto *wizard = new ImportWizard(settings, context(), &m_window);
    wizard->setAttribute(Qt::WA_DeleteOnClose);
    wizard->open();
}

void WizardOpener::showSampleDialog()
{
    const WizardContext target = context();
    auto *dialog = new SampleDialog(m_parts.sample, target.profile.settings, target.refusal(), &m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->show();
}

} // namespace Shardboard
