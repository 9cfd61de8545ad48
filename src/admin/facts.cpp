// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/facts.h"

#include "admin/registryaccess.h"
#include "admin/serverobjects.h"
#include "connection/capabilityscan.h"
#include "connection/syncsession.h"
#include "connection/values/reading.h"

#include <QHash>
#include <QJsonDocument>

#include <algorithm>

namespace Shardboard {

namespace {

// What is asked beside the capabilities. Objects of citus, pg_cron and schema shardboard may be absent.
enum CatalogueQuery {
    Schemas,
    Columns,
    Owners,
    CitusTables,
    Rollups,
    Retentions,
    Jobs,
    Blueprints,
    Partitionings,
    Conversions,
    CatalogueQueryCount
};

// Shards hide themselves from pg_class; partitions are no tables of their own here.
const char *const columnsSql = R"(
SELECT c.oid, n.nspname, c.relname, c.relkind = 'p', a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
       a.attidentity <> '', q.oid::regclass, coalesce(q.cache, 1),
       EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indkey[0] = a.attnum AND i.indisvalid AND i.indpred IS NULL)
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN LATERAL (
       SELECT s.seqrelid AS oid, s.seqcache AS cache
         FROM pg_depend d JOIN pg_sequence s ON s.seqrelid = d.objid
        WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid
          AND d.refobjsubid = a.attnum AND d.deptype IN ('a', 'i') LIMIT 1) q ON a.attidentity <> '' OR a.atthasdef
 WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
   AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp_)'
   AND NOT EXISTS (SELECT FROM pg_depend d
                    WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
 ORDER BY n.nspname, c.relname, a.attnum)";

QString catalogueSql(CatalogueQuery query)
{
    switch (query) {
    case Schemas:
        return QStringLiteral("SELECT nspname, obj_description(oid, 'pg_namespace'), pg_get_userbyid(nspowner) FROM "
                              "pg_namespace ORDER BY 1");
    case Columns:
        return QLatin1String(columnsSql);
    case Owners:
        return QStringLiteral(
            "SELECT c.oid, o.rolname, o.rolsuper, o.rolcanlogin AND has_schema_privilege(o.oid, c.relnamespace, "
            "'CREATE'), c.relrowsecurity AND (c.relforcerowsecurity OR row_security_active(c.oid)) "
            "FROM pg_class AS c JOIN pg_roles AS o ON o.oid = c.relowner "
            "WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition");
    case CitusTables:
        return QStringLiteral(
            "SELECT p.logicalrelid::oid, column_to_column_name(p.logicalrelid, p.partkey), p.colocationid, "
            "(SELECT count(*) FROM pg_dist_shard s WHERE s.logicalrelid = p.logicalrelid) "
            "FROM pg_dist_partition p");
    case Rollups:
        return QStringLiteral(
            "SELECT name, source, target, measures, strategy, to_jsonb(r) ->> 'parent', bucket_column, "
            "CASE bucket WHEN '1 year' THEN 31104000 ELSE extract(epoch FROM bucket) END::bigint || ' seconds', "
            "coalesce(to_jsonb(r) ->> 'time_zone', 'UTC'), dimensions, to_jsonb(r) ->> 'source_index' "
            "FROM shardboard.rollup AS r ORDER BY name");
    case Retentions:
        return QStringLiteral(
            "SELECT table_name, keep, time_column, coalesce((to_jsonb(r) ->> 'drops_wide')::boolean, false), "
            "to_jsonb(r) ->> 'deleted_before' IS NOT NULL FROM shardboard.retention AS r ORDER BY table_name");
    case Jobs:
        return QStringLiteral(
            "SELECT jobid, jobname, schedule, command, database, active, username FROM cron.job ORDER BY jobid");
    case Blueprints:
        return QStringLiteral(
            "SELECT name, schema_name, settings, created_schema FROM shardboard.blueprint ORDER BY 1, 2");
    case Partitionings:
        return QStringLiteral("SELECT table_name, time_column, step, ahead, method, columnar_after, default_rows, "
                              "last_run_at, last_error "
                              "FROM shardboard.partitioning ORDER BY table_name");
    case Conversions:
        return QStringLiteral("SELECT count(*) FROM shardboard.conversion");
    case CatalogueQueryCount:
        break;
    }
    Q_UNREACHABLE();
}

