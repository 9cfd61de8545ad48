// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/widecatalogue.h"

#include "tests/support/results.h"

#include <QDate>

namespace Shardboard::Testing {

using namespace Qt::StringLiterals;

namespace {

constexpr int firstTable = 20000, eventsTable = 19999, firstPartition = 100000;

QString schemaOf(int table)
{
    return u"tenant_%1"_s.arg(table / 100, 3, 10, QChar(u'0'));
}

QString nameOf(int table)
{
    return u"measurement_%1"_s.arg(table, 5, 10, QChar(u'0'));
}

QString dayText(int day)
{
    return QDate(2000, 1, 1).addDays(day).toString(Qt::ISODate);
}

QString partitionOf(int day)
{
    return u"events_p%1"_s.arg(QDate(2000, 1, 1).addDays(day).toString(u"yyyyMMdd"));
}

QList<QStringList> relations(const WideCatalogue &catalogue)
{
    const auto relation = [](int oid, const QString &schema, const QString &name) {
        return QStringList{QString::number(oid), schema, name, u"r"_s, u"f"_s, QString(), QString(), QString(),
            u"owner"_s, u"heap"_s, u"-1"_s, QString()};
    };
    QList<QStringList> rows{relation(eventsTable, u"public"_s, u"events"_s)};
    rows.first()[3] = u"p"_s;
    rows.first()[7] = u"RANGE (event_time)"_s;
    for (int day = 0; day < catalogue.partitions; ++day) {
        QStringList row = relation(firstPartition + day, u"public"_s, partitionOf(day));
        row[5] = QString::number(eventsTable);
        row[6] = u"FOR VALUES FROM ('%1') TO ('%2')"_s.arg(dayText(day), dayText(day + 1));
        rows << row;
    }
    for (int table = 0; table < catalogue.tables; ++table)
        rows << relation(firstTable + table, schemaOf(table), nameOf(table));
    return rows;
}

QList<QStringList> citusTables(const WideCatalogue &catalogue)
{
    const auto distributed = [&](int oid) {
        return QStringList{
            QString::number(oid), u"h"_s, u"s"_s, u"2"_s, u"device_id"_s, u"f"_s, QString::number(catalogue.shards)};
    };
    QList<QStringList> rows{distributed(eventsTable)};
    for (int day = 0; day < catalogue.partitions; ++day)
        rows << distributed(firstPartition + day);
    for (int table = 0; table < catalogue.tables; ++table)
        rows << distributed(firstTable + table);
    return rows;
}

QList<QStringList> figures(const WideCatalogue &catalogue)
{
    QList<QStringList> rows;
    const auto add = [&](int node, const QString &schema, const QString &name, qint64 count) {
        rows << QStringList{QString::number(node + 1), QString(), schema, name,
            QString::number(8192 * count * catalogue.factor), QString::number(100 * count * catalogue.factor)};
    };
    for (int node = 0; node < catalogue.nodes; ++node) {
        for (int day = 0; day < catalogue.partitions; ++day)
            add(node, u"public"_s, partitionOf(day), 1 + day % 97);
        for (int table = 0; table < catalogue.tables; ++table)
            add(node, schemaOf(table), nameOf(table), 1 + table * 7919LL % 9973);
    }
    return rows;
}

} // namespace

QList<Outcome<ResultSet>> answersOf(const WideCatalogue &catalogue)
{
    const QList<QStringList> group{
        {u"2"_s, QString::number(catalogue.shards), u"1"_s, u"bigint"_s, QString(), QString()}};
    return {resultOf(12, relations(catalogue)), resultOf(7, citusTables(catalogue)), resultOf(1, {}),
        resultOf(6, group), resultOf(3, {}), resultOf(6, figures(catalogue))};
}

ServerCapabilities citusCapabilities()
{
    ServerCapabilities capabilities;
    capabilities.citus.state = Capability::State::Available;
    return capabilities;
}

} // namespace Shardboard::Testing
