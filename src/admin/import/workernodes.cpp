// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/import/workernodes.h"

#include "admin/import/targettable.h"
#include "connection/syncsession.h"

namespace Shardboard {

namespace {

const QString identifierSql = QStringLiteral("select system_identifier from pg_control_system()");

// A worker counts in a range of its own, which only a bigint has room for.
const QString workersSql = QStringLiteral(R"(
select n.nodename, n.nodeport, r.result
  from run_command_on_workers($2) r
  join pg_dist_node n on n.nodename = r.nodename and n.nodeport = r.nodeport
 where r.success and n.isactive and n.hasmetadata and n.metadatasynced and n.shouldhaveshards
   and exists (select from pg_dist_partition p where p.logicalrelid = to_regclass($1) and p.partmethod = 'h')
   and not exists (select from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
                    where a.attrelid = to_regclass($1) and a.atttypid in ('int2'::regtype, 'int4'::regtype)
                      and (a.attidentity <> '' or pg_get_expr(d.adbin, d.adrelid) like 'nextval(%'))
 order by n.nodeid)");

} // namespace

Outcome<QList<WorkerNode>> readWorkerNodes(SyncSession &coordinator, const TargetTable &table)
{
    if (!table.isDistributed)
        return QList<WorkerNode>();
    const auto rows = coordinator.run(Query(workersSql, {table.name.quoted().toUtf8(), identifierSql.toUtf8()}));
    if (!rows)
        return rows.failure<QList<WorkerNode>>();
    QList<WorkerNode> workers;
    for (qsizetype row = 0; row < rows->rowCount(); ++row)
        workers.append({rows->text(row, 0), rows->text(row, 1).toInt(), rows->cell(row, 2).toByteArray()});
    return workers;
}

// A name of pg_dist_node is the cluster's: here it may lead to another machine, or to none of theirs. libpq offers a
// password to whatever answers there, also one from PGPASSWORD or a service file; the passfile names its hosts.
std::optional<ConnectionSettings> settingsFor(const WorkerNode &worker, ConnectionSettings coordinator)
{
    const bool isNamed = coordinator.value(QStringLiteral("host")).split(u',').contains(worker.host);
    const bool hasPassword = coordinator.password || !qEnvironmentVariableIsEmpty("PGPASSWORD")
        || !qEnvironmentVariableIsEmpty("PGSERVICE") || coordinator.keywords.contains(QStringLiteral("service"));
    if (hasPassword && !isNamed)
        return std::nullopt;
    coordinator.keywords.insert(QStringLiteral("host"), worker.host);
    coordinator.keywords.insert(QStringLiteral("port"), QString::number(worker.port));
    coordinator.keywords.remove(QStringLiteral("hostaddr"));
    coordinator.keywords.insert(QStringLiteral("connect_timeout"), QStringLiteral("5"));
    return coordinator;
}

Completion checkReached(SyncSession &session, const WorkerNode &worker)
{
    const auto answer = session.run(Query(identifierSql));
    if (!answer)
        return answer.failure<Nothing>();
    if (answer->cell(0, 0).toByteArray() != worker.systemIdentifier)
        return ServerError::usage(QStringLiteral("what answers there is another server"));
    return Nothing{};
}

} // namespace Shardboard
