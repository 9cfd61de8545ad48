// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/localcluster/citusnodes.h"

#include "connection/localcluster/blockingconnection.h"
#include "connection/values/sqlquote.h"

namespace Shardboard {

namespace {

struct Member
{
    ConnectionSettings settings;
    QString address; ///< host and port as two SQL values
    qint64 groupId; ///< 0 for the coordinator and for who has not joined
};

Outcome<ResultSet> runOn(const ConnectionSettings &node, const QString &sql, const std::stop_token &stop)
{
    auto connection = BlockingConnection::open(node, stop);
    if (!connection)
        return connection.failure<ResultSet>();
    return std::move(connection).value().run(sql);
}

Completion execute(const ConnectionSettings &node, const QString &sql, const std::stop_token &stop)
{
    const auto result = runOn(node, sql, stop);
    return result ? Completion(Nothing{}) : result.failure<Nothing>();
}

// Each node knows the number of its group, so that it is recognised wherever it listens now.
Outcome<QList<Member>> askMembers(const QList<ConnectionSettings> &nodes, const std::stop_token &stop)
{
    QList<Member> members;
    for (const ConnectionSettings &node : nodes) {
        const auto group = runOn(node, QStringLiteral("SELECT groupid FROM pg_dist_local_group"), stop);
        if (!group)
            return group.failure<QList<Member>>();
        const QString address = QStringLiteral("%1, %2").arg(
            quoteLiteral(node.value(QStringLiteral("host"))), node.value(QStringLiteral("port")));
        members.append({node, address, group->rowCount() == 0 ? 0 : group->integer(0, 0)});
    }
    return members;
}

// citus_update_node() reaches the other nodes under their old addresses, which is no use when several have moved at
// once and other programs answer there. All of them are at rest now, so each is told directly.
Completion tellNewAddresses(const QList<Member> &members, const std::stop_token &stop)
{
    QStringList updates;
    for (const Member &member : members) {
        if (member.groupId == 0 && &member != &members.first())
            continue;
        updates.append(QStringLiteral("UPDATE pg_dist_node SET (nodename, nodeport) = (%1) "
                                      "WHERE groupid = %2 AND (nodename, nodeport) <> (%1)")
                           .arg(member.address, QString::number(member.groupId)));
    }
    for (const Member &member : members) {
        if (const auto told = execute(member.settings, updates.join(QStringLiteral("; ")), stop); !told)
            return told;
    }
    return Nothing{};
}

} // namespace

Completion registerCitusNodes(const QList<ConnectionSettings> &nodes, const std::stop_token &stop)
{
    const auto members = askMembers(nodes, stop);
    if (!members)
        return members.failure<Nothing>();
    if (const auto told = tellNewAddresses(*members, stop); !told)
        return told;

    const Member &coordinator = members->first();
    QStringList additions{QStringLiteral("SELECT citus_set_coordinator_host(%1)").arg(coordinator.address)};
    if (members->size() == 1)
        additions.append(
            QStringLiteral("SELECT citus_set_node_property(%1, 'shouldhaveshards', true)").arg(coordinator.address));
    for (const Member &worker : members->mid(1)) {
        if (worker.groupId == 0)
            additions.append(QStringLiteral("SELECT citus_add_node(%1)").arg(worker.address));
    }
    // One by one: Citus adds nodes in a transaction of their own.
    for (const QString &addition : additions) {
        if (const auto added = execute(coordinator.settings, addition, stop); !added)
            return added;
    }
    return Nothing{};
}

} // namespace Shardboard
