// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/cluster/activitymodel.h"

#include "ui/common/theme.h"
#include "ui/common/timetext.h"

#include <QFont>

namespace Shardboard {

ActivityModel::ActivityModel(QObject *parent) : QAbstractItemModel(parent), m_facts(std::make_shared<ClusterFacts>()) {}

void ActivityModel::setFacts(const std::shared_ptr<const ClusterFacts> &facts, bool onlyWaits)
{
    beginResetModel();
    m_facts = facts;
    m_items.clear();
    m_roots.clear();
    for (const WaitNode &node : waitTree(facts->activity)) {
        if (!onlyWaits || !node.blocked.isEmpty())
            add(node, -1);
    }
    endResetModel();
}

int ActivityModel::append(const Item &item)
{
    const int place = int(m_items.size());
    auto &siblings = item.parent < 0 ? m_roots : m_items[size_t(item.parent)].children;
    siblings.push_back(place);
    const int row = int(siblings.size()) - 1;
    m_items.push_back(item);
    m_items.back().row = row;
    return place;
}

void ActivityModel::add(const WaitNode &node, int parent)
{
    const int place = append(
        {parent, 0, node.gpid, node.session, node.blockedCount(), false, node.closesCycle, node.isRepeated, {}});
    if (node.closesCycle || node.isRepeated)
        return;
    for (const int part : node.parts)
        append({place, 0, node.gpid, part, 0, true, false, false, {}});
    for (const WaitNode &waiting : node.blocked)
        add(waiting, place);
}

qint64 ActivityModel::gpid(const QModelIndex &index) const
{
    return index.isValid() ? item(index).gpid : 0;
}

const ActivitySession *ActivityModel::session(const QModelIndex &index) const
{
    if (!index.isValid() || item(index).session < 0)
        return nullptr;
    return &m_facts->activity.sessions.at(item(index).session);
}

QModelIndex ActivityModel::indexOf(qint64 gpid) const
{
    for (size_t i = 0; i < m_items.size(); ++i) {
        if (m_items[i].gpid == gpid && !m_items[i].isPart && !m_items[i].isRepeated && !m_items[i].closesCycle)
            return createIndex(m_items[i].row, 0, quintptr(i));
    }
    return {};
}

const std::vector<int> &ActivityModel::childrenOf(const QModelIndex &parent) const
{
    return parent.isValid() ? item(parent).children : m_roots;
}

QModelIndex ActivityModel::index(int row, int column, const QModelIndex &parent) const
{
    if (row < 0 || column < 0 || column >= ColumnCount || row >= rowCount(parent))
        return {};
    return createIndex(row, column, quintptr(childrenOf(parent)[size_t(row)]));
}

QModelIndex ActivityModel::parent(const QModelIndex &index) const
{
    if (!index.isValid() || item(index).parent < 0)
        return {};
    const int above = item(index).parent;
    return createIndex(m_items[size_t(above)].row, 0, quintptr(above));
}

int ActivityModel::rowCount(const QModelIndex &parent) const
{
    return parent.column() > 0 ? 0 : int(childrenOf(parent).size());
}

int ActivityModel::columnCount(const QModelIndex &) const
{
    return ColumnCount;
}

QString ActivityModel::who(const Item &item) const
{
    const ActivitySession *session = item.session < 0 ? nullptr : &m_facts->activity.sessions.at(item.session);
    if (!session)
        return tr("global pid %1").arg(item.gpid);
    if (item.isPart)
        return tr("its part on %1").arg(m_facts->nodeName(session->nodeId));
    QString name = session->user;
    if (!session->application.isEmpty())
        name += QStringLiteral(" · ") + session->application;
    if (session->isOwn)
        name += tr(" (this program)");
    return name;
}

/// A statement that runs on other nodes waits for what its parts wait for.
QString ActivityModel::waitText(const Item &item) const
{
    const ActivitySession &session = m_facts->activity.sessions.at(item.session);
    if (!session.lock.isEmpty())
        return session.lock;
    for (const int child : item.children) {
        const Item &part = m_items[size_t(child)];
        if (part.isPart && !m_facts->activity.sessions.at(part.session).lock.isEmpty())
            return m_facts->activity.sessions.at(part.session).lock;
    }
    if (session.waitEvent == QStringLiteral("Client: ClientRead")) // also while citus waits for another node's answer
        return session.state == QStringLiteral("active") ? tr("other nodes") : tr("its client");
    return session.waitEvent;
}

QString ActivityModel::text(const Item &item, int column) const
{
    const ActivitySession *session = item.session < 0 ? nullptr : &m_facts->activity.sessions.at(item.session);
    switch (Column(column)) {
    case Who:
        return who(item);
    case State:
        if (item.closesCycle)
            return tr("closes a circle: these wait for each other");
        if (item.isRepeated)
            return tr("waits here too");
        if (item.blocked > 0)
            return tr("blocks %n", nullptr, item.blocked);
        return session ? session->state : tr("gone, or hidden from you");
    case WaitsFor:
        return session ? waitText(item) : QString();
    case Running:
        return session && session->queryMs >= 0 ? describeDuration(double(session->queryMs)) : QString();
    case Node:
        return session ? m_facts->nodeName(session->nodeId) : QString();
    case Statement:
        return session ? session->query.simplified() : QString();
    case ColumnCount:
        break;
    }
    return {};
}

QVariant ActivityModel::colour(const Item &item, int column) const
{
    const bool isBlocked = item.parent >= 0 && !item.isPart;
    if (column == State && (isBlocked || item.closesCycle))
        return item.closesCycle ? Theme::instance().error() : Theme::instance().warning();
    if (column == State && item.blocked > 0)
        return Theme::instance().error();
    return item.isPart || item.isRepeated ? QVariant(Theme::instance().dimText()) : QVariant();
}

QVariant ActivityModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Item &shown = item(index);
    const ActivitySession *one = session(index);
    switch (role) {
    case Qt::DisplayRole:
        return text(shown, index.column());
    case Qt::ToolTipRole:
        if (index.column() == Statement && one)
            return one->query;
        if (index.column() == Who && one)
            return tr("Process %1 on %2, global pid %3%4")
                .arg(one->pid)
                .arg(m_facts->nodeName(one->nodeId))
                .arg(one->gpid)
                .arg(one->client.isEmpty() ? QString() : tr(", from %1").arg(one->client));
        if (index.column() == Running && one && one->transactionMs >= 0)
            return tr("Its transaction is open for %1.").arg(describeDuration(double(one->transactionMs)));
        return text(shown, index.column());
    case Qt::ForegroundRole:
        return colour(shown, index.column());
    case Qt::FontRole: {
        if (!one || !one->isOwn || index.column() != Who)
            return {};
        QFont font;
        font.setItalic(true);
        return font;
    }
    case Qt::TextAlignmentRole:
        return QVariant::fromValue((index.column() == Running ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case GpidRole:
        return shown.gpid;
    case OwnRole:
        return one && one->isOwn;
    default:
        return {};
    }
}

QVariant ActivityModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (Column(section)) {
    case Who:
        return tr("Session");
    case State:
        return tr("State");
    case WaitsFor:
        return tr("Waits for");
    case Running:
        return tr("Running");
    case Node:
        return tr("Node");
    case Statement:
        return tr("Statement");
    case ColumnCount:
        break;
    }
    return {};
}

} // namespace Shardboard
