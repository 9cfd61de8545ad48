// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/iothread.h"
#include "connection/syncsession.h"
#include "tests/support/livecluster.h"

#include <memory>
#include <vector>

namespace Shardboard::Testing {

/// Where writers of a table wait until the test lets them go on: who is to be killed in the middle of its work stands
/// there for as long as that takes. The table has CHECK (public.pass_gate(k)); while the gate is closed every fifth row
/// waits, on whatever node it is written.
class Gate
{
public:
    explicit Gate(LiveCluster &cluster) : m_cluster(cluster) {}

    /// Once for the cluster, before the table is made.
    void build()
    {
        onAllNodes(QStringLiteral(
            "CREATE OR REPLACE FUNCTION public.pass_gate(k int) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN "
            "IF k % 5 = 0 AND current_setting('test.gate', true) = 'closed' THEN PERFORM "
            "pg_advisory_xact_lock_shared(4711); "
            "END IF; RETURN true; END $$"));
    }
    /// For sessions that begin afterwards.
    void close()
    {
        for (const LocalCluster::Node &node : m_cluster.status().nodes) {
            m_keepers.push_back(
                std::make_unique<SyncSession>(m_io, m_cluster.settings(node.name), SessionPurpose::Job));
            QVERIFY(m_keepers.back()->open()
                && m_keepers.back()->run(Query(QStringLiteral("SELECT pg_advisory_lock(4711)"))));
        }
        set(QStringLiteral("closed"));
    }
    /// Lets go who waits. Every server must answer.
    void open()
    {
        release();
        set(QStringLiteral("open"));
    }
    /// The same for those who wait, also while a server is down.
    void release() { m_keepers.clear(); }

    bool isWaitedAt() const
    {
        return std::ranges::any_of(m_cluster.status().nodes, [this](const LocalCluster::Node &node) {
            const auto waiting = m_cluster.trySql(
                QStringLiteral(
                    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 4711 AND NOT granted"),
                node.name);
            return waiting && waiting->text(0, 0) != u"0";
        });
    }

private:
    void onAllNodes(const QString &statement) const
    {
        const QString alone
            = m_cluster.hasCitus() ? QStringLiteral("SET citus.enable_ddl_propagation TO off; ") : QString();
        for (const LocalCluster::Node &node : m_cluster.status().nodes)
            m_cluster.sql(alone + statement, node.name);
    }
    void set(const QString &state) const
    {
        const QString database = m_cluster.value(QStringLiteral("SELECT quote_ident(current_database())"));
        onAllNodes(QStringLiteral("ALTER DATABASE %1 SET test.gate = '%2'").arg(database, state));
    }

    LiveCluster &m_cluster;
    IoThread m_io;
    std::vector<std::unique_ptr<SyncSession>> m_keepers;
};

} // namespace Shardboard::Testing
