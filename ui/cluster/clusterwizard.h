// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/cluster/clusterchange.h"
#include "ui/wizards/planwizard.h"

namespace Shardboard {

class MovePage;
class NodePage;

/// Changes the cluster: what has to be asked (which server, how shards move), then the plan, the run and its report.
class ClusterWizard final : public PlanWizard
{
    Q_OBJECT

public:
    /// `settings`: what is known already, such as the node that was chosen.
    ClusterWizard(const ClusterSettings &settings, const WizardContext &context, QWidget *parent);

    ClusterSettings settings() const;
    NodePage *nodePage() { return m_node; } ///< nullptr where no server is asked for

protected:
    Outcome<Intent> intent() const override;
    void enteredQuestion(int step) override;

private:
    void setupQuestions();

    ClusterSettings m_settings;
    NodePage *m_node = nullptr;
    MovePage *m_moves = nullptr;
};

} // namespace Shardboard
