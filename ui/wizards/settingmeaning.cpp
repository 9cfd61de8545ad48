// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/settingmeaning.h"

#include "admin/partition/settings.h"

#include <QCoreApplication>
#include <QHash>
#include <QLocale>
#include <QRegularExpression>

#include <cmath>

namespace Shardboard {

namespace {

// Measured on generated traffic: a raw row with its indexes, and what a rollup row holds beside its HLL.
constexpr double rawRowBytes = 260;
constexpr double rollupRowBytes = 320;
constexpr qint64 secondsPerDay = 86400;

QString text(const char *source)
{
    return QCoreApplication::translate("Shardboard::SettingMeaning", source);
}

QString count(double value)
{
    const QLocale locale;
    if (value >= 1e9)
        return text("%1 billion").arg(locale.toString(value / 1e9, 'f', 1));
    if (value >= 1e6)
        return text("%1 million").arg(locale.toString(value / 1e6, 'f', 1));
    return locale.toString(qRound64(value));
}

QString size(double bytes)
{
    return QLocale().formattedDataSize(qint64(bytes), 1, QLocale::DataSizeIecFormat);
}

QString rowsAndSize(double rows, double bytesPerRow)
{
    return text("%1 rows\n%2").arg(count(rows), size(rows * bytesPerRow));
}

Meaning rawRetention(const BlueprintInfo &blueprint, const QString &value)
{
    Meaning meaning;
    const bool hasRollup = !blueprint.rollup.isEmpty();
    const bool keepsAll = value == QLatin1String("never");
    const qint64 seconds = keepsAll ? secondsPerDay : intervalSeconds(value);
    if (keepsAll)
        meaning.text
            = text("Raw rows stay for ever, and every day adds to them. Choose it for imported files and for proofs.");
    else if (hasRollup)
        meaning.text = text("Raw rows older than this are deleted, but never before they are in the rollup. Charts "
                            "read the rollup and are not affected.");
    else
        meaning.text = text("Raw rows older than this are deleted for good.");
    for (const int rate : {10, 100, 1000})
        meaning.figures.append({keepsAll ? text("A day at %1 rows/s").arg(rate) : text("At %1 rows/s").arg(rate),
            rowsAndSize(double(seconds) * rate, rawRowBytes)});
    meaning.note = text("About 260 bytes a row with its indexes.");
    return meaning;
}

double hllBytes(const QMap<QString, QString> &values)
{
    const int log2m = values.value(QStringLiteral("hll_log2m"), QStringLiteral("11")).toInt();
    return std::exp2(log2m) * 5 / 8;
}

Meaning rollupRetention(const QString &value, const QMap<QString, QString> &values)
{
    Meaning meaning;
    const bool keepsAll = value == QLatin1String("never");
    const qint64 seconds = keepsAll ? 365 * secondsPerDay : intervalSeconds(value);
    meaning.text = text("One rollup row per site and minute. Charts reach back as far as these rows are kept.");
    for (const int sites : {10, 100, 1000})
        meaning.figures.append({keepsAll ? text("A year of %1 sites").arg(sites) : text("%1 sites").arg(sites),
            rowsAndSize(double(seconds) / 60 * sites, rollupRowBytes + hllBytes(values))});
    meaning.note = text(
        "At most: sites without traffic in a minute take no row, and small counts of visitors are stored smaller.");
    return meaning;
}

/// Of a rollup with dimensions of which nobody knows how many values they have.
Meaning rollupRetention(const BlueprintInfo &blueprint, const QString &value, const QMap<QString, QString> &values)
{
    if (blueprint.name == QLatin1String("http-traffic"))
        return rollupRetention(value, values);
    Meaning meaning;
    meaning.text = value == QLatin1String("never")
        ? text("Rollup rows stay for ever. Charts reach back as far as these rows are kept.")
        : text("Rollup rows older than this are deleted. Charts reach back as far as these rows are kept.");
    return meaning;
}

Meaning hourlyRetention(const QString &value)
{
    Meaning meaning;
    meaning.text
        = text("Hourly rows are made of the 5-minute ones and are few: charts of weeks and months are drawn from "
               "them when the finer ones have gone.");
    if (value == QLatin1String("never"))
        meaning.note = text("They stay for ever.");
    return meaning;
}

Meaning shardCount(int shards, const ServerCapabilities &server)
{
    Meaning meaning;
    const auto workers = std::ranges::count_if(server.nodes, &ClusterNode::shouldHaveShards);
    meaning.text
        = text("Rows with the same distribution value live in exactly one shard. More shards can be spread over more "
               "workers later; the number itself cannot be changed without writing the table anew.");
    if (workers > 0) {
        meaning.figures.append({text("Workers now"), QLocale().toString(qlonglong(workers))});
        meaning.figures.append({text("Shards per worker"),
            QLocale().toString(double(shards) / double(workers), 'f', shards % workers == 0 ? 0 : 1)});
    }
    meaning.figures.append({text("Workers it can grow to"), QLocale().toString(shards)});
    return meaning;
}

Meaning schedule(const QString &value, const ServerCapabilities &server)
{
    Meaning meaning;
    static const QRegularExpression everyMinutes(QStringLiteral("^\\*/(\\d+) \\* \\* \\* \\*$"));
    const auto match = everyMinutes.match(value);
    const int minutes = value == QLatin1String("* * * * *") ? 1
        : match.hasMatch()                                  ? match.captured(1).toInt()
        : value.endsWith(QLatin1String(" * * * *"))         ? 60
                                                            : 0;
    meaning.text
        = text("How often pg_cron moves new rows into the rollup. Each run reads only what is new; a run that is "
               "missed is made up for by the next one.");
    if (minutes > 0) {
        meaning.figures.append({text("A row is on the charts after at most"), text("%1 min").arg(minutes)});
        meaning.figures.append({text("Runs a day"), QLocale().toString(24 * 60 / minutes)});
    }
    if (!server.cronTimezone.isEmpty())
        meaning.note = text("Hours are read in pg_cron's time zone, %1.").arg(server.cronTimezone);
    return meaning;
}

Meaning errorDefinition(const QString &value)
{
    Meaning meaning;
    meaning.text = value == QLatin1String("not-2xx")
        ? text("Every answer that is not a 2xx counts as an error, redirects (3xx) too.")
        : text("Answers with a status of 400 or more count as errors; redirects are neither errors nor successes.");
    meaning.figures = {{text("200, 204"), text("success")},
        {text("301, 304"), value == QLatin1String("not-2xx") ? text("error") : text("neither")},
        {text("404, 500"), text("error")}};
    return meaning;
}

Meaning hllPrecision(int log2m)
{
    Meaning meaning;
    meaning.text
        = text("Distinct visitors are estimated by HyperLogLog, which can be added up over minutes and sites. Every "
               "step doubles its size and narrows the band around the number.");
    meaning.figures
        = {{text("Typical error"), text("± %1 %").arg(QLocale().toString(104.0 / std::exp2(log2m / 2.0), 'f', 1))},
            {text("Size, at most"), size(std::exp2(log2m) * 5 / 8)}};
    return meaning;
}

Meaning schema(const BlueprintInfo &blueprint, const QString &value)
{
    Meaning meaning;
    meaning.text = text("Where the tables are created. A schema that is not there yet is made.");
    const QString prefix = value + QLatin1Char('.');
    meaning.figures = {{text("Raw rows"), prefix + blueprint.rawTable}};
    for (const QString &companion : blueprint.companions)
        meaning.figures.append({text("Joined with"), prefix + companion});
    if (!blueprint.rollup.isEmpty())
        meaning.figures.append({text("Rollup"), prefix + blueprint.rollup});
    return meaning;
}

/// What a partitioned table becomes: partitions, and with citus as many shards of each.
Meaning partitions(const QString &lead, const QMap<QString, QString> &values, const ServerCapabilities &server)
{
    Meaning meaning;
    meaning.text = lead;
    const qint64 step = partitionIntervalSeconds(values.value(QStringLiteral("partition_interval")));
    const QString keep = values.value(QStringLiteral("raw_retention"));
    const qint64 ahead = values.value(QStringLiteral("partitions_ahead")).toLongLong();
    if (step == 0)
        return meaning;
    const bool keepsAll = keep == QLatin1String("never");
    const qint64 kept = (keepsAll ? secondsPerDay : intervalSeconds(keep)) / step + ahead + 1;
    meaning.figures.append({text("Ready ahead of the rows"),
        text("%1 h").arg(QLocale().toString(double(ahead * step) / 3600, 'f', ahead * step % 3600 ? 1 : 0))});
    meaning.figures.append(
        {keepsAll ? text("Partitions after a day") : text("Partitions at a time"), count(double(kept))});
    if (server.hasCitus()) {
        const qint64 shards = values.value(QStringLiteral("shard_count")).toLongLong();
        meaning.figures.append({text("Shards of them all"), count(double(kept * shards))});
        meaning.note = text("Every partition has all the shards. Some ten thousand in all are much for a cluster.");
    }
    return meaning;
}

} // namespace

qint64 intervalSeconds(const QString &interval)
{
    static const QRegularExpression pattern(QStringLiteral("^\\s*(\\d+)\\s*([a-z]+?)s?\\s*$"));
    static const QHash<QString, qint64> units{{QStringLiteral("second"), 1}, {QStringLiteral("minute"), 60},
        {QStringLiteral("hour"), 3600}, {QStringLiteral("day"), secondsPerDay},
        {QStringLiteral("week"), 7 * secondsPerDay}, {QStringLiteral("month"), 30 * secondsPerDay},
        {QStringLiteral("year"), 365 * secondsPerDay}};
    const auto match = pattern.match(interval.toLower());
    return match.hasMatch() ? match.captured(1).toLongLong() * units.value(match.captured(2), 0) : 0;
}

Meaning meaningOf(const BlueprintInfo &blueprint, const BlueprintSetting &setting, const QMap<QString, QString> &values,
    const ServerCapabilities &server)
{
    const QString value = values.value(setting.name);
    if (!checkSetting(setting, value).isEmpty())
        return {};
    if (setting.name == QLatin1String("schema"))
        return schema(blueprint, value);
    if (setting.name == QLatin1String("raw_retention"))
        return rawRetention(blueprint, value);
    if (setting.name == QLatin1String("rollup_retention"))
        return rollupRetention(blueprint, value, values);
    if (setting.name == QLatin1String("hourly_retention"))
        return hourlyRetention(value);
    if (setting.name == QLatin1String("shard_count"))
        return shardCount(value.toInt(), server);
    if (setting.name == QLatin1String("schedule"))
        return schedule(value, server);
    if (setting.name == QLatin1String("error_definition"))
        return errorDefinition(value);
    if (setting.name == QLatin1String("partition_interval"))
        return partitions(
            text("Queries of a short time read few partitions; old ones go in one piece."), values, server);
    if (setting.name == QLatin1String("partitions_ahead"))
        return partitions(text("New partitions are made long before their rows come. If the job that makes them stops, "
                               "this is how long rows still find one."),
            values, server);
    if (setting.name == QLatin1String("history"))
        return partitions(text("Rows of this time can be imported into partitions of their own."), values, server);
    if (setting.name == QLatin1String("hll_log2m"))
        return hllPrecision(value.toInt());
    return {};
}

} // namespace Shardboard
