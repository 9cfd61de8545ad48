// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/cluster/skewview.h"

#include "admin/cluster/skew.h"
#include "ui/cluster/factlist.h"
#include "ui/common/labels.h"
#include "ui/common/theme.h"
#include "ui/tables/figures.h"

#include <QLocale>
#include <QSplitter>
#include <QVBoxLayout>

namespace Shardboard {

namespace {

PartCell bytesCell(qint64 bytes)
{
    return {bytesText(double(bytes)), bytes, SkewView::tr("%1 bytes").arg(exactText(bytes))};
}

PartCell factorCell(double factor)
{
    const QString meaning = factor < 1.2 ? SkewView::tr("even")
        : factor < 2                     ? SkewView::tr("uneven")
                                         : SkewView::tr("very uneven");
    return {SkewView::tr("%1 × average").arg(QLocale().toString(factor, 'f', 2)), factor, meaning};
}

QWidget *withHeading(const QString &heading, const QString &text, QWidget *list)
{
    auto *pane = new QWidget;
    auto *layout = new QVBoxLayout(pane);
    layout->setContentsMargins(Spacing::large, Spacing::medium, Spacing::large, Spacing::small);
    layout->setSpacing(Spacing::small);
    layout->addWidget(makeHeading(heading, 1.1, pane));
    layout->addWidget(makeDimLabel(text, pane));
    layout->addWidget(onCard(list, pane), 1);
    return pane;
}

} // namespace

SkewView::SkewView(QWidget *parent)
    : ClusterView(parent)
    , m_nodes(new FactList(tr("Skew of nodes"),
          {tr("Node"), tr("Shards"), tr("Size"), tr("To the average"), tr("Reference tables")}, this))
    , m_tables(new FactList(tr("Skew of tables"),
          {tr("Table"), tr("Shards"), tr("Size"), tr("Largest shard"), tr("To the average"), tr("Fullest node"),
              tr("Node to the average")},
          this))
{
    m_nodes->setWidths({220, 90, 110, 140, 120});
    m_tables->setWidths({260, 80, 100, 120, 130, 220, 150});
    auto *splitter = new QSplitter(Qt::Vertical, this);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(withHeading(tr("Nodes"),
        tr("Shards of distributed tables, against the average of the nodes that may hold shards."), m_nodes));
    splitter->addWidget(withHeading(tr("Tables"),
        tr("The largest shard against the average shard: at 2 × it holds twice its share, and takes twice its share of "
           "the work."),
        m_tables));
    splitter->setStretchFactor(0, 1);
    splitter->setStretchFactor(1, 3);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(splitter);
    connect(m_tables, &FactList::activated, this, [this] {
        if (const qint64 key = m_tables->currentKey(); m_facts && key >= 0)
            for (const ShardTable &table : m_facts->shards->tables)
                if (table.oid == key)
                    Q_EMIT tableRequested(table.name);
    });
}

void SkewView::setFacts(const std::shared_ptr<const ClusterFacts> &facts)
{
    m_facts = facts;
    const Skew skew = skewOf(*facts->shards, facts->nodes);
    QList<QList<PartCell>> rows;
    QList<qint64> keys;
    for (const NodeSkew &node : skew.nodes) {
        rows << QList<PartCell>{{facts->nodeName(node.nodeId)}, {exactText(node.shards), node.shards},
            bytesCell(node.bytes), factorCell(node.factor), bytesCell(node.referenceBytes)};
        keys << node.nodeId;
    }
    m_nodes->setRows(rows, keys);
    rows.clear();
    keys.clear();
    for (const TableSkew &table : skew.tables) {
        const ShardTable &named = facts->shards->tables.at(table.table);
        PartCell largest = bytesCell(table.largestShard);
        largest.toolTip = tr("Shard %1: %2").arg(table.largestShardId).arg(largest.toolTip);
        rows << QList<PartCell>{{named.name.display()}, {exactText(table.shards), table.shards}, bytesCell(table.bytes),
            largest, factorCell(table.shardFactor),
            {tr("%1: %2").arg(facts->nodeName(table.fullestNode), bytesText(double(table.fullestNodeBytes)))},
            factorCell(table.nodeFactor)};
        keys << named.oid;
    }
    m_tables->setRows(rows, keys);
}

} // namespace Shardboard
