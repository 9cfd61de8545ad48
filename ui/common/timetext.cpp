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
    return translated("%1 min %2 s").arg(seconds / 60).arg(seconds % 60);
}

} // namespace Shardboard
