// SPDX-License-Identifier: GPL-3.0-or-later
#include "dashboard/ticks.h"

#include "dashboard/zonetime.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace Shardboard {

namespace {

using namespace Qt::StringLiterals;

constexpr double keptFill = 0.4; ///< of the shown scale; data that fill less of it get a new one
constexpr qint64 second = 1000;
constexpr qint64 minute = 60 * second;
constexpr qint64 hour = 60 * minute;
constexpr qint64 day = 24 * hour;

/// The smallest of 1, 2, 5 × 10ⁿ that is not below.
double decimalStep(double atLeast)
{
    const double power = std::pow(10., std::floor(std::log10(atLeast)));
    for (const double digit : {1., 2., 5.}) {
        if (digit * power >= atLeast * (1 - 1e-9))
            return digit * power;
    }
    return 10 * power;
}

double binaryStep(double atLeast)
{
    return atLeast <= 1 ? 1 : std::pow(2., std::ceil(std::log2(atLeast) - 1e-9));
}

/// Seconds, minutes, hours and days as clocks count them, in the unit's own measure.
double durationStep(double atLeast, double secondLength)
{
    static constexpr std::array seconds{
        1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400};
    const double wanted = atLeast / secondLength;
    if (wanted < 1)
        return decimalStep(wanted) * secondLength;
    const auto found = std::find_if(seconds.begin(), seconds.end(), [&](int s) { return s >= wanted * (1 - 1e-9); });
    return found != seconds.end() ? *found * secondLength : decimalStep(wanted / 86400) * 86400 * secondLength;
}

double niceStep(double atLeast, const QString &unit)
{
    if (unit == u"bytes")
        return binaryStep(atLeast);
    if (unit == u"ms")
        return durationStep(atLeast, 1000);
    if (unit == u"s")
        return durationStep(atLeast, 1);
    return decimalStep(atLeast);
}

bool stillFits(const ValueScale &shown, double low, double high)
{
    const double slack = shown.step * 1e-9;
    if (low < shown.min - slack || high > shown.max + slack)
        return false;
    const bool showsNegative = shown.min < 0;
    return high - low >= keptFill * (shown.max - shown.min) && showsNegative == (low < 0);
}

} // namespace

std::vector<double> ValueScale::ticks() const
{
    std::vector<double> ticks;
    const auto count = std::lround((max - min) / step);
    const auto first = std::lround(min / step);
    // Multiples of the step, not a running sum, so that 0.3 is 0.3.
    for (long i = 0; i <= count; ++i)
        ticks.push_back(double(first + i) * step);
    return ticks;
}

ValueScale chooseValueScale(
    double low, double high, int maximumTicks, const QString &unit, const std::optional<ValueScale> &shown)
{
    if (!std::isfinite(low) || !std::isfinite(high) || low > high)
        return shown.value_or(ValueScale{});
    low = std::min(low, 0.);
    high = std::max(high, 0.);
    if (low == high)
        return shown.value_or(ValueScale{});
    if (shown && stillFits(*shown, low, high))
        return *shown;
    const int intervals = std::max(1, maximumTicks - 1);
    ValueScale scale;
    for (double wanted = (high - low) / intervals;; wanted = scale.step * 1.01) {
        scale.step = niceStep(wanted, unit);
        scale.min = std::floor(low / scale.step + 1e-9) * scale.step;
        scale.max = std::ceil(high / scale.step - 1e-9) * scale.step;
        // Rounding both ends outward may take one interval more than asked for: then the next step.
        if (std::lround((scale.max - scale.min) / scale.step) <= intervals || (low < 0 && high > 0 && intervals < 2))
            return scale;
    }
}

namespace {

/// A distance between ticks: milliseconds for what divides a day, else days or months of the calendar.
struct TimeStep
{
    qint64 length = 0;
    int days = 0;
    int months = 0;

