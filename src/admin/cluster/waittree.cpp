// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/cluster/waittree.h"

#include <QHash>
#include <QSet>

#include <algorithm>

namespace Shardboard {

namespace {

class TreeBuilder
{
public:
    explicit TreeBuilder(const ActivityFacts &facts) : m_facts(facts)
    {
        for (const ActivitySession &session : facts.sessions)
            know(session.gpid);
        for (const LockWait &wait : facts.waits) {
            know(wait.waiting);
            know(wait.blocking);
            if (wait.waiting == wait.blocking || m_blocked.value(wait.blocking).contains(wait.waiting))
                continue;
            m_blocked[wait.blocking] << wait.waiting;
            m_waiting << wait.waiting;
        }
        for (int i = 0; i < facts.sessions.size(); ++i) {
            const ActivitySession &session = facts.sessions.at(i);
            if (session.isWorkerPart)
                m_parts[session.gpid] << i;
            else
                m_sessions.insert(session.gpid, i);
        }
    }

    QList<WaitNode> build()
    {
        QList<WaitNode> blockers = take([this](qint64 gpid) { return m_blocked.contains(gpid) && !isWaiting(gpid); });
        std::ranges::stable_sort(blockers, std::greater(), &WaitNode::blockedCount);
        // Who is left and blocks others waits for others: a circle leads to it, or it is in one.
        blockers += take([this](qint64 gpid) { return m_blocked.contains(gpid) && isInCycle(gpid); });
        QList<WaitNode> rest = take([](qint64) { return true; });
        std::ranges::stable_sort(rest, std::greater(), [this](const WaitNode &node) {
            return node.session < 0 ? qint64(-1) : m_facts.sessions.at(node.session).queryMs;
        });
        return blockers + rest;
    }

private:
    void know(qint64 gpid)
    {
        if (!m_known.contains(gpid)) {
            m_known.insert(gpid);
            m_order << gpid;
        }
    }

    bool isWaiting(qint64 gpid) const { return m_waiting.contains(gpid); }

    /// Whether it waits, over others, for itself.
    bool isInCycle(qint64 gpid) const
    {
        QList<qint64> reached = m_blocked.value(gpid);
        for (qsizetype i = 0; i < reached.size(); ++i) {
            if (reached.at(i) == gpid)
                return true;
            for (const qint64 next : m_blocked.value(reached.at(i))) {
                if (!reached.contains(next))
                    reached << next;
            }
        }
        return false;
    }

    template <typename Condition>
    QList<WaitNode> take(Condition isRoot)
    {
        QList<WaitNode> roots;
        for (const qint64 gpid : std::as_const(m_order)) {
            if (!m_shown.contains(gpid) && isRoot(gpid))
                roots << grow(gpid);
        }
        return roots;
    }

    WaitNode grow(qint64 gpid)
    {
        WaitNode node;
        node.gpid = gpid;
        node.session = m_sessions.value(gpid, -1);
        node.parts = m_parts.value(gpid);
        if (node.session < 0 && !node.parts.isEmpty())
            node.session = node.parts.takeFirst(); // the backend it came in by is on a node that did not answer
        node.closesCycle = m_path.contains(gpid);
        node.isRepeated = !node.closesCycle && m_shown.contains(gpid);
        if (node.closesCycle || node.isRepeated)
            return node;
        m_shown.insert(gpid);
        m_path << gpid;
        for (const qint64 waiting : m_blocked.value(gpid))
            node.blocked << grow(waiting);
        m_path.removeLast();
        return node;
    }

    const ActivityFacts &m_facts;
    QList<qint64> m_order; ///< as the server told them
    QSet<qint64> m_known, m_waiting, m_shown;
    QList<qint64> m_path;
    QHash<qint64, QList<qint64>> m_blocked;
    QHash<qint64, int> m_sessions;
    QHash<qint64, QList<int>> m_parts;
};

} // namespace

int WaitNode::blockedCount() const
{
    int count = 0;
    for (const WaitNode &node : blocked)
        count += node.closesCycle ? 0 : 1 + node.blockedCount();
    return count;
}

QList<WaitNode> waitTree(const ActivityFacts &facts)
{
    return TreeBuilder(facts).build();
}

} // namespace Shardboard
