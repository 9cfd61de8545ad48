// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLocale>
#include <QString>
#include <QTimeZone>

#include <optional>

namespace Shardboard {

/// Numbers and times as people read them. Units are those of fieldUnits(); the locale gives the separators. Numbers and
/// their units are parted by a no-break space (U+00A0), minus is U+2212, so that nothing wraps inside a figure. Pure
/// functions, any thread.

inline constexpr int maximumDecimals = 15; ///< of shown values

/// Short: "1.24 M", "38 ms", "2.5 min", "0.7 %", "1.2 GiB", "12.5 /s". Three significant digits unless `decimals` (>=
/// 0) says how many digits stand behind the point; small whole numbers stay whole. NaN gives an en dash.
QString formatValue(double value, const QString &unit, int decimals, const QLocale &locale);

/// The same for an axis: as many digits as keep neighbours that are `step` apart distinguishable, and one scale ("k",
/// "M", "GiB", "min") for all of them, chosen by `largest`, the axis's largest magnitude.
QString formatAxisValue(double value, double step, double largest, const QString &unit, const QLocale &locale);

/// Every digit the server printed ("1234567.8900" becomes "1,234,567.8900 ms"), for hovers. Text that is no plain
/// decimal number comes back as it is. A percent is scaled exactly, by moving the point.
QString formatExact(const QString &text, const QString &unit, const QLocale &locale);

/// "12 ms", "1.5 s", "2 min 5 s", "3 h 20 min", "5 d 4 h": the two largest units that matter.
QString formatDuration(qint64 milliseconds, const QLocale &locale);

/// Moments are milliseconds since 1970-01-01 UTC, printed as a clock in the zone shows them.
enum class TimeDetail { Date, Minutes, Seconds, Milliseconds };
QString formatTime(qint64 moment, const QTimeZone &zone, TimeDetail detail = TimeDetail::Seconds);
/// The time with its zone behind it: "2026-11-21 09:00:00 Europe/Berlin (UTC+1)".
QString formatTimeWithZone(qint64 moment, const QTimeZone &zone, TimeDetail detail = TimeDetail::Seconds);
/// A bucket: "09:00 – 09:05" with the date before it, and behind the end where it is another day.
QString formatBucket(qint64 begin, qint64 length, const QTimeZone &zone);

/// "±2.3 %" of the value, for a band around it; empty where a part is missing or the value is zero.
QString formatBand(
    std::optional<double> value, std::optional<double> low, std::optional<double> high, const QLocale &locale);

} // namespace Shardboard
