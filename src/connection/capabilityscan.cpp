// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/capabilityscan.h"

#include "connection/capabilityadvice.h"
#include "connection/syncsession.h"
#include "connection/values/reading.h"

namespace Shardboard {

namespace {

// The order of capabilityQueries().
enum Question {
    ServerQuestion,
    RolesQuestion,
    ExtensionsQuestion,
    TrustQuestion,
    PreloadedQuestion,
    CitusLoadedQuestion,
    CronDatabaseQuestion,
    CronTimezoneQuestion,
    LocalGroupQuestion,
    NodesQuestion,
    PartmanQuestion,
    QuestionCount
};

const ResultSet *answerTo(const QList<Outcome<ResultSet>> &answers, Question question)
{
    return answers[question] ? &*answers[question] : nullptr;
}

// A setting that only some roles may see exists all the same when we are refused.
bool isRefused(const Outcome<ResultSet> &answer)
{
    return answer.isError() && answer.error().sqlState == QLatin1String("42501");
}

QString firstText(const QList<Outcome<ResultSet>> &answers, Question question)
{
    const ResultSet *answer = answerTo(answers, question);
    return answer && answer->rowCount() > 0 ? answer->text(0, 0) : QString();
}

void readServer(const ResultSet &row, ServerCapabilities &found)
{
    found.versionNumber = int(row.integer(0, 0));
    found.versionText = row.text(0, 1);
    found.database = row.text(0, 2);
    found.user = row.text(0, 3);
    found.isSuperuser = row.boolean(0, 4);
    found.isReadOnly = row.boolean(0, 5);
    found.canCreateSchema = row.boolean(0, 6);
    found.canSignalBackends = row.boolean(0, 7);
}

QHash<QString, ExtensionFacts> readExtensions(const QList<Outcome<ResultSet>> &answers)
{
    QHash<QString, ExtensionFacts> facts;
    if (const ResultSet *rows = answerTo(answers, ExtensionsQuestion)) {
        for (qsizetype row = 0; row < rows->rowCount(); ++row) {
            ExtensionFacts &extension = facts[rows->text(row, 0)];
            extension.version = rows->text(row, 1);
            extension.schema = rows->text(row, 2);
            extension.isOnDisk = !rows->isNull(row, 3);
            extension.isUsable = rows->boolean(row, 4);
        }
    }
    if (const ResultSet *rows = answerTo(answers, TrustQuestion)) {
        for (qsizetype row = 0; row < rows->rowCount(); ++row)
            facts[rows->text(row, 0)].needsSuperuser = rows->boolean(row, 1);
    }
    return facts;
}

std::optional<bool> isPreloaded(const QList<Outcome<ResultSet>> &answers, const QString &library, Question setting)
{
    if (answerTo(answers, PreloadedQuestion)) {
        // Entries may be paths: "$libdir/citus".
        for (const QString &entry : firstText(answers, PreloadedQuestion).split(QLatin1Char(','))) {
            if (entry.trimmed().section(QLatin1Char('/'), -1) == library)
                return true;
        }
        return false;
    }
    if (isRefused(answers[setting]))
        return true;
    if (const ResultSet *answer = answerTo(answers, setting))
        return answer->rowCount() > 0 && !answer->isNull(0, 0);
    return std::nullopt;
}

void readCitus(const QList<Outcome<ResultSet>> &answers, ServerCapabilities &found)
{
    found.isCoordinator = firstText(answers, LocalGroupQuestion).toInt() == 0;
    const ResultSet *rows = answerTo(answers, NodesQuestion);
    for (qsizetype row = 0; rows && row < rows->rowCount(); ++row) {
        found.nodes.append({int(rows->integer(row, 0)), int(rows->integer(row, 1)), rows->text(row, 2),
            int(rows->integer(row, 3)), rows->boolean(row, 4), rows->boolean(row, 5)});
    }
}

} // namespace

QList<Query> capabilityQueries()
{
    QList<Query> queries(QuestionCount);
    queries[ServerQuestion] = QStringLiteral(
        "SELECT current_setting('server_version_num'), current_setting('server_version'), current_database(), "
        "current_user,"
        " (SELECT rolsuper FROM pg_roles WHERE rolname = current_user),"
        " pg_is_in_recovery() OR 'on' IN (current_setting('default_transaction_read_only'),"
        " current_setting('transaction_read_only')),"
        " has_database_privilege(current_database(), 'CREATE'), pg_has_role('pg_signal_backend', 'MEMBER')");
    queries[RolesQuestion] = QStringLiteral(
        "SELECT rolname FROM pg_roles WHERE pg_has_role(oid, 'MEMBER') ORDER BY rolname <> current_user, rolname");
    queries[ExtensionsQuestion] = QStringLiteral(
        "SELECT wanted.name, e.extversion, n.nspname, a.default_version, has_schema_privilege(n.oid, 'USAGE')"
        " FROM unnest(ARRAY['citus', 'hll', 'topn', 'tdigest', 'pg_cron', 'pg_partman']) AS wanted(name)"
        " LEFT JOIN pg_extension e ON e.extname = wanted.name LEFT JOIN pg_namespace n ON n.oid = e.extnamespace"
        " LEFT JOIN pg_available_extensions a ON a.name = wanted.name");
    queries[TrustQuestion]
        = QStringLiteral("SELECT v.name, v.superuser AND NOT v.trusted FROM pg_available_extension_versions v"
                         " JOIN pg_available_extensions a ON a.name = v.name AND a.default_version = v.version"
                         " WHERE v.name IN ('citus', 'hll', 'topn', 'tdigest', 'pg_cron', 'pg_partman')");
    queries[PreloadedQuestion] = QStringLiteral("SELECT current_setting('shared_preload_libraries')");
    queries[CitusLoadedQuestion] = QStringLiteral("SELECT current_setting('citus.shard_count', true)");
    queries[CronDatabaseQuestion] = QStringLiteral("SELECT current_setting('cron.database_name', true)");
    queries[CronTimezoneQuestion] = QStringLiteral("SELECT current_setting('cron.timezone', true)");
    queries[LocalGroupQuestion] = QStringLiteral("SELECT groupid FROM pg_catalog.pg_dist_local_group");
    queries[NodesQuestion] = QStringLiteral(
        "SELECT nodeid, groupid, nodename, nodeport, isactive, shouldhaveshards FROM pg_catalog.pg_dist_node"
        " WHERE noderole = 'primary' ORDER BY groupid, nodeid");
    // pg_partman 5 dropped the type that 4 wants between the control column and the interval.
    queries[PartmanQuestion] = QStringLiteral(
        "SELECT CASE WHEN array_position(p.proargnames, 'p_type') < array_position(p.proargnames, 'p_interval')"
        " THEN 4 ELSE 5 END FROM pg_proc p JOIN pg_extension e ON e.extnamespace = p.pronamespace"
        " WHERE e.extname = 'pg_partman' AND p.proname = 'create_parent'");
    return queries;
}

Outcome<ServerCapabilities> readCapabilities(const QList<Outcome<ResultSet>> &answers)
{
    if (answers.size() != QuestionCount)
        return Cancelled{};
    if (!answers[ServerQuestion])
        return answers[ServerQuestion].failure<ServerCapabilities>();
    for (const Outcome<ResultSet> &answer : answers) {
        const bool isKnown
            = answer || (answer.isError() && (saysAbsent(answer.error()) || saysRefused(answer.error())));
        if (!isKnown) // a timeout does not mean that an extension is missing
            return answer.failure<ServerCapabilities>();
    }
    ServerCapabilities found;
    readServer(*answers[ServerQuestion], found);
    if (const ResultSet *roles = answerTo(answers, RolesQuestion)) {
        for (qsizetype row = 0; row < roles->rowCount(); ++row)
            found.roles.append(roles->text(row, 0));
    }
    found.cronDatabase = firstText(answers, CronDatabaseQuestion);
    found.cronTimezone = firstText(answers, CronTimezoneQuestion);
    if (found.cronTimezone.isEmpty())
        found.cronTimezone = QStringLiteral("GMT");

    QHash<QString, ExtensionFacts> facts = readExtensions(answers);
    facts[QStringLiteral("citus")].isPreloaded = isPreloaded(answers, QStringLiteral("citus"), CitusLoadedQuestion);
    facts[QStringLiteral("pg_cron")].isPreloaded
        = isPreloaded(answers, QStringLiteral("pg_cron"), CronDatabaseQuestion);
    if (facts[QStringLiteral("citus")].isCreated())
        readCitus(answers, found);
    if (facts[QStringLiteral("pg_partman")].isCreated())
        found.partmanMajor = firstText(answers, PartmanQuestion).toInt();
    adviseAll(facts, found);
    return found;
}

Outcome<ServerCapabilities> scanCapabilities(SyncSession &session)
{
    return readCapabilities(session.runPipeline(capabilityQueries()));
}

} // namespace Shardboard
