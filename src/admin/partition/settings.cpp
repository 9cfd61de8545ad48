// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/partition/settings.h"

#include "admin/blueprint.h"

#include <QHash>
#include <QJsonArray>
#include <QJsonObject>
#include <QRegularExpression>

#include <algorithm>
#include <array>

namespace Shardboard {

using namespace Qt::StringLiterals;

namespace {

constexpr std::array methods{
    PartitionMethod::Automatic, PartitionMethod::Partman, PartitionMethod::Citus, PartitionMethod::Sql};
constexpr int mostAhead = 1000;
constexpr qint64 hour = 3600;
constexpr qint64 day = 24 * hour;

struct IntervalName
{
    const char *text;
    qint64 seconds;
};
constexpr std::array<IntervalName, 15> intervals{
    {{"5 minutes", 300}, {"10 minutes", 600}, {"15 minutes", 900}, {"20 minutes", 1200}, {"30 minutes", 1800},
        {"1 hour", hour}, {"2 hours", 2 * hour}, {"4 hours", 4 * hour}, {"6 hours", 6 * hour}, {"12 hours", 12 * hour},
        {"1 day", day}, {"1 week", 7 * day}, {"1 month", 30 * day}, {"3 months", 90 * day}, {"1 year", 365 * day}}};

QJsonObject toJson(const NewPartitionedTable &table)
{
    QJsonArray columns;
    for (const auto &column : table.columns) {
        QJsonObject json{{u"name"_s, column.name}, {u"type"_s, column.type}};
        if (column.isNotNull)
            json.insert(u"notNull"_s, true);
        if (column.isIdentity)
            json.insert(u"identity"_s, true);
        columns << json;
    }
    QJsonObject json{{u"columns"_s, columns}};
    if (!table.primaryKey.isEmpty())
        json.insert(u"primaryKey"_s, QJsonArray::fromStringList(table.primaryKey));
    if (!table.distributionColumn.isEmpty())
        json.insert(u"distributionColumn"_s, table.distributionColumn);
    if (table.shardCount > 0)
        json.insert(u"shardCount"_s, table.shardCount);
    return json;
}

NewPartitionedTable newTableFromJson(const QJsonObject &json)
{
    NewPartitionedTable table;
    for (const QJsonValue &value : json.value(u"columns"_s).toArray())
        table.columns << NewPartitionedTable::Column{value[u"name"_s].toString(), value[u"type"_s].toString(),
            value[u"notNull"_s].toBool(), value[u"identity"_s].toBool()};
    for (const QJsonValue &value : json.value(u"primaryKey"_s).toArray())
        table.primaryKey << value.toString();
    table.distributionColumn = json.value(u"distributionColumn"_s).toString();
    table.shardCount = json.value(u"shardCount"_s).toInt();
    return table;
}

/// Types are SQL, so they are held to what a type looks like: words, a precision, brackets of an array.
bool looksLikeType(const QString &type)
{
    static const QRegularExpression pattern(
        u"^[a-zA-Z_][\\w$.\" ]*(\\(\\s*\\d+\\s*(,\\s*-?\\d+\\s*)?\\))?[a-zA-Z ]*(\\[\\])*$"_s);
    return pattern.match(type).hasMatch();
}

QStringList newTableProblems(const NewPartitionedTable &table, const QString &timeColumn)
{
    QStringList problems;
    QStringList names;
    for (const auto &column : table.columns) {
        if (const QString why = checkIdentifier(column.name); !why.isEmpty())
            problems << u"newTable.columns: %1"_s.arg(why);
        else if (names.contains(column.name))
            problems << u"newTable.columns: \"%1\" is there twice"_s.arg(column.name);
        if (!looksLikeType(column.type))
            problems << u"newTable.columns: \"%1\" is no type, of column \"%2\""_s.arg(column.type, column.name);
        names << column.name;
    }
    const auto needs = [&](const QString &column, const QString &role) {
        if (!column.isEmpty() && !names.contains(column))
            problems << u"newTable has no column \"%1\", %2"_s.arg(column, role);
    };
    needs(timeColumn, u"by which it is to be partitioned"_s);
    needs(table.distributionColumn, u"by which it is to be distributed"_s);
    for (const QString &column : table.primaryKey)
        needs(column, u"of its primary key"_s);
    for (const QString &column : {timeColumn, table.distributionColumn})
        if (!table.primaryKey.isEmpty() && !column.isEmpty() && !table.primaryKey.contains(column))
            problems
                << u"newTable.primaryKey must hold \"%1\": a key is only checked within one partition of one shard"_s
                       .arg(column);
    if (table.shardCount < 0 || table.shardCount > 64000)
        problems << u"newTable.shardCount must be from 1 to 64000"_s;
    return problems;
}

QString checkKeep(const QString &name, const QString &value)
{
    const BlueprintSetting asSetting{
        .name = name, .label = {}, .help = {}, .kind = BlueprintSetting::Kind::IntervalOrNever, .defaultValue = {}};
    return checkSetting(asSetting, value);
}

QString checkSchedule(const QString &value)
{
    const BlueprintSetting asSetting{
        .name = u"schedule"_s, .label = {}, .help = {}, .kind = BlueprintSetting::Kind::Schedule, .defaultValue = {}};
    return checkSetting(asSetting, value);
}

QStringList unknownKeys(const QJsonObject &json)
{
    static const QStringList known{u"table"_s, u"column"_s, u"interval"_s, u"ahead"_s, u"history"_s, u"retention"_s,
        u"columnarAfter"_s, u"method"_s, u"default"_s, u"schedule"_s, u"dropOriginal"_s, u"newTable"_s, u"fixes"_s};
    QStringList problems;
    for (const QString &key : json.keys())
        if (!known.contains(key))
            problems << u"\"%1\" is not a setting of \"partition\"; it has: %2"_s.arg(key, known.join(u", "_s));
    return problems;
}

} // namespace

QStringList partitionIntervals()
{
    QStringList names;
    for (const IntervalName &interval : intervals)
        names << QString::fromLatin1(interval.text);
    return names;
}

qint64 partitionIntervalSeconds(const QString &interval)
{
    static const QRegularExpression part(u"(\\d+)\\s*([a-z]+)"_s);
    static const QRegularExpression whole(u"^\\s*\\d+\\s*[a-z]+(\\s+\\d+\\s*[a-z]+)*\\s*$"_s);
    static const QHash<QString, qint64> units{{u"second"_s, 1}, {u"minute"_s, 60}, {u"hour"_s, hour}, {u"day"_s, day},
        {u"week"_s, 7 * day}, {u"mon"_s, 30 * day}, {u"month"_s, 30 * day}, {u"year"_s, 365 * day}};
    static const QRegularExpression clock(u"^(\\d+):([0-5]\\d):([0-5]\\d)$"_s); // as servers print what is below a day
    const QString text = interval.toLower();
    if (const auto match = clock.match(text); match.hasMatch())
        return match.captured(1).toLongLong() * hour + match.captured(2).toInt() * 60 + match.captured(3).toInt();
    if (!whole.match(text).hasMatch())
        return 0;
    qint64 sum = 0;
    for (auto found = part.globalMatch(text); found.hasNext();) {
        const auto match = found.next();
        QString unit = match.captured(2);
        if (unit.endsWith(u's'))
            unit.chop(1);
        if (!units.contains(unit))
            return 0;
        sum += match.captured(1).toLongLong() * units.value(unit);
    }
    return sum;
}

QString canonicalPartitionInterval(const QString &text)
{
    const qint64 seconds = partitionIntervalSeconds(text);
    const auto found = std::ranges::find(intervals, seconds, &IntervalName::seconds);
    if (seconds == 0 || found == intervals.end())
        return {};
    // A month is not thirty days.
    const bool isOfCalendar
        = text.contains(u"mon"_s, Qt::CaseInsensitive) || text.contains(u"year"_s, Qt::CaseInsensitive);
    return isOfCalendar == (seconds >= 30 * day) ? QString::fromLatin1(found->text) : QString();
}

QString defaultPartitionSchedule(const QString &interval)
{
    const qint64 seconds = partitionIntervalSeconds(interval);
    if (seconds < hour)
        return u"*/5 * * * *"_s;
    return seconds < day ? u"*/15 * * * *"_s : u"7 * * * *"_s;
}

QString partitionMethodName(PartitionMethod method)
{
    switch (method) {
    case PartitionMethod::Automatic:
        return u"automatic"_s;
    case PartitionMethod::Partman:
        return u"pg_partman"_s;
    case PartitionMethod::Citus:
        return u"citus"_s;
    case PartitionMethod::Sql:
        return u"sql"_s;
    }
    return {};
}

QStringList partitionProblems(const PartitionSettings &settings)
{
    QStringList problems;
    if (settings.table.name.isEmpty())
        problems << u"table must name a table, as schema.table"_s;
    if (settings.column.isEmpty())
        problems << u"column must name the column by whose time rows are partitioned"_s;
    if (canonicalPartitionInterval(settings.interval).isEmpty())
        problems << u"interval must be one of %1, not \"%2\""_s.arg(
            partitionIntervals().join(u", "_s), settings.interval);
    if (settings.ahead < 1 || settings.ahead > mostAhead)
        problems << u"ahead must be from 1 to %1"_s.arg(mostAhead);
    if (!settings.history.isEmpty() && partitionIntervalSeconds(settings.history) == 0)
        problems << u"history must be an interval such as \"2 days\", not \"%1\""_s.arg(settings.history);
    for (const QString &why :
        {checkKeep(u"retention"_s, settings.retention), checkKeep(u"columnarAfter"_s, settings.columnarAfter),
            settings.schedule.isEmpty() ? QString() : checkSchedule(settings.schedule)})
        if (!why.isEmpty())
            problems << why;
    if (settings.turnsColumnar() && !settings.keepsForEver()
        && partitionIntervalSeconds(settings.columnarAfter) >= partitionIntervalSeconds(settings.retention))
        problems << u"columnarAfter must be shorter than retention: dropped partitions need not be rewritten"_s;
    if (settings.method == PartitionMethod::Citus && settings.hasDefault)
        problems << u"method citus cannot do with a default partition: its functions read the bounds of every "
                    "partition. Set default to false, or take another method"_s;
    if (settings.newTable)
        problems << newTableProblems(*settings.newTable, settings.column);
    return problems;
}

Intent partitionIntent(const PartitionSettings &settings)
{
    QJsonObject json{{u"table"_s, settings.table.quoted()}, {u"column"_s, settings.column},
        {u"interval"_s, settings.interval}, {u"ahead"_s, settings.ahead}, {u"retention"_s, settings.retention},
        {u"columnarAfter"_s, settings.columnarAfter}, {u"method"_s, partitionMethodName(settings.method)},
        {u"default"_s, settings.hasDefault}};
    if (!settings.history.isEmpty())
        json.insert(u"history"_s, settings.history);
    if (!settings.schedule.isEmpty())
        json.insert(u"schedule"_s, settings.schedule);
    if (settings.dropsOriginal)
        json.insert(u"dropOriginal"_s, true);
    if (settings.newTable)
        json.insert(u"newTable"_s, toJson(*settings.newTable));
    if (!settings.fixes.isEmpty())
        json.insert(u"fixes"_s, QJsonArray::fromStringList(settings.fixes));
    return {u"partition"_s, json};
}

Outcome<PartitionSettings> partitionSettings(const Intent &intent)
{
    const QJsonObject &json = intent.settings;
    QStringList problems = unknownKeys(json);
    PartitionSettings settings;
    settings.table = parseQualifiedName(json.value(u"table"_s).toString());
    if (!settings.table.name.isEmpty() && settings.table.schema.isEmpty())
        settings.table.schema = u"public"_s;
    settings.column = json.value(u"column"_s).toString();
    settings.interval = json.value(u"interval"_s).toString(settings.interval);
    settings.ahead = json.value(u"ahead"_s).toInt(json.contains(u"ahead"_s) ? 0 : settings.ahead);
    settings.history = json.value(u"history"_s).toString();
    settings.retention = json.value(u"retention"_s).toString(settings.retention);
    settings.columnarAfter = json.value(u"columnarAfter"_s).toString(settings.columnarAfter);
    settings.schedule = json.value(u"schedule"_s).toString();
    settings.dropsOriginal = json.value(u"dropOriginal"_s).toBool();
    for (const QJsonValue &fix : json.value(u"fixes"_s).toArray())
        settings.fixes << fix.toString();
    const QString name = json.value(u"method"_s).toString(partitionMethodName(settings.method));
    const auto method = std::ranges::find(methods, name, partitionMethodName);
    if (method != methods.end())
        settings.method = *method;
    else
        problems << u"method must be automatic, pg_partman, citus or sql, not \"%1\""_s.arg(name);
    settings.hasDefault = json.value(u"default"_s).toBool(settings.method != PartitionMethod::Citus);
    if (json.contains(u"newTable"_s))
        settings.newTable = newTableFromJson(json.value(u"newTable"_s).toObject());
    problems << partitionProblems(settings);
    if (!problems.isEmpty())
        return ServerError::usage(problems.join(u'\n'));
    settings.interval = canonicalPartitionInterval(settings.interval);
    return settings;
}

Outcome<QualifiedName> undoPartitionTable(const Intent &intent)
{
    for (const QString &key : intent.settings.keys())
        if (key != u"table")
            return ServerError::usage(u"\"%1\" is not a setting of \"undo-partition\"; it has: table"_s.arg(key));
    QualifiedName table = parseQualifiedName(intent.settings.value(u"table"_s).toString());
    if (table.name.isEmpty())
        return ServerError::usage(u"table must name a table, as schema.table"_s);
    if (table.schema.isEmpty())
        table.schema = u"public"_s;
    return table;
}

Intent undoPartitionIntent(const QualifiedName &table)
{
    return {u"undo-partition"_s, {{u"table"_s, table.quoted()}}};
}

} // namespace Shardboard
