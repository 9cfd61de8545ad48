// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/cluster/clusterwizard.h"

#include "ui/cluster/movepage.h"
#include "ui/cluster/nodepage.h"

namespace Shardboard {

namespace {

QString titleOf(const ClusterSettings &settings)
{
    switch (settings.change) {
    case ClusterChange::Rebalance:
        return ClusterWizard::tr("Rebalance the shards");
    case ClusterChange::StopRebalance:
        return ClusterWizard::tr("Stop rebalancing");
    case ClusterChange::AddNode:
        return ClusterWizard::tr("Add a node");
    case ClusterChange::ActivateNode:
        return ClusterWizard::tr("Activate %1").arg(settings.address());
    case ClusterChange::DrainNode:
        return ClusterWizard::tr("Drain %1").arg(settings.address());
    case ClusterChange::DisableNode:
        return ClusterWizard::tr("Disable %1").arg(settings.address());
    case ClusterChange::RemoveNode:
        return ClusterWizard::tr("Remove %1").arg(settings.address());
    case ClusterChange::SetCoordinatorHost:
        return ClusterWizard::tr("Set the coordinator's host");
    }
    return {};
}

} // namespace

ClusterWizard::ClusterWizard(const ClusterSettings &settings, const WizardContext &context, QWidget *parent)
    : PlanWizard(titleOf(settings), context, parent), m_settings(settings)
{
    setupQuestions();
    addPlanSteps();
    goTo(0);
}

void ClusterWizard::setupQuestions()
{
    if (m_settings.change == ClusterChange::AddNode) {
        m_node = new NodePage(tr("Which server?"),
            tr("A running PostgreSQL with citus, and a database named %1 with the extension in it. The coordinator "
               "must be "
               "let in there as the user %2. Whether all of this is so is checked before anything is changed.")
                .arg(context().server.database, context().server.user),
            this);
        addStep(tr("Server"), m_node);
    } else if (m_settings.change == ClusterChange::SetCoordinatorHost) {
        m_node = new NodePage(tr("How do the nodes reach the coordinator?"),
            tr("An address of this server that every other node can connect to: its name in the network, not "
               "localhost."),
            this);
        addStep(tr("Address"), m_node);
    }
    if (m_settings.movesShards()) {
        m_moves = new MovePage(this);
        addStep(tr("How"), m_moves);
    }
    if (!m_node)
        return;
    m_node->setAddress(m_settings.host, m_settings.port);
    connect(m_node, &NodePage::changed, this, [this] {
        if (currentStep() < planStep())
            enteredQuestion(currentStep());
    });
}

ClusterSettings ClusterWizard::settings() const
{
    ClusterSettings settings = m_settings;
    if (m_node) {
        settings.host = m_node->host();
        settings.port = m_node->port();
    }
    if (m_moves) {
        settings.strategy = m_moves->strategy();
        settings.transferMode = m_moves->transferMode();
    }
    return settings;
}

Outcome<Intent> ClusterWizard::intent() const
{
    const Intent wanted = clusterIntent(settings());
    const auto checked = clusterSettings(wanted);
    return checked ? Outcome<Intent>(wanted) : checked.failure<Intent>();
}

void ClusterWizard::enteredQuestion(int step)
{
    setNext(tr("Next"), !m_node || page(step) != m_node || m_node->isAcceptable());
}

} // namespace Shardboard
