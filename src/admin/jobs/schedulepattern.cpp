// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/jobs/schedulepattern.h"

#include <QRegularExpression>

#include <algorithm>

namespace Shardboard {

using namespace Qt::StringLiterals;

namespace {

constexpr int lastSafeDay = 28;

QList<int> divisors(int size, int most)
{
    QList<int> list;
    for (int value = 1; value <= most; ++value) {
        if (size % value == 0)
            list << value;
    }
    return list;
}

QString stepText(int every)
{
    return every == 1 ? u"*"_s : u"*/%1"_s.arg(every);
}

/// What the expression says as far as it is made of plain numbers.
SchedulePattern guess(const QStringList &fields)
{
    static const QRegularExpression number(u"^[0-9]+$"_s), step(u"^\\*/([0-9]+)$"_s), numbers(u"^[0-6](,[0-6])*$"_s);
    SchedulePattern pattern;
    const auto isNumber = [&](int field) { return number.match(fields.at(field)).hasMatch(); };
    const auto stepOf = [&](int field) {
        if (fields.at(field) == u"*")
            return 1;
        const auto match = step.match(fields.at(field));
        return match.hasMatch() ? match.captured(1).toInt() : 0;
    };
    pattern.minute = isNumber(0) ? fields.at(0).toInt() : 0;
    pattern.hour = isNumber(1) ? fields.at(1).toInt() : 0;
    pattern.kind = SchedulePattern::Kind::Days;
    if (!isNumber(0)) {
        pattern.kind = SchedulePattern::Kind::Minutes;
        pattern.every = stepOf(0);
    } else if (!isNumber(1)) {
        pattern.kind = SchedulePattern::Kind::Hours;
        pattern.every = stepOf(1);
    } else if (fields.at(2) == u"$") {
        pattern.kind = SchedulePattern::Kind::LastDay;
    } else if (isNumber(2)) {
        pattern.kind = SchedulePattern::Kind::MonthDay;
        pattern.monthDay = fields.at(2).toInt();
    } else if (numbers.match(fields.at(4)).hasMatch()) {
        pattern.kind = SchedulePattern::Kind::Weekdays;
        pattern.weekdays.clear();
        for (const QString &day : fields.at(4).split(u','))
            pattern.weekdays << day.toInt();
    }
    return pattern;
}

} // namespace

QString SchedulePattern::toExpression() const
{
    const QString time = u"%1 %2"_s.arg(minute).arg(hour);
    switch (kind) {
    case Kind::Seconds:
        return u"%1 seconds"_s.arg(every);
    case Kind::Minutes:
        return stepText(every) + u" * * * *"_s;
    case Kind::Hours:
        return u"%1 %2 * * *"_s.arg(minute).arg(stepText(every));
    case Kind::Days:
        return time + u" * * *"_s;
    case Kind::Weekdays: {
        QStringList days;
        for (int day = 0; day < 7; ++day) {
            if (weekdays.contains(day))
                days << QString::number(day);
        }
        return time + u" * * "_s + (days.isEmpty() ? u"*"_s : days.join(u','));
    }
    case Kind::MonthDay:
        return time + u" %1 * *"_s.arg(std::clamp(monthDay, 1, lastSafeDay));
    case Kind::LastDay:
        return time + u" $ * *"_s;
    case Kind::Expression:
        return expression.simplified();
    }
    Q_UNREACHABLE();
}

SchedulePattern SchedulePattern::of(const QString &expression, const CronDialect &dialect)
{
    SchedulePattern written;
    written.kind = Kind::Expression;
    written.expression = expression;
    const auto schedule = CronSchedule::parse(expression, dialect);
    if (!schedule)
        return written;
    if (schedule->kind() == CronSchedule::Kind::Interval) {
        written.kind = Kind::Seconds;
        written.every = schedule->seconds();
        return written;
    }
    const QStringList fields = expression.simplified().split(u' ');
    if (fields.size() != 5)
        return written;
    SchedulePattern pattern = guess(fields);
    pattern.expression = expression;
    // Only what gives the same expression again is that pattern, with a step that is offered.
    const QList<int> offered = steps(pattern.kind);
    const bool isOffered = offered.isEmpty() || offered.contains(pattern.every);
    return isOffered && pattern.toExpression() == expression.simplified() ? pattern : written;
}

QList<int> SchedulePattern::steps(Kind kind)
{
    if (kind == Kind::Minutes)
        return divisors(60, 30);
    if (kind == Kind::Hours)
        return divisors(24, 12);
    QList<int> seconds;
    if (kind == Kind::Seconds) {
        for (int value = 1; value < 60; ++value)
            seconds << value;
    }
    return seconds;
}

bool SchedulePattern::isPossible(Kind kind, const CronDialect &dialect)
{
    return (kind != Kind::Seconds || dialect.hasSeconds) && (kind != Kind::LastDay || dialect.hasLastDay);
}

} // namespace Shardboard
