// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/localcluster.h"
#include "connection/values/resultset.h"
#include "tests/support/testmain.h"

namespace Shardboard::Testing {

/// A private cluster for one test program, of the topology that SHARDBOARD_TEST_TOPOLOGY names (plain unless said), in
/// a temporary folder that goes away with it. Where the machine has no citus and it is asked for, the program ends with
/// 77, which ctest shows as skipped. What an earlier program left because it crashed is removed first.
class LiveCluster
{
public:
    explicit LiveCluster(LocalCluster::Options options = {});
    ~LiveCluster();
    LiveCluster(const LiveCluster &) = delete;
    LiveCluster &operator=(const LiveCluster &) = delete;

    static LocalCluster::Topology wantedTopology();
    bool hasCitus() const { return m_status.hasCitus; }
    /// As it was after the start.
    const LocalCluster::Status &status() const { return m_status; }
    LocalCluster &cluster() { return m_cluster; }

    /// Of the coordinator or the plain server; or of a node by its name ("worker1").
    ConnectionSettings settings() const { return settings(m_status.nodes.first().name); }
    ConnectionSettings settings(const QString &node) const { return m_cluster.nodeSettings(node); }

    /// One or several statements on a connection of their own, not through the sessions under test; the last result
    /// counts. An error fails the running test and gives an empty result.
    ResultSet sql(const QString &statements, const QString &node = {}) const;
    Outcome<ResultSet> trySql(const QString &statements, const QString &node = {}) const;
    /// Makes a role that may log in with the password "secret", also from one node to another, as Citus does for it.
    void addLogin(const QString &role) const;
    /// The first cell as text.
    QString value(const QString &statements, const QString &node = {}) const;

private:
    LocalCluster m_cluster;
    LocalCluster::Status m_status;
};

/// A new folder that the servers' account can reach, for tests that make clusters of their own.
QString makeClusterFolder();

} // namespace Shardboard::Testing

/// As SHARDBOARD_TEST_MAIN, for a test class whose constructor takes a `LiveCluster &`.
#define SHARDBOARD_LIVE_TEST_MAIN(TestClass)                                                                           \
    int main(int argc, char *argv[])                                                                                   \
    {                                                                                                                  \
        Shardboard::Testing::prepare();                                                                                \
        QCoreApplication app(argc, argv);                                                                              \
        Shardboard::Testing::LiveCluster cluster;                                                                      \
        TestClass test(cluster);                                                                                       \
        return QTest::qExec(&test, argc, argv);                                                                        \
    }