    /// Never more than the true distance, so that a count from it errs to the safe side.
    qint64 shortest() const { return length > 0 ? length : days > 0 ? days * day - hour : months * 28 * day; }
};

constexpr std::array timeSteps{TimeStep{second}, TimeStep{2 * second}, TimeStep{5 * second}, TimeStep{10 * second},
    TimeStep{15 * second}, TimeStep{30 * second}, TimeStep{minute}, TimeStep{2 * minute}, TimeStep{5 * minute},
    TimeStep{10 * minute}, TimeStep{15 * minute}, TimeStep{30 * minute}, TimeStep{hour}, TimeStep{2 * hour},
    TimeStep{3 * hour}, TimeStep{6 * hour}, TimeStep{12 * hour}, TimeStep{0, 1}, TimeStep{0, 2}, TimeStep{0, 7},
    TimeStep{0, 14}, TimeStep{0, 0, 1}, TimeStep{0, 0, 2}, TimeStep{0, 0, 3}, TimeStep{0, 0, 6}, TimeStep{0, 0, 12},
    TimeStep{0, 0, 24}, TimeStep{0, 0, 60}, TimeStep{0, 0, 120}, TimeStep{0, 0, 600}, TimeStep{0, 0, 1200}};

/// Round times of one local day, by its clock: what it skips is left out, what it shows twice comes twice.
void appendWithinDay(
    const QDate &date, qint64 length, const QTimeZone &zone, const TimeSpan &span, std::vector<qint64> &ticks)
{
    const qint64 begin = momentOf(date, QTime(0, 0), zone);
    const qint64 end = momentOf(date.addDays(1), QTime(0, 0), zone);
    // Every clock change leaves the minutes round, to a quarter of an hour at least; stepping by that meets each round
    // time.
    const qint64 stride = std::min(length, 15 * minute);
    const qint64 from = begin + std::max<qint64>(0, floorTo(span.begin - begin, stride));
    for (qint64 moment = from; moment < end && moment <= span.end; moment += stride) {
        if (moment >= span.begin && localFields(moment, zone).time().msecsSinceStartOfDay() % length == 0)
            ticks.push_back(moment);
    }
}

QDate firstCalendarDay(const QDate &date, const TimeStep &step)
{
    if (step.months > 0) {
        const int months = date.year() * 12 + date.month() - 1;
        const int floored = months - months % step.months;
        return {floored / 12, floored % 12 + 1, 1};
    }
    // Weeks begin on Monday; other multiples of days count from a fixed day so that they stay put when the axis moves.
    static const QDate monday(1970, 1, 5);
    return monday.addDays(floorTo(monday.daysTo(date), step.days));
}

std::vector<qint64> placeTicks(const TimeSpan &span, const TimeStep &step, const QTimeZone &zone)
{
    std::vector<qint64> ticks;
    const QDate first = localFields(span.begin, zone).date();
    const QDate last = localFields(span.end, zone).date();
    if (step.length > 0) {
        for (QDate date = first; date <= last; date = date.addDays(1))
            appendWithinDay(date, step.length, zone, span, ticks);
        return ticks;
    }
    for (QDate date = firstCalendarDay(first, step); date <= last;
         date = step.months > 0 ? date.addMonths(step.months) : date.addDays(step.days)) {
        const qint64 moment = momentOf(date, QTime(0, 0), zone);
        if (moment >= span.begin && moment <= span.end)
            ticks.push_back(moment);
    }
    return ticks;
}

QString dayLabel(const QDate &date, const QLocale &locale)
{
    return locale.toString(date, u"d MMM"_s);
}

QString labelOf(const QDateTime &local, const TimeStep &step, const QLocale &locale)
{
    if (step.months >= 12)
        return QString::number(local.date().year());
    if (step.months > 0)
        return locale.toString(local.date(), u"MMM yyyy"_s);
    if (step.days > 0)
        return dayLabel(local.date(), locale);
    return local.time().toString(step.length < minute ? u"HH:mm:ss"_s : u"HH:mm"_s);
}

QList<TimeTick> labelTicks(
    const std::vector<qint64> &times, const TimeStep &step, const QTimeZone &zone, const QLocale &locale)
{
    QList<TimeTick> ticks;
    QDateTime before;
    for (const qint64 time : times) {
        const QDateTime local = localFields(time, zone);
        TimeTick tick;
        tick.time = time;
        tick.label = labelOf(local, step, locale);
        if (step.length > 0 && (!before.isValid() || before.date() != local.date()))
            tick.date = dayLabel(local.date(), locale);
        if (step.length > 0 && momentOf(local.date(), local.time(), zone) != time)
            tick.label += u' ' + offsetLabel(zone, time);
        before = local;
        ticks.append(tick);
    }
    return ticks;
}

} // namespace

QList<TimeTick> chooseTimeTicks(const TimeSpan &span, int maximumTicks, const QTimeZone &zone, const QLocale &locale)
{
    if (span.length() <= 0)
        return {};
    for (const TimeStep &step : timeSteps) {
        if (span.length() / step.shortest() > 2 * maximumTicks)
            continue; // far too many: not worth placing
        const auto times = placeTicks(span, step, zone);
        if (qsizetype(times.size()) <= maximumTicks)
            return labelTicks(times, step, zone, locale);
    }
    return {};
}

} // namespace Shardboard
