// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/shardboardctl/retentiontext.h"

#include "connection/values/sqlquote.h"

#include <QLocale>

namespace Shardboard::Ctl {

using namespace Qt::StringLiterals;

namespace {

QString countText(qint64 count)
{
    return QLocale::c().toString(count);
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

} // namespace Shardboard::Ctl
