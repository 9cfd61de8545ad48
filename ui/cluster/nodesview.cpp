// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/cluster/nodesview.h"

#include "ui/cluster/factlist.h"
#include "ui/cluster/healthmatrix.h"
#include "ui/common/card.h"
#include "ui/common/labels.h"
#include "ui/common/theme.h"
#include "ui/common/timetext.h"
#include "ui/tables/figures.h"

#include <QAction>
#include <QHBoxLayout>
#include <QPushButton>
#include <QToolButton>

namespace Shardboard {

namespace {

QString stateText(const NodeFacts &node)
{
    if (!node.isInMetadata)
        return NodesView::tr("not in the metadata");
    if (!node.isActive)
        return NodesView::tr("disabled");
    if (!node.hasAnswered)
        return NodesView::tr("does not answer");
    return node.isMetadataSynced ? NodesView::tr("active") : NodesView::tr("active, metadata not synced");
}

QString roleText(const NodeFacts &node)
{
    if (node.isCoordinator())
        return NodesView::tr("coordinator");
    return node.isPrimary ? NodesView::tr("worker") : NodesView::tr("standby");
}

PartCell diskCell(const NodeFacts &node)
{
    if (node.totalBytes <= 0)
        return {NodesView::tr("unknown"), {}, {}, true};
    const double used = 100.0 * double(node.totalBytes - node.freeBytes) / double(node.totalBytes);
    return {NodesView::tr("%1 free of %2").arg(bytesText(double(node.freeBytes)), bytesText(double(node.totalBytes))),
        node.freeBytes,
        NodesView::tr("The disk of its data directory is %1 % full. %2 bytes are free.")
            .arg(QLocale().toString(used, 'f', 1), exactText(node.freeBytes))};
}

QList<PartCell> rowOf(const NodeFacts &node)
{
    const QString failure = node.failure.simplified();
    const PartCell connections = node.hasAnswered
        ? PartCell{NodesView::tr("%1 of %2").arg(node.connections).arg(node.maxConnections), node.connections}
        : PartCell{NodesView::tr("unknown"), {}, {}, true};
    return {{node.address(), {}, failure}, {roleText(node)}, {stateText(node), {}, failure},
        {node.shouldHaveShards ? NodesView::tr("may hold") : NodesView::tr("holds none")},
        {exactText(node.placements), node.placements,
            NodesView::tr("Placements of shards, with those of partitions and copies of reference tables")},
        diskCell(node), connections,
        {node.hasAnswered ? node.version.section(u' ', 0, 0) : QString(), {}, node.version}, {node.citusVersion},
        {node.startedAt.isValid() ? describeAge(node.startedAt, QDateTime::currentDateTimeUtc()) : QString(), {},
            node.startedAt.isValid() ? QLocale().toString(node.startedAt.toLocalTime(), QLocale::LongFormat)
                                     : QString()}};
}

} // namespace

NodesView::NodesView(QWidget *parent)
    : ClusterView(parent)
    , m_advice(new Card(this))
    , m_adviceText(makeTextLabel(this))
    , m_setHost(new QPushButton(tr("Set the coordinator's host…"), this))
    , m_list(new FactList(tr("Nodes"),
          {tr("Node"), tr("Role"), tr("State"), tr("Shards"), tr("Placements"), tr("Disk"), tr("Connections"),
              tr("PostgreSQL"), tr("Citus"), tr("Started")},
          this))
    , m_chosen(makeDimLabel({}, this))
    , m_matrix(new HealthMatrix(this))
    , m_healthText(makeDimLabel({}, this))
{
    setupActions();
    auto *advice = new QHBoxLayout(m_advice);
    advice->setContentsMargins(Spacing::large, Spacing::small, Spacing::large, Spacing::small);
    advice->addWidget(m_adviceText, 1);
    advice->addWidget(m_setHost);
    m_advice->setStripe(Theme::instance().warning());
    m_advice->hide();
    m_list->setWidths({160, 90, 150, 84, 92, 180, 100, 92, 68});
    m_health = makeHealthCard();
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(Spacing::large, Spacing::medium, Spacing::large, Spacing::large);
    layout->setSpacing(Spacing::medium);
    layout->addWidget(m_advice);
    layout->addLayout(makeActionRow());
    layout->addWidget(onCard(m_list, this), 1);
    layout->addWidget(m_health);
    connect(m_list, &FactList::currentKeyChanged, this, &NodesView::offerActions);
    connect(m_setHost, &QPushButton::clicked, this, [this] { request(ClusterChange::SetCoordinatorHost); });
    offerActions();
}

void NodesView::setupActions()
{
    const auto add = [this](ClusterChange change, const QString &text) {
        auto *action = new QAction(text, this);
        action->setData(int(change));
        connect(action, &QAction::triggered, this, [this, change] { request(change); });
        m_list->addAction(action);
        m_actions << action;
    };
    m_list->setContextMenuPolicy(Qt::ActionsContextMenu);
    add(ClusterChange::ActivateNode, tr("Activate…"));
    add(ClusterChange::DrainNode, tr("Drain…"));
    add(ClusterChange::DisableNode, tr("Disable…"));
    add(ClusterChange::RemoveNode, tr("Remove…"));
    add(ClusterChange::SetCoordinatorHost, tr("Set the coordinator's host…"));
}

QLayout *NodesView::makeActionRow()
{
    auto *row = new QHBoxLayout;
    row->setSpacing(Spacing::small);
    row->addWidget(m_chosen, 1);
    for (QAction *action : std::as_const(m_actions)) {
        if (ClusterChange(action->data().toInt()) == ClusterChange::SetCoordinatorHost)
            continue;
        auto *button = new QPushButton(action->text(), this);
        connect(button, &QPushButton::clicked, action, &QAction::trigger);
        connect(action, &QAction::changed, button, [button, action] {
            button->setEnabled(action->isEnabled());
            button->setVisible(action->isVisible());
        });
        button->setEnabled(action->isEnabled());
        row->addWidget(button);
    }
    return row;
}

QWidget *NodesView::makeHealthCard()
{
    auto *foot = new Card(this);
    auto *column = new QVBoxLayout;
    column->setSpacing(Spacing::small);
    column->addWidget(makeHeading(tr("Who reaches whom"), 1.1, foot));
    column->addWidget(m_healthText);
    column->addStretch(1);
    m_healthText->setMinimumWidth(240);
    auto *row = new QHBoxLayout(foot);
    row->setContentsMargins(Spacing::large, Spacing::medium, Spacing::large, Spacing::medium);
    row->setSpacing(Spacing::huge);
    row->addLayout(column);
    row->addWidget(m_matrix, 0, Qt::AlignTop);
    row->addStretch(1);
    return foot;
}

void NodesView::setFacts(const std::shared_ptr<const ClusterFacts> &facts)
{
    m_facts = facts;
    showNodes();
    showAdvice();
    m_matrix->setFacts(*facts);
    m_healthText->setText(m_matrix->summary());
    const bool isBad = std::ranges::any_of(
        facts->health, [](const HealthCheck &check) { return check.canConnect && !*check.canConnect; });
    setTone(m_healthText, isBad ? Tone::Error : Tone::Dim);
    m_health->setVisible(facts->hasCitus);
    offerActions();
}

void NodesView::showNodes()
{
    QList<QList<PartCell>> rows;
    QList<qint64> keys;
    for (const NodeFacts &node : m_facts->nodes) {
        rows << rowOf(node);
        keys << node.nodeId;
    }
    m_list->setRows(rows, keys);
    for (const int column : {1, 3, 4, 8})
        m_list->setColumnHidden(column, !m_facts->hasCitus);
}

void NodesView::showAdvice()
{
    const NodeFacts *coordinator = m_facts->nodes.isEmpty() ? nullptr : &m_facts->nodes.first();
    const bool isMissing = m_facts->hasCitus && coordinator && !coordinator->isInMetadata;
    const bool isLocal = m_facts->hasCitus && coordinator && coordinator->isInMetadata && coordinator->isCoordinator()
        && coordinator->host == QStringLiteral("localhost");
    if (isMissing)
        m_adviceText->setText(tr("The coordinator is not in the metadata: workers do not know how to reach it, and "
                                 "neither reference tables with local ones nor queries through workers work."));
    else if (isLocal)
        m_adviceText->setText(tr("The coordinator is known as localhost, where workers on other machines would find "
                                 "themselves."));
    m_advice->setVisible(isMissing || isLocal);
}

const NodeFacts *NodesView::current() const
{
    return m_facts->node(int(m_list->currentKey()));
}

void NodesView::offerActions()
{
    const NodeFacts *node = current();
    const bool isNode = m_facts->hasCitus && node && node->isInMetadata;
    for (QAction *action : std::as_const(m_actions)) {
        bool isPossible = isNode;
        switch (ClusterChange(action->data().toInt())) {
        case ClusterChange::ActivateNode:
            isPossible = isNode && (!node->isActive || !node->isMetadataSynced);
            break;
        case ClusterChange::DrainNode:
            isPossible = isNode && node->isActive && node->isPrimary;
            break;
        case ClusterChange::DisableNode:
            isPossible = isNode && node->isActive && !node->isCoordinator();
            break;
        case ClusterChange::RemoveNode:
            isPossible = isNode && !node->isCoordinator();
            break;
        default:
            isPossible = m_facts->hasCitus && node && node->isCoordinator();
            break;
        }
        action->setEnabled(isPossible);
        action->setVisible(m_facts->hasCitus);
    }
    m_chosen->setText(!m_facts->hasCitus ? QString()
            : node                       ? tr("%1, %2: %3").arg(node->address(), roleText(*node), stateText(*node))
                                         : tr("Choose a node to change it."));
}

void NodesView::request(ClusterChange change)
{
    ClusterSettings settings;
    settings.change = change;
    const NodeFacts *node = change == ClusterChange::SetCoordinatorHost
        ? (m_facts->nodes.isEmpty() ? nullptr : &m_facts->nodes.first())
        : current();
    if (!node)
        return;
    settings.host = node->host;
    settings.port = node->port > 0 ? node->port : settings.port;
    Q_EMIT changeRequested(settings);
}

} // namespace Shardboard
