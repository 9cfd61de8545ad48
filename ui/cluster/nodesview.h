// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/cluster/clusterchange.h"
#include "ui/cluster/clusterview.h"

class QAction;
class QPushButton;

namespace Shardboard {

class Card;
class FactList;
class HealthMatrix;
class Label;

/// The nodes with what can be done to them, and who reaches whom.
class NodesView final : public ClusterView
{
    Q_OBJECT

public:
    explicit NodesView(QWidget *parent = nullptr);

    ClusterParts liveParts() const override { return ClusterPart::Nodes; }
    ClusterParts costlyParts() const override { return ClusterPart::Health; }
    void setFacts(const std::shared_ptr<const ClusterFacts> &facts) override;
    FactList &list() { return *m_list; }
    /// What may be done to the selected node; the action's data is the ClusterChange.
    QList<QAction *> nodeActions() const { return m_actions; }

Q_SIGNALS:
    void changeRequested(const Shardboard::ClusterSettings &settings);

private:
    void setupActions();
    QLayout *makeActionRow();
    QWidget *makeHealthCard();
    void showNodes();
    void showAdvice();
    void offerActions();
    void request(ClusterChange change);
    const NodeFacts *current() const;

    std::shared_ptr<const ClusterFacts> m_facts = std::make_shared<ClusterFacts>();
    QList<QAction *> m_actions;
    Card *m_advice;
    Label *m_adviceText;
    QPushButton *m_setHost;
    FactList *m_list;
    Label *m_chosen;
    QWidget *m_health;
    HealthMatrix *m_matrix;
    Label *m_healthText;
};

} // namespace Shardboard
