// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/planning.h"

#include "admin/cluster/clusterplanner.h"
#include "admin/distribute/shardingsession.h"
#include "admin/jobs/schedulecheck.h"
#include "admin/partition/partitionsession.h"
#include "admin/planner.h"
#include "admin/retention/retentionplan.h"

namespace Shardboard {

namespace {

/// The pure planners, which know the catalogue as it is read for all of them.
Outcome<Plan> planFromCatalogue(SyncSession &session, const Intent &intent)
{
    const Outcome<CatalogueFacts> facts = loadFacts(session);
    return facts ? planFor(intent, *facts) : facts.failure<Plan>();
}

struct Family
{
    QStringList kinds;
    Outcome<Plan> (*plan)(SyncSession &, const Intent &);
};

QList<Family> families()
{
    return {{cataloguePlanKinds(), planFromCatalogue}, {shardingIntentKinds(), planSharding},
        {clusterIntentKinds(), planClusterChange}, {partitionIntentKinds(), planPartition},
        {retentionIntentKinds(), planRetentionOn}};
}

} // namespace

QStringList intentKinds()
{
    QStringList kinds;
    for (const Family &family : families())
        kinds << family.kinds;
    return kinds;
}

Outcome<Plan> makePlan(SyncSession &session, const Intent &intent)
{
    for (const Family &family : families()) {
        if (!family.kinds.contains(intent.kind))
            continue;
        if (const auto checked = checkSchedules(session, intent); !checked)
            return checked.failure<Plan>();
        return family.plan(session, intent);
    }
    return ServerError::usage(QStringLiteral("this program knows no intent of kind \"%1\"").arg(intent.kind),
        QStringLiteral("It knows: %1.").arg(intentKinds().join(QStringLiteral(", "))));
}

Outcome<Preflight> judgeIntent(SyncSession &session, const Intent &intent)
{
    return partitionIntentKinds().contains(intent.kind) ? runPartitionPreflight(session, intent)
                                                        : runPreflight(session, intent);
}

} // namespace Shardboard
