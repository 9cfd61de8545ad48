// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/plan.h"
#include "connection/values/outcome.h"

#include <QList>
#include <QMap>
#include <QString>
#include <QStringList>

namespace Shardboard {

struct CatalogueFacts;

/// A setting of a blueprint, described once for forms, help texts and checks.
struct BlueprintSetting
{
    enum class Kind {
        Identifier, ///< a name the server accepts
        Interval, ///< "1 day", "90 minutes"
        IntervalOrNever, ///< the same, or "never"
        Integer, ///< minimum to maximum
        Choice, ///< one of choices
        Schedule, ///< five fields of cron
    };
    QString name; ///< "raw_retention"
    QString label; ///< "Keep raw rows for"
    QString help; ///< one sentence
    Kind kind = Kind::Identifier;
    QString defaultValue;
    QStringList choices = {};
    int minimum = 0;
    int maximum = 0;
    QString needs = {}; ///< the capability without which it has no meaning, "citus", "hll", "pg_cron"; else empty
};

/// A ready-made pipeline: raw tables and, as far as it has them, rollup, jobs, retention and dashboard.
struct BlueprintInfo
{
    QString name; ///< "http-traffic"
    QString title; ///< "HTTP traffic"
    QString description; ///< what it sets up, two sentences
    QString rawTable; ///< unqualified name of the table rows are written to
    QStringList companions = {}; ///< unqualified names of other tables rows are written to
    QString rollup = {}; ///< unqualified name of its finest rollup; empty: it has none
    QString dashboard = {}; ///< id of the shipped dashboard that reads it; empty: it has none
    QList<BlueprintSetting> settings;
    Outcome<Plan> (*plan)(const Intent &intent, const CatalogueFacts &facts) = nullptr; ///< of checked settings

    const BlueprintSetting *setting(const QString &settingName) const;
};

/// All of them, in the order to offer them. Any thread.
const QList<BlueprintInfo> &blueprints();
const BlueprintInfo *findBlueprint(const QString &name);

/// Empty when the value will do, else why not, in one sentence that names the setting.
QString checkSetting(const BlueprintSetting &setting, const QString &value);

/// An intent to apply or remove a blueprint; settings not given take their defaults. Unknown names and bad values are
/// errors, all of them in one text.
Outcome<Intent> blueprintIntent(const QString &name, const QMap<QString, QString> &settings);
Outcome<Intent> removeBlueprintIntent(const QString &name, const QString &schema = QStringLiteral("public"));

} // namespace Shardboard
