// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/sqlquote.h"
#include "ui/cluster/clusterview.h"

class QLineEdit;
class QPushButton;
class QStackedWidget;

namespace Shardboard {

class ElidedLabel;
class Label;
class ShardMap;
class SizeLegend;

/// The shard map with its filter, its legend, and below it what the current shard is.
class ShardMapView final : public ClusterView
{
    Q_OBJECT

public:
    explicit ShardMapView(QWidget *parent = nullptr);

    ClusterParts liveParts() const override { return {}; }
    ClusterParts costlyParts() const override { return ClusterPart::Shards | ClusterPart::Nodes; }
    void setFacts(const std::shared_ptr<const ClusterFacts> &facts) override;
    ShardMap &map() { return *m_map; }

Q_SIGNALS:
    void tableRequested(const Shardboard::QualifiedName &table);

private:
    void setupLayout();
    void showCurrent();

    QLineEdit *m_search;
    SizeLegend *m_legend;
    ShardMap *m_map;
    QStackedWidget *m_states;
    Label *m_gaps;
    ElidedLabel *m_current;
    QPushButton *m_open;
};

} // namespace Shardboard
