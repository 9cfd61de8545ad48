// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/distribute/settings.h"

#include "admin/enumnames.h"

#include <QJsonArray>
#include <QJsonObject>

#include <algorithm>

namespace Shardboard {

using namespace Qt::StringLiterals;

namespace {

constexpr std::array<EnumName<Spread>, 4> spreads{{
    {Spread::Distributed, QLatin1StringView("distributed")},
    {Spread::Reference, QLatin1StringView("reference")},
    {Spread::SingleShard, QLatin1StringView("single-shard")},
    {Spread::LocalManaged, QLatin1StringView("local-managed")},
}};

QJsonObject choiceToJson(const TableChoice &choice)
{
    QJsonObject json{{u"table"_s, choice.table.quoted()}, {u"spread"_s, spreadName(choice.spread)}};
    if (choice.spread == Spread::Distributed)
        json.insert(u"column"_s, choice.column);
    if (!choice.colocateWith.isEmpty())
        json.insert(u"colocateWith"_s, choice.colocateWith);
    if (choice.shardCount > 0)
        json.insert(u"shardCount"_s, choice.shardCount);
    if (choice.concurrently)
        json.insert(u"concurrently"_s, true);
    return json;
}

/// Empty when the choice makes sense in itself, else why not.
QString complaint(const TableChoice &choice)
{
    const QString name = choice.table.display();
    if (choice.spread == Spread::Distributed && choice.column.isEmpty())
        return u"%1 has no distribution column: set \"column\"."_s.arg(name);
    if (choice.spread != Spread::Distributed && (!choice.column.isEmpty() || choice.shardCount > 0))
        return u"%1 is not to be distributed by a column, so \"column\" and \"shardCount\" mean nothing there."_s.arg(
            name);
    if (choice.concurrently && choice.spread != Spread::Distributed)
        return u"%1: only a table distributed by a column can be distributed concurrently."_s.arg(name);
    if (choice.shardCount < 0 || choice.shardCount > largestShardCount)
        return u"%1: \"shardCount\" must lie between 1 and %2."_s.arg(name).arg(largestShardCount);
    const bool isNamed = !choice.colocateWith.isEmpty() && choice.colocateWith != u"none";
    if (isNamed && parseQualifiedName(choice.colocateWith).name.isEmpty())
        return u"%1: \"colocateWith\" must name a table, or be \"none\"."_s.arg(name);
    if (isNamed && choice.shardCount > 0)
        return u"%1: the shard count follows from the table it is colocated with: leave \"shardCount\" out."_s.arg(
            name);
    return {};
}

Outcome<TableChoice> choiceFromJson(const QJsonValue &value)
{
    const QJsonObject json = value.toObject();
    if (const QString key = unknownSetting(
            json, {u"table"_s, u"spread"_s, u"column"_s, u"colocateWith"_s, u"shardCount"_s, u"concurrently"_s});
        !key.isEmpty())
        return ServerError::usage(u"\"%1\" is not a setting of a table."_s.arg(key));
    TableChoice choice;
    const auto table = tableSetting(json.value(u"table"_s));
    if (!table)
        return table.failure<TableChoice>();
    choice.table = *table;
    const QString spread = json.value(u"spread"_s).toString(spreadName(Spread::Distributed));
    const std::optional<Spread> found = valueNamed(spreads, spread);
    if (!found)
        return ServerError::usage(u"%1: \"%2\" is no way to spread a table."_s.arg(choice.table.display(), spread),
            u"Use distributed, reference, single-shard or local-managed."_s);
    choice.spread = *found;
    choice.column = json.value(u"column"_s).toString();
    choice.colocateWith = json.value(u"colocateWith"_s).toString();
    choice.shardCount = json.value(u"shardCount"_s).toInt();
    choice.concurrently = json.value(u"concurrently"_s).toBool();
    if (const QString why = complaint(choice); !why.isEmpty())
        return ServerError::usage(why);
    return choice;
}

} // namespace

const TableChoice *DistributeSettings::choice(const QualifiedName &table) const
{
    const auto found
        = std::find_if(tables.begin(), tables.end(), [&](const TableChoice &one) { return one.table == table; });
    return found == tables.end() ? nullptr : &*found;
}

QString unknownSetting(const QJsonObject &settings, const QStringList &known)
{
    const QStringList keys = settings.keys();
    const auto found = std::find_if(keys.begin(), keys.end(), [&](const QString &key) { return !known.contains(key); });
    return found == keys.end() ? QString() : *found;
}

Outcome<QualifiedName> tableSetting(const QJsonValue &value)
{
    QualifiedName table = parseQualifiedName(value.toString());
    if (table.name.isEmpty())
        return ServerError::usage(u"\"%1\" is no table name."_s.arg(value.toString()), u"Write schema.table."_s);
    if (table.schema.isEmpty())
        table.schema = u"public"_s;
    return table;
}

QString spreadName(Spread spread)
{
    return nameOf(spreads, spread);
}

Intent distributeIntent(const DistributeSettings &settings)
{
    QJsonObject json;
    if (!settings.schema.isEmpty())
        json.insert(u"schema"_s, settings.schema);
    QJsonArray tables;
    for (const TableChoice &choice : settings.tables)
        tables << choiceToJson(choice);
    if (!tables.isEmpty())
        json.insert(u"tables"_s, tables);
    json.insert(u"truncateLocalData"_s, settings.truncateLocalData);
    if (!settings.fixes.isEmpty())
        json.insert(u"fixes"_s, QJsonArray::fromStringList(settings.fixes));
    return {u"distribute"_s, json};
}

Outcome<DistributeSettings> distributeSettings(const Intent &intent)
{
    const QJsonObject &json = intent.settings;
    if (const QString key = unknownSetting(json, {u"tables"_s, u"schema"_s, u"truncateLocalData"_s, u"fixes"_s});
        !key.isEmpty())
        return ServerError::usage(u"\"%1\" is not a setting of \"distribute\"."_s.arg(key));
    DistributeSettings settings;
    settings.schema = json.value(u"schema"_s).toString();
    settings.truncateLocalData = json.value(u"truncateLocalData"_s).toBool(true);
    for (const QJsonValue &fix : json.value(u"fixes"_s).toArray())
        settings.fixes << fix.toString();
    for (const QJsonValue &value : json.value(u"tables"_s).toArray()) {
        const auto choice = choiceFromJson(value);
        if (!choice)
            return choice.failure<DistributeSettings>();
        if (settings.choice(choice->table))
            return ServerError::usage(u"%1 is listed twice."_s.arg(choice->table.display()));
        settings.tables << *choice;
    }
    if (settings.tables.isEmpty() == settings.schema.isEmpty())
        return ServerError::usage(u"Say which tables to distribute, or which schema: one of the two."_s);
    return settings;
}

} // namespace Shardboard