void readSchemas(CatalogueFacts &facts, const ResultSet &schemas)
{
    for (qsizetype row = 0; row < schemas.rowCount(); ++row) {
        facts.schemas << schemas.text(row, 0);
        if (schemas.text(row, 0) == QStringLiteral("shardboard")) {
            facts.objectsVersion = ServerObjects::versionFromComment(schemas.text(row, 1));
            facts.objectsOwner = schemas.text(row, 2);
        }
    }
}

void readTables(CatalogueFacts &facts, const ResultSet &columns, const ResultSet &owners, const ResultSet &citus)
{
    QHash<QString, qsizetype> indexByOid;
    for (qsizetype row = 0; row < columns.rowCount(); ++row) {
        const QString oid = columns.text(row, 0);
        if (!indexByOid.contains(oid)) {
            indexByOid.insert(oid, facts.tables.size());
            TableFacts table;
            table.name = {columns.text(row, 1), columns.text(row, 2)};
            table.isPartitioned = columns.boolean(row, 3);
            facts.tables << table;
        }
        facts.tables[indexByOid.value(oid)].columns
            << ColumnFacts{columns.text(row, 4), columns.text(row, 5), columns.boolean(row, 6), columns.boolean(row, 7),
                   columns.text(row, 8), int(columns.integer(row, 9)), columns.boolean(row, 10)};
    }
    for (qsizetype row = 0; row < owners.rowCount(); ++row) {
        const auto found = indexByOid.constFind(owners.text(row, 0));
        if (found == indexByOid.cend())
            continue;
        TableFacts &table = facts.tables[*found];
        table.owner = owners.text(row, 1);
        table.ownerIsSuperuser = owners.boolean(row, 2);
        table.ownerRunsJobs = owners.boolean(row, 3);
        table.hidesRows = owners.boolean(row, 4);
    }
    for (qsizetype row = 0; row < citus.rowCount(); ++row) {
        const auto found = indexByOid.constFind(citus.text(row, 0));
        if (found == indexByOid.cend())
            continue;
        TableFacts &table = facts.tables[*found];
        table.distributionColumn = citus.text(row, 1);
        table.colocationId = int(citus.integer(row, 2));
        table.shardCount = int(citus.integer(row, 3));
    }
}

void readRegistry(
    CatalogueFacts &facts, const ResultSet &rollups, const ResultSet &retentions, const ResultSet &blueprints)
{
    for (qsizetype row = 0; row < rollups.rowCount(); ++row)
        facts.rollups << RollupFacts{rollups.text(row, 0), rollups.text(row, 1), rollups.text(row, 2),
            QJsonDocument::fromJson(rollups.text(row, 3).toUtf8()).array(), rollups.text(row, 4), rollups.text(row, 5),
            rollups.text(row, 6), rollups.text(row, 7), rollups.text(row, 8),
            QJsonDocument::fromJson(rollups.text(row, 9).toUtf8()).array(), rollups.text(row, 10)};
    for (qsizetype row = 0; row < retentions.rowCount(); ++row) {
        RetentionFacts retention{retentions.text(row, 0), std::nullopt, retentions.text(row, 2),
            retentions.boolean(row, 3), retentions.boolean(row, 4)};
        if (!retentions.isNull(row, 1))
            retention.keep = retentions.text(row, 1);
        facts.retentions << retention;
    }
    for (qsizetype row = 0; row < blueprints.rowCount(); ++row)
        facts.blueprints << BlueprintFacts{blueprints.text(row, 0), blueprints.text(row, 1),
            QJsonDocument::fromJson(blueprints.text(row, 2).toUtf8()).object(), blueprints.boolean(row, 3)};
}

void readJobs(CatalogueFacts &facts, const ResultSet &jobs)
{
    for (qsizetype row = 0; row < jobs.rowCount(); ++row)
        facts.jobs << CronJobFacts{jobs.integer(row, 0), jobs.text(row, 1), jobs.text(row, 2), jobs.text(row, 3),
            jobs.text(row, 4), jobs.boolean(row, 5), jobs.text(row, 6)};
}

