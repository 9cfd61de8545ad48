// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QDateTime>
#include <QString>

namespace Shardboard {

/// How days of a time zone, and longer buckets, lie on shorter buckets, which begin in UTC.
struct ZoneFit
{
    bool isKnown = true; ///< the zone, to Qt
    bool begins = true; ///< days begin with a shorter bucket, since a year before `now` and as far as is known ahead
    QDateTime oddUntil; ///< UTC; before it, and after 1970, some days began within a shorter bucket; invalid: none did
    QStringList fitting; ///< lengths with which days do begin, longest first: "30 minutes", "15 minutes"
};

/// Of buckets of so many seconds, less than a day.
ZoneFit zoneFit(const QString &zone, qint64 bucketSeconds, const QDateTime &now);

/// Why levels of this length cannot be made from the finer one in the zone, with what would do; empty when they can.
QString zoneProblem(const QString &zone, const QString &bucket, const QString &finer, const QDateTime &now);
/// What is inexact about it in the past; empty when nothing is.
QString zoneWarning(const QString &zone, const QString &bucket, const QString &finer, const QDateTime &now);

} // namespace Shardboard
