// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/cluster/tenantsview.h"

#include "ui/cluster/factlist.h"
#include "ui/common/card.h"
#include "ui/common/emptystate.h"
#include "ui/common/labels.h"
#include "ui/common/theme.h"
#include "ui/common/timetext.h"
#include "ui/tables/figures.h"

#include <QStackedWidget>
#include <QVBoxLayout>

namespace Shardboard {

namespace {

/// The tables that a tenant's value may stand in: "orders, items and 3 more".
QString tablesOf(const ShardFacts &shards, int colocationId)
{
    QStringList names;
    for (const ShardTable &table : shards.tables) {
        if (table.colocationId == colocationId)
            names << table.name.name;
    }
    const qsizetype more = names.size() - 3;
    const QString list = names.mid(0, 3).join(QStringLiteral(", "));
    return more > 0 ? TenantsView::tr("%1 and %n more", nullptr, int(more)).arg(list) : list;
}

} // namespace

TenantsView::TenantsView(QWidget *parent)
    : ClusterView(parent)
    , m_advice(new Card(this))
    , m_adviceText(makeTextLabel(m_advice))
    , m_states(new QStackedWidget(this))
    , m_list(new FactList(tr("Tenants"),
          {tr("Tenant"), tr("Tables"), tr("Node"), tr("Queries, this period"), tr("last period"),
              tr("Reads, this period"), tr("last period"), tr("CPU, this period"), tr("last period")},
          this))
    , m_empty(new EmptyState(QStringLiteral("key"), {}, {}, this))
{
    m_list->setWidths({160, 220, 150, 150, 100, 140, 100, 130, 100});
    auto *advice = new QVBoxLayout(m_advice);
    advice->setContentsMargins(Spacing::large, Spacing::small, Spacing::large, Spacing::small);
    advice->addWidget(m_adviceText);
    m_advice->setStripe(Theme::instance().warning());
    m_advice->hide();
    m_states->addWidget(onCard(m_list, this));
    m_states->addWidget(m_empty);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(Spacing::large, Spacing::medium, Spacing::large, Spacing::large);
    layout->setSpacing(Spacing::medium);
    layout->addWidget(m_advice);
    layout->addWidget(m_states, 1);
}

void TenantsView::setFacts(const std::shared_ptr<const ClusterFacts> &facts)
{
    QList<QList<PartCell>> rows;
    QList<qint64> keys;
    const auto count = [](qint64 number) { return PartCell{exactText(number), number}; };
    const auto cpu = [](double seconds) { return PartCell{describeDuration(seconds * 1000), seconds}; };
    for (const Tenant &tenant : facts->tenants.tenants) {
        if (tenant.queriesNow + tenant.queriesBefore == 0)
            continue; // the server keeps its rank for a while
        rows << QList<PartCell>{{tenant.value}, {tablesOf(*facts->shards, tenant.colocationId)},
            {facts->nodeName(tenant.nodeId)}, count(tenant.queriesNow), count(tenant.queriesBefore),
            count(tenant.readsNow), count(tenant.readsBefore), cpu(tenant.cpuNow), cpu(tenant.cpuBefore)};
        keys << qint64(qHash(tenant.value, size_t(tenant.nodeId * 31 + tenant.colocationId)) >> 1);
    }
    m_list->setRows(rows, keys);
    showState(*facts, rows.isEmpty());
}

void TenantsView::showState(const ClusterFacts &facts, bool isEmpty)
{
    const TenantFacts &tenants = facts.tenants;
    const QString howTo
        = tr("On each node set citus.stat_tenants_track = 'all' (in postgresql.conf, or ALTER SYSTEM) and "
             "reload it: no restart is needed. Counting costs a little CPU for every query.");
    QStringList silent;
    for (const int node : tenants.untracked)
        silent << facts.nodeName(node);
    const bool isPartly = !silent.isEmpty() && !isEmpty;
    m_advice->setVisible(isPartly);
    m_adviceText->setText(tr("Not tracked on %1. %2").arg(silent.join(QStringLiteral(", ")), howTo));
    m_states->setCurrentIndex(isEmpty ? 1 : 0);
    if (!silent.isEmpty())
        m_empty->setTexts(tr("Tenants are not tracked"), howTo);
    else
        m_empty->setTexts(tr("No tenant was active"),
            tr("Queries that name one value of a distribution column are counted here. Nobody sent one in the last two "
               "periods of %1.")
                .arg(describeDuration(tenants.periodSeconds * 1000.0)));
}

} // namespace Shardboard
