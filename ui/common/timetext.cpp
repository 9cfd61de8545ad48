// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/common/timetext.h"

#include <QCoreApplication>
#include <QLocale>

namespace Shardboard {

namespace {

QString translated(const char *text)
{
    return QCoreApplication::translate("Shardboard::timetext", text);
}

/// "3 h 5 min", and "3 h" when it is three hours.
QString twoUnits(qint64 count, qint64 perUnit, const char *unit, const char *smaller)
{
    const QString whole = translated(unit).arg(count / perUnit);
    return count % perUnit == 0 ? whole : whole + u' ' + translated(smaller).arg(count % perUnit);
}

} // namespace

QString describeAge(const QDateTime &then, const QDateTime &now)
{
    const qint64 minutes = then.secsTo(now) / 60;
    if (minutes < 1)
        return translated("just now");
    if (minutes < 60)
        return translated("%1 min ago").arg(minutes);
    if (minutes < 24 * 60)
        return translated("%1 h ago").arg(minutes / 60);
    if (then.toLocalTime().date().addDays(1) == now.toLocalTime().date())
        return translated("yesterday");
    return QLocale().toString(then.toLocalTime().date(), QLocale::ShortFormat);
}

QString describeDuration(double milliseconds)
{
    const QLocale locale;
    if (milliseconds < 10)
        return translated("%1 ms").arg(locale.toString(milliseconds, 'f', 1));
    if (milliseconds < 1000)
        return translated("%1 ms").arg(locale.toString(qRound(milliseconds)));
    if (milliseconds < 60000)
        return translated("%1 s").arg(locale.toString(milliseconds / 1000, 'f', 1));
    const qint64 seconds = qRound64(milliseconds / 1000);
    if (seconds < 3600)
        return twoUnits(seconds, 60, "%1 min", "%1 s");
    if (seconds < 48 * 3600)
        return twoUnits(seconds / 60, 60, "%1 h", "%1 min");
    return twoUnits(seconds / 3600, 24, "%1 days", "%1 h");
}

} // namespace Shardboard
