// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>

#include <limits>
#include <optional>

namespace Shardboard {

/// Reading values from the text a server sends (DateStyle ISO, IntervalStyle postgres, as every session sets them).
/// Text that does not parse as a whole gives nullopt; a NULL never comes here. Any thread, no locale.

/// What a column holds, as far as drawing and aligning it is concerned.
enum class ValueKind {
    Text,
    Boolean,
    Integer, ///< int2, int4, int8, oid
    Real, ///< float4, float8: a double, exactly
    Numeric, ///< numeric: the text is exact, a double only near
    Timestamp, ///< timestamptz, timestamp, date
    Interval,
    Json, ///< json, jsonb
    Binary, ///< bytea
};

ValueKind valueKind(quint32 typeOid);
bool isNumber(ValueKind kind);

std::optional<qint64> decodeInteger(QByteArrayView text);
/// Also NaN, Infinity and numeric, rounded to the nearest double.
std::optional<double> decodeReal(QByteArrayView text);
std::optional<bool> decodeBoolean(QByteArrayView text);

/// What 'infinity' and '-infinity' become.
constexpr qint64 timestampInfinity = std::numeric_limits<qint64>::max();
constexpr qint64 timestampMinusInfinity = std::numeric_limits<qint64>::min();

/// Microseconds since 1970-01-01 00:00 UTC of a timestamptz, a timestamp or a date; without an offset it is taken as
/// UTC. Years of any length and BC.
std::optional<qint64> decodeTimestamp(QByteArrayView text);

/// Seconds of an interval as extract(epoch) counts them: a month is 30 days, a year 365.25.
std::optional<double> decodeInterval(QByteArrayView text);

/// A value of any kind that can be drawn: numbers, booleans as 0 and 1, intervals in seconds, timestamps in seconds
/// since 1970. nullopt for everything else.
std::optional<double> decodeNumber(QByteArrayView text, ValueKind kind);

} // namespace Shardboard
