// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/cluster/shardmapview.h"

#include "ui/cluster/factlist.h"
#include "ui/cluster/shardmap.h"
#include "ui/common/emptystate.h"
#include "ui/common/icons.h"
#include "ui/common/labels.h"
#include "ui/common/theme.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QStackedWidget>

namespace Shardboard {

ShardMapView::ShardMapView(QWidget *parent)
    : ClusterView(parent)
    , m_search(new QLineEdit(this))
    , m_legend(new SizeLegend(this))
    , m_map(new ShardMap(this))
    , m_states(new QStackedWidget(this))
    , m_gaps(makeDimLabel({}, this))
    , m_current(new ElidedLabel(this, Qt::ElideRight))
    , m_open(new QPushButton(tr("Open the table"), this))
{
    setupLayout();
    connect(m_search, &QLineEdit::textChanged, m_map, &ShardMap::setFilter);
    connect(m_map, &ShardMap::currentChanged, this, &ShardMapView::showCurrent);
    connect(m_map, &ShardMap::tableActivated, this, &ShardMapView::tableRequested);
    connect(m_open, &QPushButton::clicked, this, [this] {
        if (const ShardTable *table = m_map->currentTable())
            Q_EMIT tableRequested(table->name);
    });
    showCurrent();
}

void ShardMapView::setupLayout()
{
    m_search->setPlaceholderText(tr("Filter by table"));
    m_search->setAccessibleName(tr("Filter the tables of the map"));
    m_search->setClearButtonEnabled(true);
    m_search->addAction(
        symbolicIcon(QStringLiteral("search"), Theme::instance().dimText()), QLineEdit::LeadingPosition);
    m_search->setMaximumWidth(260);
    setTone(m_gaps, Tone::Warning);
    m_gaps->setContentsMargins(Spacing::large, 0, Spacing::large, Spacing::tiny);
    m_states->addWidget(onCard(m_map, this));
    m_states->setContentsMargins(Spacing::large, 0, Spacing::large, 0);
    m_states->addWidget(new EmptyState(QStringLiteral("table"), tr("No shards"),
        tr("No table of this database is distributed yet. On the Tables page a table can be distributed."), this));
    auto *head = new QHBoxLayout;
    head->setContentsMargins(Spacing::large, Spacing::small, Spacing::large, Spacing::small);
    head->addWidget(m_search, 1);
    head->addStretch(1);
    head->addWidget(m_legend);
    auto *foot = new QHBoxLayout;
    foot->setContentsMargins(Spacing::large, Spacing::medium, Spacing::large, Spacing::medium);
    foot->addWidget(m_current, 1);
    foot->addWidget(m_open);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addLayout(head);
    layout->addWidget(m_gaps);
    layout->addWidget(m_states, 1);
    layout->addLayout(foot);
}

void ShardMapView::setFacts(const std::shared_ptr<const ClusterFacts> &facts)
{
    m_map->setFacts(*facts);
    m_legend->setScale(m_map->scale());
    QStringList silent;
    for (const auto &[node, why] : facts->shards->failures.asKeyValueRange())
        silent << tr("%1 told no sizes: %2").arg(facts->nodeName(node), why.simplified());
    m_gaps->setText(silent.join(QStringLiteral("\n")));
    m_gaps->setVisible(!silent.isEmpty());
    const bool isEmpty = facts->known.testFlag(ClusterPart::Shards) && m_map->layout().isEmpty();
    m_states->setCurrentIndex(isEmpty ? 1 : 0);
    showCurrent();
}

void ShardMapView::showCurrent()
{
    const QString text = m_map->describeCurrent();
    setTone(m_current, text.isEmpty() ? Tone::Dim : Tone::Text);
    m_current->setFullText(text.isEmpty() ? tr("Choose a shard with the mouse or the arrow keys.") : text);
    m_open->setEnabled(m_map->currentTable());
}

} // namespace Shardboard
