// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>

namespace Shardboard {

struct CatalogueFacts;

/// The words of a psql command that runs one statement where the facts were read: host, port, user and database are in
/// it, as cron has no PGHOST. The SQL must be on one line (oneLineLiteral()).
QStringList psqlWords(const QString &sql, const CatalogueFacts &facts);

/// The same of a command of shardboardctl.
QStringList shardboardctlWords(const QStringList &command, const CatalogueFacts &facts);

/// The command that runs a rollup, retention or the maintenance of partitions: `CALL shardboard.procedure('argument')`.
QStringList callWords(const QString &procedure, const QString &argument, const CatalogueFacts &facts);

/// A line for crontab(5) that works as it stands, or a sentence that says why there is none. Schedules in seconds,
/// which only pg_cron knows, become every minute.
QString crontabLine(const QString &schedule, const QStringList &words);

} // namespace Shardboard
