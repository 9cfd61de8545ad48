// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/blueprint.h"

#include "admin/clickstream.h"
#include "admin/github.h"
#include "admin/httptraffic.h"
#include "admin/jobs/cronschedule.h"
#include "connection/values/sqlquote.h"

#include <QMap>
#include <QRegularExpression>

#include <algorithm>

namespace Shardboard {

namespace {

QString settingNames(const BlueprintInfo &info)
{
    QStringList names;
    for (const BlueprintSetting &setting : info.settings)
        names << setting.name;
    return names.join(QStringLiteral(", "));
}

// What PostgreSQL reads as an interval is more than anyone means here ("1" is a second); this is what people write.
bool isInterval(const QString &value)
{
    static const QRegularExpression pattern(QStringLiteral(
        "^\\d+ *(second|minute|hour|day|week|month|year)s?( +\\d+ *(second|minute|hour|day|week|month|year)s?)*$"));
    static const QRegularExpression somethingNotZero(QStringLiteral("[1-9]"));
    return pattern.match(value).hasMatch() && somethingNotZero.match(value).hasMatch();
}

QString checkInteger(const BlueprintSetting &setting, const QString &value)
{
    bool isNumber = false;
    const int number = value.toInt(&isNumber);
    if (isNumber && number >= setting.minimum && number <= setting.maximum)
        return {};
    return QStringLiteral("%1 must be a whole number from %2 to %3, not \"%4\"")
        .arg(setting.name, QString::number(setting.minimum), QString::number(setting.maximum), value);
}

QString checkSchedule(const BlueprintSetting &setting, const QString &value)
{
    // What the pg_cron of the server takes is checked when the plan is made.
    const auto schedule = CronSchedule::parse(value, CronDialect::mostTolerant());
    if (schedule)
        return {};
    return QStringLiteral("%1 must be a cron schedule, such as \"* * * * *\", not \"%2\": %3")
        .arg(setting.name, value, schedule.error().message);
}

QString unknownBlueprint(const QString &name)
{
    QStringList names;
    for (const BlueprintInfo &info : blueprints())
        names << info.name;
    return QStringLiteral("there is no blueprint \"%1\"; there is: %2").arg(name, names.join(QStringLiteral(", ")));
}

} // namespace

const BlueprintSetting *BlueprintInfo::setting(const QString &settingName) const
{
    const auto found = std::ranges::find(settings, settingName, &BlueprintSetting::name);
    return found == settings.cend() ? nullptr : &*found;
}

const QList<BlueprintInfo> &blueprints()
{
    static const QList<BlueprintInfo> all{HttpTraffic::info(), GitHub::info(), Clickstream::info()};
    return all;
}

const BlueprintInfo *findBlueprint(const QString &name)
{
    const auto found = std::ranges::find(blueprints(), name, &BlueprintInfo::name);
    return found == blueprints().cend() ? nullptr : &*found;
}

QString checkSetting(const BlueprintSetting &setting, const QString &value)
{
    switch (setting.kind) {
    case BlueprintSetting::Kind::Identifier: {
        const QString problem = checkIdentifier(value);
        return problem.isEmpty() ? QString() : QStringLiteral("%1: %2").arg(setting.name, problem);
    }
    case BlueprintSetting::Kind::IntervalOrNever:
        if (value == QStringLiteral("never"))
            return {};
        if (!isInterval(value))
            return QStringLiteral(
                "%1 must be an interval such as \"1 day\" or \"90 minutes\", or \"never\", not \"%2\"")
                .arg(setting.name, value);
        return {};
    case BlueprintSetting::Kind::Interval:
        if (!isInterval(value))
            return QStringLiteral("%1 must be an interval such as \"1 day\" or \"90 minutes\", not \"%2\"")
                .arg(setting.name, value);
        return {};
    case BlueprintSetting::Kind::Integer:
        return checkInteger(setting, value);
    case BlueprintSetting::Kind::Choice:
        if (!setting.choices.contains(value))
            return QStringLiteral("%1 must be one of %2, not \"%3\"")
                .arg(setting.name, setting.choices.join(QStringLiteral(", ")), value);
        return {};
    case BlueprintSetting::Kind::Schedule:
        return checkSchedule(setting, value);
    }
    Q_UNREACHABLE();
}

Outcome<Intent> blueprintIntent(const QString &name, const QMap<QString, QString> &settings)
{
    const BlueprintInfo *info = findBlueprint(name);
    if (!info)
        return ServerError::usage(unknownBlueprint(name));
    QStringList problems;
    QJsonObject chosen{{QStringLiteral("blueprint"), name}};
    for (const BlueprintSetting &setting : info->settings)
        chosen.insert(setting.name, setting.defaultValue);
    for (auto it = settings.cbegin(); it != settings.cend(); ++it) {
        const BlueprintSetting *setting = info->setting(it.key());
        if (!setting) {
            problems << QStringLiteral("%1 has no setting \"%2\"; it has: %3").arg(name, it.key(), settingNames(*info));
            continue;
        }
        const QString value = it.value().trimmed();
        const QString problem = checkSetting(*setting, value);
        if (!problem.isEmpty())
            problems << problem;
        chosen.insert(setting->name, value);
    }
    if (!problems.isEmpty())
        return ServerError::usage(problems.join(QLatin1Char('\n')));
    return Intent{QStringLiteral("blueprint"), chosen};
}

Outcome<Intent> removeBlueprintIntent(const QString &name, const QString &schema)
{
    if (!findBlueprint(name))
        return ServerError::usage(unknownBlueprint(name));
    const QString problem = checkIdentifier(schema);
    if (!problem.isEmpty())
        return ServerError::usage(QStringLiteral("schema: %1").arg(problem));
    return Intent{
        QStringLiteral("remove-blueprint"), {{QStringLiteral("blueprint"), name}, {QStringLiteral("schema"), schema}}};
}

} // namespace Shardboard
