// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>
#include <QStringList>

namespace Shardboard {

/// One thing a server can or cannot do, and what it would take: a line of `shardboardctl doctor`.
struct Capability
{
    enum class State { Available, Missing, Limited };

    QString name; ///< "citus", "hll", "pg_cron", …
    State state = State::Missing;
    QString version; ///< empty when it is not there
    QString schema; ///< where the extension's objects live, empty when it is not there
    QString reason; ///< why it is so, one sentence
    QString remedy; ///< what it would take, empty when nothing is missing

    bool isAvailable() const { return state == State::Available; }
    bool operator==(const Capability &) const = default;
};

struct ClusterNode
{
    int nodeId = 0;
    int groupId = 0; ///< 0 is the coordinator
    QString host;
    int port = 0;
    bool isActive = false;
    bool shouldHaveShards = false;

    bool isCoordinator() const { return groupId == 0; }
    bool operator==(const ClusterNode &) const = default;
};

/// What the capability scan found. What is possible is decided by this, never by a version number.
struct ServerCapabilities
{
    int versionNumber = 0; ///< server_version_num, such as 150020
    QString versionText; ///< "15.20 (Debian …)"
    QString database;
    QString user;
    bool isSuperuser = false;
    bool isReadOnly = false; ///< in recovery, or default_transaction_read_only for us
    QStringList roles; ///< roles the user is a member of, own name first
    bool canCreateSchema = false; ///< CREATE on the database
    bool canSignalBackends = false;

    Capability citus, hll, topn, tdigest, pgCron, pgPartman;
    QList<ClusterNode> nodes; ///< empty without citus; coordinator first
    bool isCoordinator = true; ///< false: connected to a worker
    QString cronDatabase; ///< cron.database_name; pg_cron is usable only from there
    QString cronTimezone; ///< GMT unless cron.timezone says otherwise
    int partmanMajor = 0; ///< 4 or 5 by create_parent's arguments, 0 without pg_partman

    bool hasCitus() const { return citus.isAvailable(); }
    /// All of them in the order a person reads them.
    QList<Capability> all() const { return {citus, hll, topn, tdigest, pgCron, pgPartman}; }
    bool operator==(const ServerCapabilities &) const = default;
};

} // namespace Shardboard
