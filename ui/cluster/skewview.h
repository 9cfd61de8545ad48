// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/sqlquote.h"
#include "ui/cluster/clusterview.h"

namespace Shardboard {

class FactList;

/// How evenly nodes and tables are filled: a factor of 1 is even.
class SkewView final : public ClusterView
{
    Q_OBJECT

public:
    explicit SkewView(QWidget *parent = nullptr);

    ClusterParts liveParts() const override { return {}; }
    ClusterParts costlyParts() const override { return ClusterPart::Shards | ClusterPart::Nodes; }
    void setFacts(const std::shared_ptr<const ClusterFacts> &facts) override;

Q_SIGNALS:
    void tableRequested(const Shardboard::QualifiedName &table);

private:
    std::shared_ptr<const ClusterFacts> m_facts;
    FactList *m_nodes;
    FactList *m_tables;
};

} // namespace Shardboard
