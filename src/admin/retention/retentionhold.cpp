// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/retention/retentionhold.h"

#include "admin/enumnames.h"
#include "connection/values/sqlquote.h"

#include <QJsonObject>
#include <QLocale>

namespace Shardboard {

using namespace Qt::StringLiterals;

namespace {

using HoldKind = RetentionHold::Kind;

constexpr std::array<EnumName<HoldKind>, 8> codes{{{HoldKind::Bucket, QLatin1StringView("bucket")},
    {HoldKind::Behind, QLatin1StringView("behind")}, {HoldKind::Source, QLatin1StringView("source")},
    {HoldKind::WidePartition, QLatin1StringView("wide")}, {HoldKind::DefaultPartition, QLatin1StringView("default")},
    {HoldKind::BusyPartition, QLatin1StringView("busy")},
    {HoldKind::ReferencedPartition, QLatin1StringView("referenced")},
    {HoldKind::Obstacle, QLatin1StringView("obstacle")}}};

QDateTime momentOf(const QJsonObject &object, QLatin1StringView key)
{
    const QJsonValue value = object.value(key);
    return value.isDouble() ? QDateTime::fromMSecsSinceEpoch(value.toInteger(), Qt::UTC) : QDateTime();
}

QString momentText(const QDateTime &moment)
{
    return moment.isValid() ? moment.toString(u"yyyy-MM-dd HH:mm:ss"_s) + u" UTC"_s : u"the beginning"_s;
}

QString display(const QString &quoted)
{
    return parseQualifiedName(quoted).display();
}

RetentionReason explainBehind(const RetentionHold &hold, const QString &table)
{
    RetentionReason reason;
    if (hold.rows)
        reason.title = u"%1 wait for rollup %2"_s.arg(holdRowsText(*hold.rows), hold.rollup);
    else
        reason.title = u"Rollup %1 has not taken all that is old enough"_s.arg(hold.rollup);
    reason.cause = !hold.partition.isEmpty() ? u"They are in partition %1, which stays."_s.arg(display(hold.partition))
        : hold.rows
        ? u"They are older than rows of %1 are to be kept, and the rollup does not hold them yet."_s.arg(table)
        : hold.until.isValid()
        ? u"It is done with what lies before %1; later rows stay, and so do those of buckets it makes anew."_s.arg(
            momentText(hold.until))
        : u"It has not run to the end yet."_s;
    reason.remedy = u"Run the rollup, or resume it where it is paused; drop it if nobody needs it."_s;
    return reason;
}

RetentionReason explainSource(const RetentionHold &hold, const QString &table)
{
    const QString source = display(hold.source);
    return {u"The rows that rollup %1 was made of are still there"_s.arg(hold.rollup),
        hold.until.isValid()
            ? u"%1 has lost rows up to %2 only. Rows of %3 go after the rows they stand for, or Verify would miss them."_s
                  .arg(source, momentText(hold.until), table)
            : u"%1 has not lost any rows. Rows of %2 go after the rows they stand for, or Verify would miss them."_s
                  .arg(source, table),
        u"Keep rows of %1 no longer than those of %2."_s.arg(source, table)};
}

RetentionReason explainWide(const RetentionHold &hold)
{
    const QString name = display(hold.partition);
    return {u"Partition %1 is wider than it looks"_s.arg(name),
        u"It holds rows from %1 to %2%3: dropping it takes more at once than one partition usually does."_s.arg(
            momentText(hold.from), momentText(hold.until),
            hold.usual.isEmpty() ? QString() : u", where others hold %1"_s.arg(hold.usual)),
        u"Allow wide partitions to be dropped when all of it may go, or move out of it what shall stay."_s};
}

} // namespace

QString holdRowsText(qint64 rows)
{
    const QString number = QLocale(QLocale::English).toString(rows);
    if (rows >= countedTo)
        return u"At least %1 rows"_s.arg(number);
    return rows == 1 ? u"1 row"_s : u"%1 rows"_s.arg(number);
}

QList<RetentionHold> retentionHolds(const QJsonArray &list)
{
    QList<RetentionHold> holds;
    for (const QJsonValue &value : list) {
        const QJsonObject object = value.toObject();
        RetentionHold hold;
        hold.kind = valueNamed(codes, object.value(u"code").toString()).value_or(HoldKind::Unknown);
        hold.rollup = object.value(u"rollup").toString();
        hold.source = object.value(u"source").toString();
        hold.partition = object.value(u"partition").toString();
        hold.problem = object.value(u"problem").toString();
        hold.usual = object.value(u"usual").toString();
        if (object.value(u"rows").isDouble())
            hold.rows = object.value(u"rows").toInteger();
        const bool isBucket = hold.kind == HoldKind::Bucket, isWide = hold.kind == HoldKind::WidePartition;
        hold.from = momentOf(object, isWide ? "starts"_L1 : "from"_L1);
        hold.until = momentOf(object, isBucket ? "to"_L1 : isWide ? "ends"_L1 : "until"_L1);
        holds << hold;
    }
    return holds;
}

RetentionReason explainHold(const RetentionHold &hold, const QString &quotedTable)
{
    const QString table = display(quotedTable);
    switch (hold.kind) {
    case HoldKind::Bucket:
        return {u"The cutoff is moved to %1"_s.arg(momentText(hold.until)),
            u"%1 lies within a bucket of rollup %2, which would be cut in two."_s.arg(
                momentText(hold.from), hold.rollup),
            {}};
    case HoldKind::Behind:
        return explainBehind(hold, table);
    case HoldKind::Source:
        return explainSource(hold, table);
    case HoldKind::WidePartition:
        return explainWide(hold);
    case HoldKind::DefaultPartition:
        return {u"%1 old enough lie in the default partition"_s.arg(holdRowsText(hold.rows.value_or(0))),
            u"%1 takes what found no partition when it came, and is never dropped."_s.arg(display(hold.partition)),
            u"Give them partitions of their own (SELECT shardboard.empty_default_partition(%1)); the next run drops those."_s
                .arg(quoteLiteral(quotedTable))};
    case HoldKind::BusyPartition:
        return {u"Partition %1 was in use"_s.arg(display(hold.partition)),
            u"Dropping it needs the table for itself for a moment, and nobody is to wait long behind that."_s,
            u"The next run tries again. If it goes on, look for long transactions on the Cluster page."_s};
    case HoldKind::ReferencedPartition:
        return {u"Rows of another table refer to rows in partition %1"_s.arg(display(hold.partition)),
            u"The server refuses to detach it: %1"_s.arg(hold.problem),
            u"Delete the rows that refer to it, or keep rows of %1 as long as those. Other partitions are dropped."_s
                .arg(table)};
    case HoldKind::Obstacle:
        return {u"Partition %1 cannot be dropped"_s.arg(display(hold.partition)),
            u"The server refuses to drop it: %1"_s.arg(hold.problem),
            u"Remove what depends on it. Other partitions are dropped."_s};
    case HoldKind::Unknown:
        break;
    }
    return {u"Something holds rows of %1 back"_s.arg(table),
        u"The server's objects are of a newer version than this program."_s, u"Use a newer Shardboard."_s};
}

} // namespace Shardboard
