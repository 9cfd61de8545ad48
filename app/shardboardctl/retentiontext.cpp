// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/shardboardctl/retentiontext.h"

#include "connection/values/sqlquote.h"

#include <QLocale>

namespace Shardboard::Ctl {

using namespace Qt::StringLiterals;

namespace {

QString countText(qint64 count)
{
    return QLocale(QLocale::English).toString(count);
}

QString whatWent(const RetentionRun &run)
{
    QStringList parts;
    if (!run.partitionsDropped.isEmpty())
        parts << u"partitions dropped: %1"_s.arg(countText(run.partitionsDropped.size()));
    else
        parts << u"%1 rows deleted"_s.arg(countText(run.rowsDeleted));
    if (run.bytesFreed > 0)
        parts << u"%1 freed"_s.arg(QLocale::c().formattedDataSize(run.bytesFreed, 1));
    return parts.join(u", "_s);
}

} // namespace

QJsonValue momentJson(const QDateTime &moment)
{
    return moment.isValid() ? QJsonValue(moment.toString(Qt::ISODateWithMs)) : QJsonValue();
}

QString momentText(const QDateTime &moment)
{
    return moment.isValid() ? moment.toString(Qt::ISODateWithMs) : u"-"_s;
}

QString retentionHoldText(const RetentionHold &hold, const QString &table)
{
    const RetentionReason reason = explainHold(hold, table);
    return (u"%1. %2 %3"_s.arg(reason.title, reason.cause, reason.remedy)).trimmed();
}

QJsonArray retentionHoldsJson(const QList<RetentionHold> &holds, const QString &table)
{
    QJsonArray list;
    for (const RetentionHold &hold : holds) {
        const RetentionReason reason = explainHold(hold, table);
        list.append(QJsonObject{{u"refusal"_s, hold.isRefusal()}, {u"title"_s, reason.title},
            {u"cause"_s, reason.cause}, {u"remedy"_s, reason.remedy}, {u"rollup"_s, hold.rollup},
            {u"partition"_s, hold.partition}, {u"rows"_s, hold.rows ? QJsonValue(*hold.rows) : QJsonValue()}});
    }
    return list;
}

QString retentionRunText(const RetentionRun &run)
{
    const QString table = parseQualifiedName(run.table).display();
    QStringList lines;
    if (run.state == RetentionRun::State::AlreadyRunning)
        return u"%1: another session is at it"_s.arg(table);
    if (run.state == RetentionRun::State::KeptForEver)
        return u"%1: rows are kept for ever"_s.arg(table);
    lines << u"%1: %2"_s.arg(table, whatWent(run));
    if (run.state != RetentionRun::State::Done && run.state != RetentionRun::State::Refused)
        lines.first() += u", "_s + retentionStateName(run.state);
    if (!run.message.isEmpty())
        lines << u"  "_s + run.message;
    for (const RetentionHold &hold : run.holds)
        lines << u"  "_s + retentionHoldText(hold, run.table);
    return lines.join(u'\n');
}

QJsonObject retentionRunJson(const RetentionRun &run)
{
    return {{u"table"_s, run.table}, {u"run"_s, run.runId}, {u"state"_s, retentionStateName(run.state)},
        {u"startedAt"_s, momentJson(run.startedAt)}, {u"finishedAt"_s, momentJson(run.finishedAt)},
        {u"cutoff"_s, momentJson(run.cutoff)}, {u"oldestKept"_s, momentJson(run.oldestKept)},
        {u"deleted"_s, run.rowsDeleted}, {u"bytesFreed"_s, run.bytesFreed},
        {u"partitionsDropped"_s, QJsonArray::fromStringList(run.partitionsDropped)},
        {u"heldBack"_s, retentionHoldsJson(run.holds, run.table)}, {u"message"_s, run.message}};
}

QString retentionHealthName(RetentionHealth health)
{
    switch (health) {
    case RetentionHealth::Healthy:
        return u"healthy"_s;
    case RetentionHealth::Running:
        return u"running"_s;
    case RetentionHealth::New:
        return u"no run yet"_s;
    case RetentionHealth::ForEver:
        return u"kept for ever"_s;
    case RetentionHealth::Paused:
        return u"paused"_s;
    case RetentionHealth::Unscheduled:
        return u"unscheduled"_s;
    case RetentionHealth::HeldBack:
        return u"held back"_s;
    case RetentionHealth::Failing:
        return u"failing"_s;
    }
    Q_UNREACHABLE();
}

QString retentionPreviewText(const RetentionPreview &preview)
{
    const QString table = preview.wish.table.display();
    QStringList lines{u"%1, rows kept for %2 by %3: a run now takes %4"_s.arg(
        table, preview.wish.keep, preview.wish.timeColumn, preview.whatGoes())};
    lines << u"  older than %1 may go, the oldest row is of %2"_s.arg(
        momentText(preview.cutoff), preview.hasMinusInfinity ? u"-infinity"_s : momentText(preview.oldest));
    for (const ExpiringPartition &partition : preview.partitions)
        lines << u"  %1  %2  %3 … %4%5%6"_s.arg(partitionFateName(partition.fate).leftJustified(6),
            parseQualifiedName(partition.name).display(), momentText(partition.starts), momentText(partition.ends),
            partition.rows < 0 ? QString() : u", some %1 rows"_s.arg(countText(partition.rows)),
            partition.bytes < 0 ? QString() : u", "_s + QLocale::c().formattedDataSize(partition.bytes, 1));
    for (const RetentionHold &hold : preview.holds)
        lines << (hold.isRefusal() ? u"  Refused: "_s : u"  Note: "_s)
                + retentionHoldText(hold, preview.wish.table.quoted());
    for (const RetentionDependant &dependant : preview.dependants)
        lines << u"  %1: %2"_s.arg(dependant.name, dependant.effect);
    for (const QString &note : preview.notes)
        lines << u"  Note: "_s + note;
    return lines.join(u'\n');
}

QJsonObject retentionPreviewJson(const RetentionPreview &preview)
{
    const auto known = [](qint64 count) { return count < 0 ? QJsonValue() : QJsonValue(count); };
    QJsonArray partitions, dependants;
    for (const ExpiringPartition &partition : preview.partitions)
        partitions.append(QJsonObject{{u"name"_s, partition.name}, {u"from"_s, momentJson(partition.starts)},
            {u"to"_s, momentJson(partition.ends)}, {u"fate"_s, partitionFateName(partition.fate)},
            {u"rows"_s, known(partition.rows)}, {u"bytes"_s, known(partition.bytes)}});
    for (const RetentionDependant &dependant : preview.dependants)
        dependants.append(QJsonObject{{u"name"_s, dependant.name}, {u"effect"_s, dependant.effect}});
    return {{u"table"_s, preview.wish.table.quoted()}, {u"column"_s, preview.wish.timeColumn},
        {u"keep"_s, preview.wish.keep}, {u"how"_s, preview.isByPartitions ? u"partitions"_s : u"rows"_s},
        {u"cutoff"_s, momentJson(preview.cutoff)},
        {u"oldest"_s, preview.hasMinusInfinity ? QJsonValue(u"-infinity"_s) : momentJson(preview.oldest)},
        {u"rows"_s, known(preview.rows)}, {u"exact"_s, preview.isExact}, {u"bytes"_s, known(preview.bytes)},
        {u"refused"_s, preview.isRefused()}, {u"partitions"_s, partitions},
        {u"heldBack"_s, retentionHoldsJson(preview.holds, preview.wish.table.quoted())}, {u"dependants"_s, dependants},
        {u"notes"_s, QJsonArray::fromStringList(preview.notes)}};
}

} // namespace Shardboard::Ctl
