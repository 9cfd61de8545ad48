// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/sqlinspection.h"

#include "connection/sqlshape.h"
#include "connection/sqltree.h"

#include <QJsonObject>
#include <QRegularExpression>

#include <algorithm>

namespace Shardboard {

namespace {

using namespace Qt::StringLiterals;

/// Declared volatile, or named like what reaches outside, and harmless: clocks, random values, sizes, statistics.
const QSet<QString> &harmlessFunctions()
{
    static const QSet<QString> names{u"clock_timestamp"_s, u"timeofday"_s, u"random"_s, u"random_normal"_s,
        u"gen_random_uuid"_s, u"gen_random_bytes"_s, u"uuidv4"_s, u"uuidv7"_s, u"uuid_generate_v1"_s,
        u"uuid_generate_v1mc"_s, u"uuid_generate_v4"_s, u"normal_rand"_s, u"bernoulli"_s, u"system"_s,
        u"current_query"_s, u"currval"_s, u"lastval"_s, u"pg_sleep"_s, u"pg_sleep_for"_s, u"pg_sleep_until"_s,
        u"pg_is_in_recovery"_s, u"pg_blocking_pids"_s, u"pg_safe_snapshot_blocking_pids"_s, u"pg_jit_available"_s,
        u"pg_collation_actual_version"_s, u"pg_database_collation_actual_version"_s, u"pg_current_wal_lsn"_s,
        u"pg_current_wal_flush_lsn"_s, u"pg_current_wal_insert_lsn"_s, u"pg_last_wal_receive_lsn"_s,
        u"pg_last_wal_replay_lsn"_s, u"pg_last_xact_replay_timestamp"_s, u"pg_last_committed_xact"_s,
        u"pg_xact_commit_timestamp"_s, u"pg_xact_commit_timestamp_origin"_s, u"pg_xact_status"_s, u"txid_status"_s,
        u"pg_is_wal_replay_paused"_s, u"pg_get_wal_replay_pause_state"_s, u"pg_notification_queue_usage"_s,
        u"pg_database_size"_s, u"pg_indexes_size"_s, u"pg_relation_size"_s, u"pg_table_size"_s, u"pg_tablespace_size"_s,
        u"pg_total_relation_size"_s, u"pg_partition_ancestors"_s, u"pg_partition_tree"_s, u"pg_sequence_last_value"_s,
        u"pg_lock_status"_s, u"pg_prepared_xact"_s, u"pg_stat_have_stats"_s, u"pg_stat_get_recovery_prefetch"_s,
        u"pg_stat_get_io"_s, u"pg_stat_statements"_s, u"pg_stat_statements_info"_s, u"pg_buffercache_pages"_s,
        u"pg_buffercache_summary"_s, u"pg_buffercache_usage_counts"_s, u"pgstattuple"_s, u"pgstattuple_approx"_s,
        u"pgstatindex"_s, u"pgstatginindex"_s, u"pgstathashindex"_s, u"pg_relpages"_s, u"citus_relation_size"_s,
        u"citus_table_size"_s, u"citus_total_relation_size"_s, u"citus_shard_sizes"_s, u"citus_stat_activity"_s,
        u"citus_stat_counters"_s, u"citus_stat_statements"_s, u"citus_stat_tenants"_s, u"citus_stat_tenants_local"_s,
        u"citus_query_stats"_s, u"citus_locks"_s, u"citus_blocking_pids"_s, u"citus_backend_gpid"_s,
        u"citus_calculate_gpid"_s, u"citus_job_list"_s, u"citus_job_status"_s, u"citus_rebalance_status"_s,
        u"get_rebalance_progress"_s, u"get_rebalance_table_shards_plan"_s, u"citus_remote_connection_stats"_s,
        u"citus_local_disk_space_stats"_s, u"citus_is_coordinator"_s, u"citus_executor_name"_s, u"citus_server_id"_s,
        u"time_partition_range"_s, u"get_shard_id_for_distribution_column"_s, u"get_global_active_transactions"_s,
        u"get_all_active_transactions"_s, u"worker_hash"_s, u"hll_card_unpacked"_s, u"hll_ceil_card_unpacked"_s,
        u"hll_floor_card_unpacked"_s, u"hll_pack"_s, u"topn_pack"_s};
    return names;
}

QString lastName(const QJsonArray &names)
{
    const QJsonObject text = names.last().toObject().value(u"String").toObject();
    // Version 15 of the library calls the text "sval", earlier ones "str".
    return text.value(u"sval").toString(text.value(u"str").toString());
}

void collectFunctions(const QJsonValue &node, QSet<QString> &functions)
{
    if (node.isArray()) {
        const QJsonArray array = node.toArray();
        for (const QJsonValue &item : array)
            collectFunctions(item, functions);
        return;
    }
    const QJsonObject object = node.toObject();
    for (auto entry = object.begin(); entry != object.end(); ++entry) {
        if (entry.key() == u"FuncCall")
            functions.insert(lastName(entry.value().toObject().value(u"funcname").toArray()));
        // A function of one composite argument can be written like a column: (row).name
        if (entry.key() == u"A_Indirection")
            functions.insert(lastName(entry.value().toObject().value(u"indirection").toArray()));
        collectFunctions(entry.value(), functions);
    }
}

ServerError notOneQuery()
{
    return ServerError::usage(u"only one query (SELECT, WITH, VALUES or TABLE) that changes nothing can run here"_s,
        u"Row locks, INTO, and WITH parts that write are refused too."_s);
}

} // namespace

SqlInspection inspectSql(const QString &sql)
{
    SqlInspection inspection;
    const SqlTree tree = parseSqlTree(sql.toUtf8());
    inspection.error = tree.error;
    inspection.statements = int(tree.statements.size());
    inspection.isReading = !tree.error;
    for (const QJsonValue &value : tree.statements) {
        const QJsonObject statement = value.toObject().value(u"stmt").toObject();
        inspection.isReading = inspection.isReading && isSelectWithoutEffect(statement);
        collectFunctions(statement, inspection.functions);
    }
    inspection.functions.remove(QString());
    return inspection;
}

bool reachesOutside(const QString &function)
{
    static const QRegularExpression families(
        u"^(dblink|run_command_on_|master_|lo_|loread$|lowrite$|pg_(try_)?advisory_|pg_read_|pg_ls_|pg_file_|pg_stat_"
        u"file$|"
        "pg_logdir_ls$|pg_terminate_|pg_cancel_|pg_reload_|pg_rotate_|pg_promote$|pg_backup_|pg_start_backup$|"
        "pg_stop_backup$|pg_switch_|pg_wal_replay_|pg_create_|pg_drop_|pg_copy_|pg_replication_|pg_logical_|"
        "pg_notify$|pg_export_snapshot$|pg_import_|pg_stat_reset|pg_log_|pg_hba_|pg_ident_|pg_show_all_file_|"
        "pg_current_logfile$|pg_control_|pg_prewarm$|autoprewarm_|pg_truncate_|pg_sync_|pg_restore_|pg_clear_|"
        "pg_set_|heap_force_|binary_upgrade_|postgres_fdw_disconnect|plpgsql_|"
        "set_config$|setval$|nextval$|setseed$|query_to_xml|cursor_to_xml|ts_stat$|ts_rewrite$|crosstab|connectby$|"
        "xpath_table$|xslt_process$|citus_|alter_|create_distributed_|create_reference_|create_time_|drop_old_time_|"
        "undistribute_|worker_|isolate_tenant_|rebalance_|replicate_|schedule|unschedule$|run_maintenance|http|"
        "isn_weak$|brin_summarize|brin_desummarize|gin_clean_|currtid2$)"_s);
    return !harmlessFunctions().contains(function) && families.match(function).hasMatch();
}

Query volatileFunctionsQuery()
{
    return Query(u"SELECT DISTINCT p.proname FROM pg_catalog.pg_proc AS p\n"
                 " WHERE p.provolatile = 'v' AND (p.pronamespace = 'pg_catalog'::pg_catalog.regnamespace\n"
                 "   OR EXISTS (SELECT FROM pg_catalog.pg_depend AS d WHERE d.classid = "
                 "'pg_catalog.pg_proc'::pg_catalog.regclass\n"
                 "                 AND d.objid = p.oid AND d.deptype = 'e'))"_s);
}

QSet<QString> readOutsideFunctions(const ResultSet &answer)
{
    QSet<QString> names;
    for (qsizetype row = 0; row < answer.rowCount(); ++row)
        names.insert(answer.text(row, 0));
    return names - harmlessFunctions();
}

std::optional<ServerError> refuseBeyondReading(const SqlInspection &inspection, const QSet<QString> &outside)
{
    if (inspection.error)
        return inspection.error;
    if (inspection.statements != 1 || !inspection.isReading)
        return notOneQuery();
    QStringList refused;
    for (const QString &function : inspection.functions) {
        if (reachesOutside(function) || outside.contains(function))
            refused << function + u"()"_s;
    }
    if (refused.isEmpty())
        return std::nullopt;
    refused.sort();
    return ServerError::usage(
        u"%1 cannot be called here: it acts outside of the read-only transaction"_s.arg(refused.first()),
        u"Run it in a SQL editor or in psql, where you see what it does."_s);
}

} // namespace Shardboard
