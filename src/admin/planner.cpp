// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/planner.h"

#include "admin/blueprint.h"
#include "admin/removal.h"
#include "admin/rollupplan.h"

#include <QMap>

namespace Shardboard {

namespace {

/// An intent that comes from a file is checked as one from a form: known settings, good values, defaults filled in.
Outcome<Plan> planBlueprint(const Intent &intent, const CatalogueFacts &facts)
{
    QMap<QString, QString> settings;
    for (auto it = intent.settings.constBegin(); it != intent.settings.constEnd(); ++it)
        settings.insert(it.key(), it->isString() ? it->toString() : it->toVariant().toString());
    const QString name = settings.take(QStringLiteral("blueprint"));
    const Outcome<Intent> checked = blueprintIntent(name, settings);
    if (!checked)
        return checked.failure<Plan>();
    return findBlueprint(name)->plan(*checked, facts);
}

} // namespace

Outcome<Plan> planFor(const Intent &intent, const CatalogueFacts &facts)
{
    if (intent.kind == QStringLiteral("blueprint"))
        return planBlueprint(intent, facts);
    if (intent.kind == QStringLiteral("remove-blueprint"))
        return Removal::removeBlueprint(intent, facts);
    if (intent.kind == QStringLiteral("drop-rollup"))
        return Removal::dropRollup(intent, facts);
    if (intent.kind == QStringLiteral("rollup"))
        return RollupPlan::create(intent, facts);
    return ServerError::usage(QStringLiteral("this program knows no intent of kind \"%1\"").arg(intent.kind),
        QStringLiteral("It knows: %1.").arg(cataloguePlanKinds().join(QStringLiteral(", "))));
}

QStringList cataloguePlanKinds()
{
    return {QStringLiteral("blueprint"), QStringLiteral("remove-blueprint"), QStringLiteral("rollup"),
        QStringLiteral("drop-rollup")};
}

Intent dropRollupIntent(const QString &rollup)
{
    return {QStringLiteral("drop-rollup"), {{QStringLiteral("rollup"), rollup}}};
}

} // namespace Shardboard
