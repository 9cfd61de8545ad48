// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/distribute/isolatetenant.h"

#include "admin/distribute/preflightrules.h"
#include "admin/distribute/shardingsql.h"

#include <QJsonArray>

#include <algorithm>

namespace Shardboard {

using namespace Qt::StringLiterals;

namespace {

QString shardOf(const IsolateTenantSettings &settings, const QString &value)
{
    return u"get_shard_id_for_distribution_column(%1, %2::text)"_s.arg(quoteLiteral(settings.table.quoted()), value);
}

QString isAloneSql(const IsolateTenantSettings &settings)
{
    return u"SELECT shardminvalue = shardmaxvalue FROM pg_dist_shard WHERE shardid = %1"_s.arg(
        shardOf(settings, quoteLiteral(settings.tenant)));
}

/// Tables of the group that give logical replication nothing to find their old rows by.
QStringList withoutIdentity(const ShardingTable &table, const ShardingFacts &facts)
{
    QStringList found;
    for (const ShardingTable &one : facts.tables) {
        if (one.colocationId == table.colocationId && one.kind == TableKind::Distributed)
            found << one.withoutReplicaIdentity;
    }
    return found;
}

QStringList matesOf(const ShardingTable &table, const ShardingFacts &facts)
{
    QStringList mates;
    for (const ShardingTable &one : facts.tables) {
        if (one.colocationId == table.colocationId && one.name != table.name && one.kind == TableKind::Distributed)
            mates << one.name.display();
    }
    return mates;
}

void checkIdentity(PreflightContext &context, const ShardingTable &table)
{
    const QStringList lacking = withoutIdentity(table, context.facts);
    if (lacking.isEmpty())
        return;
    Finding &finding = context.warn(u"replica-identity"_s, table.name);
    finding.problem
        = u"%1: no replica identity, that is no primary key, and none was set."_s.arg(lacking.join(u", "_s));
    finding.rule = u"While the shard is split UPDATE and DELETE on it fail; INSERT goes on."_s;
    finding.remedy = u"Block writes meanwhile, or give the tables a primary key."_s;
}

void checkPlace(PreflightContext &context, const IsolateTenantSettings &settings, const ShardingTable &table,
    const TenantPlace &place)
{
    if (place.refusal) {
        Finding &finding = context.block(u"not-a-value"_s, table.name, settings.tenant);
        finding.problem
            = u"\"%1\" is no value of %2: %3"_s.arg(settings.tenant, table.distributionColumn, place.refusal->message);
        finding.rule = u"A tenant is a value of the distribution column."_s;
        return;
    }
    if (place.isAlone) {
        context.inform(u"already-so"_s, table.name).problem
            = u"%1 = %2 has a shard of its own already."_s.arg(table.distributionColumn, settings.tenant);
        return;
    }
    if (place.placements > 1) {
        Finding &finding = context.block(u"replicated-shard"_s, table.name);
        finding.problem = u"Its shard has %1 copies."_s.arg(place.placements);
        finding.rule = u"Only shards with one copy can be split."_s;
    }
    if (place.rows == 0) {
        Finding &finding = context.warn(u"no-rows"_s, table.name, settings.tenant);
        finding.problem
            = u"%1 has no row with %2 = %3."_s.arg(table.name.display(), table.distributionColumn, settings.tenant);
        finding.rule = u"The shard is made all the same, for rows to come."_s;
    } else if (place.rows > 0) {
        context.inform(u"rows"_s, table.name).problem
            = u"%1 rows of %2 move to the new shard."_s.arg(place.rows).arg(table.name.display());
    }
}

QList<Finding> findings(const IsolateTenantSettings &settings, const ShardingFacts &facts, const TenantPlace &place)
{
    const DistributeSettings nothing;
    const PlannedState state(nothing, facts);
    PreflightContext context{nothing, facts, {}, state, {}};
    const ShardingTable *table = facts.table(settings.table);
    if (!table) {
        Finding &finding = context.block(u"missing-table"_s, settings.table);
        finding.problem = u"There is no table %1."_s.arg(settings.table.display());
        finding.rule = u"The name is taken as it is written, with its schema."_s;
        return context.findings;
    }
    if (table->kind != TableKind::Distributed) {
        Finding &finding = context.block(u"not-distributed"_s, table->name);
        finding.problem = u"%1 is not distributed by a column."_s.arg(table->name.display());
        finding.rule = u"A tenant is a value of the distribution column."_s;
        return context.findings;
    }
    if (!table->isOwned) {
        Finding &finding = context.block(u"not-owner"_s, table->name);
        finding.problem = u"%1 belongs to somebody else."_s.arg(table->name.display());
        finding.rule = u"Only its owner, a member of the owning role, or a superuser can split its shards."_s;
    }
    checkPlace(context, settings, *table, place);
    if (!settings.blockWrites) {
        checkIdentity(context, *table);
        checkLogicalDecoding(context);
    }
    checkNodes(context);
    return context.findings;
}

} // namespace

Intent isolateTenantIntent(const IsolateTenantSettings &settings)
{
    QJsonObject json{{u"table"_s, settings.table.quoted()}, {u"tenant"_s, settings.tenant},
        {u"blockWrites"_s, settings.blockWrites}};
    if (!settings.fixes.isEmpty())
        json.insert(u"fixes"_s, QJsonArray::fromStringList(settings.fixes));
    return {u"isolate-tenant"_s, json};
}

Outcome<IsolateTenantSettings> isolateTenantSettings(const Intent &intent)
{
    const QJsonObject &json = intent.settings;
    if (const QString key = unknownSetting(json, {u"table"_s, u"tenant"_s, u"blockWrites"_s, u"fixes"_s});
        !key.isEmpty())
        return ServerError::usage(u"\"%1\" is not a setting of \"isolate-tenant\"."_s.arg(key));
    const auto table = tableSetting(json.value(u"table"_s));
    if (!table)
        return table.failure<IsolateTenantSettings>();
    const QJsonValue tenant = json.value(u"tenant"_s);
    if (!tenant.isString() && !tenant.isDouble())
        return ServerError::usage(u"Say which tenant: \"tenant\" is a value of the distribution column."_s);
    IsolateTenantSettings settings{*table, tenant.toVariant().toString(), json.value(u"blockWrites"_s).toBool(), {}};
    for (const QJsonValue &fix : json.value(u"fixes"_s).toArray())
        settings.fixes << fix.toString();
    return settings;
}

QList<Query> tenantPlaceQueries(const IsolateTenantSettings &settings, const ShardingTable &table)
{
    const ShardingColumn *column = table.column(table.distributionColumn);
    const QByteArray value = settings.tenant.toUtf8();
    Query place(u"SELECT s.shardid, s.shardminvalue = s.shardmaxvalue, "
                u"(SELECT count(*) FROM pg_dist_placement p WHERE p.shardid = s.shardid) "
                u"FROM pg_dist_shard s WHERE s.shardid = %1"_s.arg(shardOf(settings, u"$1"_s)),
        {value});
    Query rows(u"SELECT count(*) FROM %1 WHERE %2 = $1::%3"_s.arg(settings.table.quoted(),
                   quoteIdentifier(table.distributionColumn), column ? column->type : u"text"_s),
        {value});
    rows.timeout = std::chrono::seconds(20);
    return {place, rows};
}

TenantPlace readTenantPlace(const QList<Outcome<ResultSet>> &answers)
{
    TenantPlace place;
    if (answers.isEmpty())
        return place;
    if (answers.first().isError())
        place.refusal = answers.first().error();
    if (answers.first() && answers.first()->rowCount() == 1) {
        place.shardId = answers.first()->integer(0, 0);
        place.isAlone = answers.first()->boolean(0, 1);
        place.placements = int(answers.first()->integer(0, 2));
    }
    if (answers.size() > 1 && answers.at(1) && answers.at(1)->rowCount() == 1)
        place.rows = answers.at(1)->integer(0, 0, -1);
    return place;
}

Query largestTenantsQuery(const QualifiedName &table, const QString &distributionColumn)
{
    Query query(u"SELECT %1::text, count(*), (SELECT count(*) FROM %2) FROM %2 GROUP BY %1 "
                u"ORDER BY 2 DESC, 1 LIMIT 10"_s.arg(quoteIdentifier(distributionColumn), table.quoted()));
    query.timeout = std::chrono::seconds(10);
    return query;
}

Outcome<QList<TenantShare>> readLargestTenants(const Outcome<ResultSet> &answer)
{
    if (!answer)
        return answer.failure<QList<TenantShare>>();
    QList<TenantShare> tenants;
    for (qsizetype row = 0; row < answer->rowCount(); ++row) {
        const qint64 rows = answer->integer(row, 1);
        tenants << TenantShare{answer->text(row, 0), rows, double(rows) / std::max<double>(1, answer->real(row, 2))};
    }
    return tenants;
}

Preflight isolateTenantPreflight(
    const IsolateTenantSettings &settings, const ShardingFacts &facts, const TenantPlace &place)
{
    return judge(
        settings.fixes, facts, [&](const ShardingFacts &present) { return findings(settings, present, place); });
}

Outcome<Plan> planTenantIsolation(const IsolateTenantSettings &settings, const Preflight &preflight)
{
    if (const auto obstacles = whatBlocks(preflight))
        return *obstacles;
    const ShardingTable &table = *preflight.facts.table(settings.table);
    const QStringList mates = matesOf(table, preflight.facts);
    Plan plan;
    plan.intent = isolateTenantIntent(settings);
    plan.title = u"Give %1 = %2 a shard of its own"_s.arg(table.distributionColumn, settings.tenant);
    addFindings(preflight, plan);
    PlanStep step;
    step.id = u"isolate "_s + table.name.display();
    step.title = plan.title;
    step.sql = u"SELECT isolate_tenant_to_new_shard(%1, %2::text, 'CASCADE', shard_transfer_mode => '%3')"_s.arg(
        quoteLiteral(settings.table.quoted()), quoteLiteral(settings.tenant),
        settings.blockWrites ? u"block_writes"_s : u"force_logical"_s);
    step.doneSql = isAloneSql(settings);
    step.inTransaction = false;
    const QString all = (QStringList{table.name.display()} + mates).join(u", "_s);
    step.locks << (settings.blockWrites
            ? u"Writes to the tenant's present shard of %1 wait until it is split; reads go on"_s.arg(all)
            : u"Writes to the tenant's present shard of %1 wait for a moment at the end"_s.arg(all));
    step.warnings
        << u"There is no way back but to give all tables of the group another shard count. The group has one or "
           u"two shards more afterwards, so new tables no longer join it by themselves: name a table of it."_s;
    if (!mates.isEmpty())
        step.warnings << u"The shards of colocated tables are split too: %1."_s.arg(mates.join(u", "_s));
    for (const Fix &fix : preflight.chosenFixes)
        plan.steps << fix.before;
    plan.steps << step << cleanUpStep();
    for (qsizetype i = 0; i < plan.steps.size(); ++i)
        plan.steps[i].group = int(i + 1); // none of them bears a transaction
    return plan;
}

} // namespace Shardboard
