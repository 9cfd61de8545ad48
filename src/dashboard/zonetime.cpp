// SPDX-License-Identifier: GPL-3.0-or-later
#include "dashboard/zonetime.h"

#include <algorithm>
#include <cstdlib>

namespace Shardboard {

namespace {

constexpr qint64 millisecondsPerDay = 86'400'000;

qint64 offsetAt(qint64 moment, const QTimeZone &zone)
{
    return qint64(zone.offsetFromUtc(QDateTime::fromMSecsSinceEpoch(moment, Qt::UTC))) * 1000;
}

} // namespace

// QDateTime leaves what a skipped or doubled time means to the platform, so it is worked out here: at most two offsets
// are near any local time, the one of the day before and the one of the day after.
qint64 momentOf(const QDate &date, const QTime &time, const QTimeZone &zone)
{
    const qint64 local = QDateTime(date, time, Qt::UTC).toMSecsSinceEpoch();
    const qint64 before = offsetAt(local - millisecondsPerDay, zone);
    const qint64 after = offsetAt(local + millisecondsPerDay, zone);
    const qint64 earlier = local - std::max(before, after);
    const qint64 later = local - std::min(before, after);
    for (const qint64 candidate : {earlier, later}) {
        if (candidate + offsetAt(candidate, zone) == local)
            return candidate;
    }
    return local - before; // in the gap: as if the clocks had not been changed yet
}

QDateTime localFields(qint64 moment, const QTimeZone &zone)
{
    return QDateTime::fromMSecsSinceEpoch(moment + offsetAt(moment, zone), Qt::UTC);
}

QString offsetLabel(const QTimeZone &zone, qint64 moment)
{
    const int minutes = int(offsetAt(moment, zone) / 60'000);
    QString label = QStringLiteral("UTC");
    if (minutes != 0)
        label += (minutes < 0 ? QChar(0x2212) : QChar(u'+')) + QString::number(std::abs(minutes) / 60);
    if (minutes % 60 != 0)
        label += QStringLiteral(":%1").arg(std::abs(minutes) % 60, 2, 10, QChar(u'0'));
    return label;
}

QString zoneName(const QTimeZone &zone)
{
    const QString name = QString::fromLatin1(zone.id());
    return name == QStringLiteral("Etc/UTC") ? QStringLiteral("UTC") : name;
}

QString zoneLabel(const QTimeZone &zone, qint64 moment)
{
    const QString name = zoneName(zone);
    if (name == QStringLiteral("UTC"))
        return name;
    const QString offset = offsetLabel(zone, moment);
    // Qt names zones of a fixed offset "UTC+02:00".
    return name.isEmpty() || name.startsWith(QStringLiteral("UTC")) ? offset
                                                                    : QStringLiteral("%1 (%2)").arg(name, offset);
}

QTimeZone zoneByName(const QString &name)
{
    if (name.isEmpty())
        return QTimeZone::systemTimeZone();
    const QTimeZone zone(name.toUtf8());
    // Qt takes any word for a POSIX zone without an offset, and lists less than it knows. A name with a slash must have
    // its file, and a zone that changes its clocks has rules.
    const bool isKnown = QTimeZone::isTimeZoneIdAvailable(zone.id()) || name.contains(u'/')
        || name == QStringLiteral("GMT")
        || (zone.isValid() && zone.nextTransition(QDateTime::currentDateTimeUtc()).atUtc.isValid());
    return isKnown ? zone : QTimeZone();
}

} // namespace Shardboard
