// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/jobs/cronschedule.h"

namespace Shardboard {

/// A schedule as people think of it, from which an expression is made that is always right. Times of day are in the
/// zone in which pg_cron reads schedules.
struct SchedulePattern
{
    enum class Kind {
        Seconds, ///< every `every` seconds
        Minutes, ///< every `every` minutes, from the full hour on
        Hours, ///< every `every` hours, at `minute`
        Days, ///< every day at hour and minute
        Weekdays, ///< on `weekdays` at hour and minute
        MonthDay, ///< on day `monthDay` of each month at hour and minute
        LastDay, ///< on the last day of each month at hour and minute
        Expression, ///< as written
    };
    Kind kind = Kind::Minutes;
    int every = 1;
    int hour = 0, minute = 0;
    QList<int> weekdays = {1}; ///< 0 is Sunday
    int monthDay = 1; ///< 1 to 28: every month has it
    QString expression;

    /// Of Kind::Expression the text as written; of all others one that parse() takes in a dialect that has the kind.
    QString toExpression() const;
    /// The pattern that gives this schedule, Kind::Expression when none does.
    static SchedulePattern of(const QString &expression, const CronDialect &dialect);
    /// The steps that come out even: 1, 2, 3 … of 60 minutes or 24 hours; 1 to 59 seconds.
    static QList<int> steps(Kind kind);
    static bool isPossible(Kind kind, const CronDialect &dialect);
};

} // namespace Shardboard
