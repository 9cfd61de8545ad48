// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/distribute/shardingsession.h"

#include "admin/distribute/altersharding.h"
#include "admin/distribute/distributeplanner.h"
#include "admin/distribute/isolatetenant.h"
#include "admin/distribute/undistribute.h"
#include "connection/syncsession.h"

#include <functional>

namespace Shardboard {

using namespace Qt::StringLiterals;

namespace {

/// An error where the server has no citus: nothing of this makes sense there.
Completion requireCitus(SyncSession &session)
{
    const auto found = session.run(Query(u"SELECT count(*) > 0 FROM pg_extension WHERE extname = 'citus'"_s));
    if (!found)
        return found.failure<Nothing>();
    if (found->rowCount() == 1 && found->boolean(0, 0))
        return Nothing{};
    return ServerError::usage(
        u"This database does not have the citus extension, so there are no nodes to spread tables over."_s,
        u"Install it on the server, add it to shared_preload_libraries, restart, and run CREATE EXTENSION citus."_s);
}

/// The check expression of a table is code of its owner. It is left unknown where that role is none the session trusts:
/// a superuser trusts only superusers, another user the roles it is a member of.
bool runsTrustedCode(SyncSession &session, const DataCheck &check)
{
    if (check.kind != DataCheck::Kind::CheckViolated)
        return true;
    const auto trusted = session.run(Query(
        u"SELECT o.rolsuper OR CASE WHEN me.rolsuper THEN o.oid = me.oid ELSE pg_has_role(o.oid, 'MEMBER') END "
        "FROM pg_class AS c JOIN pg_roles AS o ON o.oid = c.relowner JOIN pg_roles AS me ON me.rolname = session_user "
        "WHERE c.oid = to_regclass($1)"_s,
        {check.table.quoted().toUtf8()}));
    return trusted && trusted->rowCount() == 1 && trusted->boolean(0, 0);
}

/// The answers to what the settings make one ask the rows.
QList<DataCheck> askRows(SyncSession &session, const DistributeSettings &settings, const ShardingFacts &facts)
{
    QList<DataCheck> asked, others;
    for (const DataCheck &check : dataChecks(settings, facts))
        (runsTrustedCode(session, check) ? asked : others) << check;
    QList<Query> queries;
    for (const DataCheck &check : std::as_const(asked))
        queries << check.query;
    if (!queries.isEmpty())
        readDataChecks(session.runPipeline(queries), asked);
    return asked + others;
}

/// A verdict and what becomes of it, for one kind of intent.
struct JudgedTable
{
    Preflight preflight;
    std::function<Outcome<Plan>()> plan;
};

Outcome<JudgedTable> judgeDistribution(SyncSession &session, const Intent &intent)
{
    const auto settings = distributeSettings(intent);
    if (!settings)
        return settings.failure<JudgedTable>();
    const auto verdict = runPreflight(session, *settings);
    if (!verdict)
        return verdict.failure<JudgedTable>();
    return JudgedTable{
        *verdict, [settings = *settings, verdict = *verdict] { return planDistribution(settings, verdict); }};
}

Outcome<JudgedTable> judgeUndistribution(SyncSession &session, const Intent &intent)
{
    const auto settings = undistributeSettings(intent);
    if (!settings)
        return settings.failure<JudgedTable>();
    const auto facts = loadShardingFacts(session, {settings->tables, settings->schema});
    if (!facts)
        return facts.failure<JudgedTable>();
    const Preflight verdict = undistributePreflight(*settings, *facts);
    return JudgedTable{verdict, [settings = *settings, verdict] { return planUndistribution(settings, verdict); }};
}

/// The tables of the group are not connected by foreign keys alone: with them it takes a second look.
Outcome<ShardingFacts> loadWithGroup(SyncSession &session, ShardingQuestion question)
{
    auto facts = loadShardingFacts(session, question);
    if (!facts)
        return facts;
    const ShardingTable *table = facts->table(question.tables.first());
    const qsizetype asked = question.tables.size();
    for (const GroupFacts &group : facts->cluster.groups) {
        if (!table || group.group.id != table->colocationId)
            continue;
        for (const QString &member : group.members) {
            if (const QualifiedName name = parseQualifiedName(member); !question.tables.contains(name))
                question.tables << name;
        }
    }
    return question.tables.size() == asked ? facts : loadShardingFacts(session, question);
}

Outcome<JudgedTable> judgeAlteration(SyncSession &session, const Intent &intent)
{
    const auto settings = alterShardingSettings(intent);
    if (!settings)
        return settings.failure<JudgedTable>();
    ShardingQuestion question{{settings->table}, {}};
    if (!settings->colocateWith.isEmpty() && settings->colocateWith != u"none")
        question.tables << parseQualifiedName(settings->colocateWith);
    const auto facts = loadWithGroup(session, question);
    if (!facts)
        return facts.failure<JudgedTable>();
    const auto checks = askRows(session, asDistribution(*settings, *facts), asUndistributed(*settings, *facts));
    const Preflight verdict = alterShardingPreflight(*settings, *facts, checks);
    return JudgedTable{verdict, [settings = *settings, verdict] { return planAlterSharding(settings, verdict); }};
}

Outcome<JudgedTable> judgeIsolation(SyncSession &session, const Intent &intent)
{
    const auto settings = isolateTenantSettings(intent);
    if (!settings)
        return settings.failure<JudgedTable>();
    const auto facts = loadWithGroup(session, {{settings->table}, {}});
    if (!facts)
        return facts.failure<JudgedTable>();
    TenantPlace place;
    if (const ShardingTable *table = facts->table(settings->table); table && !table->distributionColumn.isEmpty())
        place = readTenantPlace(session.runPipeline(tenantPlaceQueries(*settings, *table)));
    const Preflight verdict = isolateTenantPreflight(*settings, *facts, place);
    return JudgedTable{verdict, [settings = *settings, verdict] { return planTenantIsolation(settings, verdict); }};
}

Outcome<JudgedTable> judgeIntent(SyncSession &session, const Intent &intent)
{
    if (const auto present = requireCitus(session); !present)
        return present.failure<JudgedTable>();
    if (intent.kind == u"distribute")
        return judgeDistribution(session, intent);
    if (intent.kind == u"undistribute")
        return judgeUndistribution(session, intent);
    if (intent.kind == u"alter-distribution")
        return judgeAlteration(session, intent);
    return judgeIsolation(session, intent);
}

} // namespace

Outcome<ShardingFacts> loadShardingFacts(SyncSession &session, const ShardingQuestion &question)
{
    const auto scope = readShardingScope(session.run(shardingScopeQuery(question)));
    if (!scope)
        return scope.failure<ShardingFacts>();
    return readShardingFacts(question, session.runPipeline(shardingFactQueries(question, *scope)));
}

Outcome<Preflight> runPreflight(SyncSession &session, const DistributeSettings &settings)
{
    const auto facts = loadShardingFacts(session, questionOf(settings));
    if (!facts)
        return facts.failure<Preflight>();
    return preflight(settings, *facts, askRows(session, settings, *facts));
}

QStringList shardingIntentKinds()
{
    return {u"distribute"_s, u"undistribute"_s, u"alter-distribution"_s, u"isolate-tenant"_s};
}

Outcome<Preflight> runPreflight(SyncSession &session, const Intent &intent)
{
    const auto judged = judgeIntent(session, intent);
    return judged ? Outcome<Preflight>(judged->preflight) : judged.failure<Preflight>();
}

Outcome<Plan> planSharding(SyncSession &session, const Intent &intent)
{
    const auto judged = judgeIntent(session, intent);
    return judged ? judged->plan() : judged.failure<Plan>();
}

} // namespace Shardboard