void readPartitionings(CatalogueFacts &facts, const ResultSet &rows)
{
    for (qsizetype row = 0; row < rows.rowCount(); ++row) {
        PartitioningFacts made{rows.text(row, 0), rows.text(row, 1), rows.text(row, 2), int(rows.integer(row, 3)),
            rows.text(row, 4), rows.text(row, 5), std::nullopt, rows.text(row, 7), rows.text(row, 8)};
        if (!rows.isNull(row, 6))
            made.defaultRows = rows.integer(row, 6);
        facts.partitionings << made;
    }
}

} // namespace

const TableFacts *CatalogueFacts::table(const QualifiedName &name) const
{
    const auto found = std::ranges::find(tables, name, &TableFacts::name);
    return found == tables.cend() ? nullptr : &*found;
}

const RollupFacts *CatalogueFacts::rollup(const QString &name) const
{
    const auto found = std::ranges::find(rollups, name, &RollupFacts::name);
    return found == rollups.cend() ? nullptr : &*found;
}

const ColumnFacts *TableFacts::column(const QString &column) const
{
    const auto found = std::ranges::find(columns, column, &ColumnFacts::name);
    return found == columns.cend() ? nullptr : &*found;
}

const BlueprintFacts *CatalogueFacts::blueprint(const QString &name, const QString &schema) const
{
    const auto found = std::ranges::find_if(
        blueprints, [&](const BlueprintFacts &applied) { return applied.name == name && applied.schema == schema; });
    return found == blueprints.cend() ? nullptr : &*found;
}

const PartitioningFacts *CatalogueFacts::partitioning(const QualifiedName &table) const
{
    const auto found = std::ranges::find(partitionings, table.quoted(), &PartitioningFacts::table);
    return found == partitionings.cend() ? nullptr : &*found;
}

const RetentionFacts *CatalogueFacts::retention(const QualifiedName &table) const
{
    const auto found = std::ranges::find(retentions, table.quoted(), &RetentionFacts::table);
    return found == retentions.cend() ? nullptr : &*found;
}

Outcome<CatalogueFacts> loadFacts(SyncSession &session)
{
    QList<Query> queries = capabilityQueries();
    const qsizetype scanned = queries.size();
    for (int query = 0; query < CatalogueQueryCount; ++query)
        queries << Query(catalogueSql(CatalogueQuery(query)));
    const QList<Outcome<ResultSet>> answers = session.runPipeline(queries);
    const auto capabilities = readCapabilities(answers.mid(0, scanned));
    if (!capabilities)
        return capabilities.failure<CatalogueFacts>();

    CatalogueFacts facts;
    facts.capabilities = *capabilities;
    const SyncSession::Address address = session.address();
    facts.host = address.host;
    facts.port = address.port;
    facts.user = address.user;
    AnswerReading reading;
    const auto answer = [&](CatalogueQuery query) -> const Outcome<ResultSet> & { return answers.at(scanned + query); };
    readSchemas(facts, reading.required(answer(Schemas), QStringLiteral("The schemas")));
    readTables(facts, reading.required(answer(Columns), QStringLiteral("The tables")),
        reading.required(answer(Owners), QStringLiteral("The owners of the tables")),
        reading.orAbsent(answer(CitusTables), QStringLiteral("The distributed tables")));
    const auto registry = [&](CatalogueQuery query, const QString &what) {
        const Outcome<ResultSet> &rows = answer(query);
        return reading.orAbsent(
            rows.isError() ? explainRegistryRefusal(rows.error(), facts.capabilities.user, facts.objectsOwner) : rows,
            what);
    };
    readRegistry(facts, registry(Rollups, QStringLiteral("The rollups in the registry (schema shardboard)")),
        registry(Retentions, QStringLiteral("The retention rules in the registry (schema shardboard)")),
        registry(Blueprints, QStringLiteral("The blueprints in the registry (schema shardboard)")));
    readPartitionings(
        facts, registry(Partitionings, QStringLiteral("The partitioned tables in the registry (schema shardboard)")));
    const ResultSet conversions
        = registry(Conversions, QStringLiteral("The conversions in the registry (schema shardboard)"));
    if (conversions.rowCount() == 1)
        facts.conversions = int(conversions.integer(0, 0));
    readJobs(facts, reading.orRefused(answer(Jobs), QStringLiteral("The jobs of pg_cron"), facts.jobsRefusal));
    facts.canSeeJobs = answer(Jobs).isOk();
    return reading.isOk() ? Outcome<CatalogueFacts>(facts) : reading.failure<CatalogueFacts>();
}

} // namespace Shardboard
