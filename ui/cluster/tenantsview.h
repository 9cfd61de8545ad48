// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/cluster/clusterview.h"

class QStackedWidget;

namespace Shardboard {

class Card;
class EmptyState;
class FactList;
class Label;

/// Who asks for most: the busiest values of distribution columns, node by node.
class TenantsView final : public ClusterView
{
    Q_OBJECT

public:
    explicit TenantsView(QWidget *parent = nullptr);

    ClusterParts liveParts() const override { return ClusterPart::Tenants; }
    ClusterParts costlyParts() const override { return ClusterPart::Nodes | ClusterPart::Shards; }
    void setFacts(const std::shared_ptr<const ClusterFacts> &facts) override;
    FactList &list() { return *m_list; }

private:
    void showState(const ClusterFacts &facts, bool isEmpty);

    Card *m_advice;
    Label *m_adviceText;
    QStackedWidget *m_states;
    FactList *m_list;
    EmptyState *m_empty;
};

} // namespace Shardboard
