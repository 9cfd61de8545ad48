// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/workbench/wizardopener.h"

#include "admin/blueprint.h"
#include "connection/server.h"
#include "ui/cluster/clusterwizard.h"
#include "ui/connection/connectioncontroller.h"
#include "ui/wizards/blueprintwizard.h"
#include "ui/wizards/importwizard.h"
#include "ui/wizards/sampledialog.h"
#include "ui/workbench/windowactions.h"

namespace Shardboard {

WizardOpener::WizardOpener(const WorkbenchParts &parts, QWidget &window)
    : QObject(&window), m_parts(parts), m_window(window)
{
}

QList<Command> WizardOpener::commands()
{
    return {Command::SetUpTraffic, Command::SetUpGitHub, Command::SetUpClickstream, Command::ImportFile,
        Command::SampleData};
}

QList<Command> WizardOpener::clusterCommands()
{
    return {Command::AddNode, Command::Rebalance};
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
    wizard->setAttribute(Qt::WA_DeleteOnClose);
    connect(wizard, &BlueprintWizard::applied, this, &WizardOpener::applied);
    connect(wizard, &BlueprintWizard::dashboardRequested, this, &WizardOpener::dashboardRequested);
    wizard->open();
}

void WizardOpener::changeCluster(const ClusterSettings &settings)
{
    auto *wizard = new ClusterWizard(settings, context(), &m_window);
    wizard->setAttribute(Qt::WA_DeleteOnClose);
    connect(wizard, &ClusterWizard::applied, this, &WizardOpener::applied);
    wizard->open();
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
