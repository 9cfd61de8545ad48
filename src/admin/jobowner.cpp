// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/jobowner.h"

#include "admin/facts.h"
#include "admin/registrysteps.h"

namespace Shardboard::JobOwner {

namespace {

bool isOfAnother(const TableFacts *table, const CatalogueFacts &facts)
{
    return table && facts.capabilities.isSuperuser && !table->owner.isEmpty() && table->owner != facts.capabilities.user
        && !table->ownerIsSuperuser;
}

} // namespace

QString roleFor(const TableFacts *table, const CatalogueFacts &facts)
{
    return isOfAnother(table, facts) && table->ownerRunsJobs && RegistrySteps::canScheduleAs(facts) ? table->owner
                                                                                                    : QString();
}

QList<PlanStep> grants(const TableFacts *table, const CatalogueFacts &facts)
{
    const QString role = roleFor(table, facts);
    if (role.isEmpty())
        return {};
    PlanStep step;
    step.id = QStringLiteral("allow-runs ") + role;
    step.title = QStringLiteral("Let role %1 note the progress of its runs").arg(role);
    step.sql = QStringLiteral("SELECT shardboard.allow_runs(%1)").arg(quoteLiteral(role));
    step.doneSql = QStringLiteral("SELECT shardboard.may_run(%1)").arg(quoteLiteral(role));
    return {step};
}

QList<PlanStep> handOver(const QualifiedName &relation, bool isView, const QString &role)
{
    if (role.isEmpty())
        return {};
    PlanStep step;
    step.id = QStringLiteral("owner-") + relation.name;
    step.title = QStringLiteral("Make role %1 the owner of %2").arg(role, relation.display());
    step.sql
        = QStringLiteral("ALTER %1 %2 OWNER TO %3")
              .arg(isView ? QStringLiteral("VIEW") : QStringLiteral("TABLE"), relation.quoted(), quoteIdentifier(role));
    step.doneSql
        = QStringLiteral("SELECT pg_catalog.pg_get_userbyid(relowner) = %1 FROM pg_catalog.pg_class WHERE oid = "
                         "pg_catalog.to_regclass(%2)")
              .arg(quoteLiteral(role), quoteLiteral(relation.quoted()));
    return {step};
}

QStringList warnings(const TableFacts *table, const CatalogueFacts &facts)
{
    if (!isOfAnother(table, facts) || !roleFor(table, facts).isEmpty() || !RegistrySteps::canSchedule(facts))
        return {};
    return {QStringLiteral(
        "Jobs run as superuser %1 because role %2, which owns %3, may not log in or may not create tables "
        "in its schema, or pg_cron is older than 1.4: triggers and expressions of %3 run with the "
        "rights of %1.")
                .arg(facts.capabilities.user, table->owner, table->name.display())};
}

QString rowSecurityProblem(const TableFacts &table)
{
    if (!table.hidesRows)
        return {};
    return QStringLiteral("row security of %1 hides rows from the role that runs its jobs: they would never be counted")
        .arg(table.name.display());
}

} // namespace Shardboard::JobOwner
