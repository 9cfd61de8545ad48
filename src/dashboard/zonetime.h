// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDateTime>
#include <QTimeZone>

namespace Shardboard {

/// The greatest multiple of `step` that is not above the value.
inline qint64 floorTo(qint64 value, qint64 step)
{
    return value - ((value % step) + step) % step;
}

/// Local times of a zone and moments, DST-safe. Moments are milliseconds since 1970-01-01 UTC. Pure functions, any
/// thread.

/// The moment a clock in the zone shows this. Shown twice: the earlier. Skipped by the zone: moved on by the gap.
qint64 momentOf(const QDate &date, const QTime &time, const QTimeZone &zone);
/// What a clock in the zone shows at the moment; a QDateTime in UTC whose fields are the local ones.
QDateTime localFields(qint64 moment, const QTimeZone &zone);
/// "Europe/Berlin"; "UTC" for each of its names.
QString zoneName(const QTimeZone &zone);
/// "UTC+2", "UTC+5:30", "UTC" as of the moment.
QString offsetLabel(const QTimeZone &zone, qint64 moment);
/// "Europe/Berlin (UTC+2)" as of the moment; "UTC" for UTC.
QString zoneLabel(const QTimeZone &zone, qint64 moment);
/// The zone of that IANA name, the system's for an empty one; invalid when there is none of that name.
QTimeZone zoneByName(const QString &name);

} // namespace Shardboard
