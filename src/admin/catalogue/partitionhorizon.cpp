// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/catalogue/partitionhorizon.h"

#include <QRegularExpression>

namespace Shardboard {

using namespace Qt::StringLiterals;

std::optional<QDateTime> boundMoment(const QString &value)
{
    static const QRegularExpression pattern(
        u"^(\\d{4,6})-(\\d\\d)-(\\d\\d)(?: (\\d\\d):(\\d\\d):(\\d\\d)(?:\\.(\\d{1,6}))?(?:([+-])(\\d\\d)(?::(\\d\\d))?)?)?$"_s);
    const auto match = pattern.match(value);
    if (!match.hasMatch())
        return std::nullopt;
    const auto part = [&](int index) { return match.captured(index).toInt(); };
    const QDate day(part(1), part(2), part(3));
    const QTime time(part(4), part(5), part(6), match.captured(7).leftJustified(3, u'0').left(3).toInt());
    if (!day.isValid() || !time.isValid())
        return std::nullopt;
    const qint64 offset = (part(9) * 60 + part(10)) * 60LL * (match.captured(8) == u"-" ? -1 : 1);
    return QDateTime(day, time, Qt::UTC).addSecs(-offset);
}

PartitionHorizon::State PartitionHorizon::state(const QDateTime &now) const
{
    if (isEndless)
        return State::Good;
    if (!until || *until <= now)
        return State::RanOut;
    return ahead == 0 ? State::RunsOut : State::Good;
}

std::optional<PartitionHorizon> partitionHorizon(
    const CatalogueTable &table, const Catalogue &catalogue, const QDateTime &now)
{
    if (!table.partitionKey.startsWith(u"RANGE ("_s) || table.partitions.isEmpty())
        return std::nullopt;
    PartitionHorizon horizon;
    bool isByTime = false;
    for (const int place : table.partitions) {
        const CatalogueTable &partition = catalogue.tables.at(place);
        if (!partition.bound)
            continue;
        if (partition.bound->kind == PartitionBound::Kind::Default) {
            horizon.defaultPartition = partition.name;
            continue;
        }
        if (partition.bound->from.size() != 1)
            return std::nullopt; // ranges of several columns
        const auto from = boundMoment(partition.bound->from.first()), to = boundMoment(partition.bound->to.first());
        if (!from && !to)
            continue;
        isByTime = true;
        if (from && *from > now)
            ++horizon.ahead;
        if (!to)
            horizon.isEndless = true;
        else if (!horizon.until || *to > *horizon.until)
            horizon.until = to;
    }
    return isByTime ? std::optional(horizon) : std::nullopt;
}

Query defaultRowsQuery(const QualifiedName &defaultPartition)
{
    Query query(u"SELECT count(*) FROM (SELECT 1 FROM %1 LIMIT %2) r"_s.arg(
        defaultPartition.quoted(), QString::number(mostDefaultRows)));
    query.timeout = std::chrono::seconds(10);
    return query;
}

} // namespace Shardboard
