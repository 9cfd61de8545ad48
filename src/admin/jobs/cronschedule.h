// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/outcome.h"

#include <QDateTime>
#include <QList>
#include <QString>
#include <QTimeZone>

#include <optional>

namespace Shardboard {

class CronCursor;

/// What the pg_cron at hand understands, and in which zone it reads it.
struct CronDialect
{
    QTimeZone zone = QTimeZone::utc(); ///< cron.timezone
    /// Refuses only what every version refuses.
    static CronDialect mostTolerant()
    {
        CronDialect dialect;
        dialect.limitsSteps = false;
        return dialect;
    }

    bool hasSeconds = true; ///< "10 seconds"
    bool hasLastDay = true; ///< $ for the last day of the month
    bool limitsSteps = true; ///< refuses */90 for minutes; older ones take it
    bool matchesBothDays = false; ///< cron.match_dom_and_dow: day of month and weekday must both fit, not either
};

/// A schedule as pg_cron reads it: five fields, "@hourly" and its like, or "N seconds". A value; any thread.
class CronSchedule
{
public:
    enum class Kind {
        Fields,
        Interval, ///< so many seconds after the last start
        AtStart, ///< once, when the server has started
    };

    /// Takes and refuses what the pg_cron at hand does: what it does not understand behind a part of a field it passes
    /// over, and so does this. Errors name the field and what would do.
    static Outcome<CronSchedule> parse(const QString &text, const CronDialect &dialect = {});

    Kind kind() const { return m_kind; }
    int seconds() const { return m_seconds; } ///< of an interval
    /// False for the 31st of February, and for "@yearly", which pg_cron takes but never runs.
    bool isEverDue() const;
    /// The moments after `after`, UTC, oldest first. Of an interval `after` is the last start. Fewer than `count` when
    /// it is never due; none for AtStart.
    QList<QDateTime> next(const QDateTime &after, int count) const;
    /// After `from`, up to and with `until`; the latest `limit` of them, UTC, oldest first. Of five fields only.
    QList<QDateTime> between(const QDateTime &from, const QDateTime &until, int limit) const;
    /// "every 5 minutes", "at 03:17 on Monday to Friday"; in plain English, in the schedule's zone.
    QString toWords() const;

private:
    struct Search;

    bool isDueOn(const QDate &date) const;
    QDate nextDate(const QDate &from) const;
    std::optional<ServerError> readFields(CronCursor &cursor, const CronDialect &dialect);
    bool readName(const QString &name);
    void search(Search &search) const;
    QString timeWords() const;
    QString dayWords() const;

    Kind m_kind = Kind::Fields;
    int m_seconds = 0;
    // One bit a value, from 0 on.
    quint64 m_minutes = 0, m_hours = 0, m_days = 0, m_months = 0, m_weekdays = 0;
    bool m_anyDay = false, m_anyWeekday = false; ///< written with a star: then both must fit
    bool m_lastDay = false;
    bool m_matchesBothDays = false;
    QTimeZone m_zone = QTimeZone::utc();
};

/// "GMT" and "UTC" whatever the machine knows of zones; invalid when it does not know the name.
QTimeZone cronZone(const QString &name);

} // namespace Shardboard
