// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dashboard/timerange.h"

#include <QList>
#include <QLocale>
#include <QString>
#include <QTimeZone>

#include <optional>
#include <vector>

namespace Shardboard {

/// An axis of values: from `min` to `max` in whole steps.
struct ValueScale
{
    double min = 0;
    double max = 1;
    double step = 1;

    std::vector<double> ticks() const; ///< min, min + step, …, max
    bool operator==(const ValueScale &) const = default;
};

/// A scale of at most `maximumTicks` (>= 2) ticks around the data, in steps of 1, 2 or 5 × 10ⁿ (powers of two for
/// bytes; round seconds, minutes, hours for times). It begins at zero unless there are negative values. With the scale
/// shown before, it only changes when the data leave it or fill less than 40 % of it, so that a refresh does not make
/// the picture jump. Without data (low > high, NaN) the one shown before, else 0 to 1.
ValueScale chooseValueScale(double low, double high, int maximumTicks, const QString &unit,
    const std::optional<ValueScale> &shown = std::nullopt);

/// A place on a time axis worth a label.
struct TimeTick
{
    qint64 time = 0; ///< milliseconds since 1970-01-01 UTC
    QString label; ///< "14:30", "14:30:15", "17 May", "May 2015", "2015"
    QString date; ///< "17 May" at the first tick of another day, where the label has no date of its own; else empty

    bool operator==(const TimeTick &) const = default;
};

/// At most `maximumTicks` (>= 1) ticks at round times of the zone's clock inside [begin, end], days and longer at their
/// local begin (DST-safe). Hours the clock skips get no tick; one it shows twice is told apart by its offset.
QList<TimeTick> chooseTimeTicks(const TimeSpan &span, int maximumTicks, const QTimeZone &zone, const QLocale &locale);

} // namespace Shardboard
