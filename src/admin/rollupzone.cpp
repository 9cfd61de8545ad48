// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/rollupzone.h"

#include "admin/rollupdefinition.h"

#include <QTimeZone>

#include <algorithm>

namespace Shardboard {

namespace {

constexpr qint64 day = 86400;

/// The offsets from UTC in seconds, each with the time up to which it held; invalid: it still does.
QList<std::pair<int, QDateTime>> offsets(const QTimeZone &zone, const QDateTime &from, const QDateTime &until)
{
    QList<std::pair<int, QDateTime>> found;
    int offset = zone.offsetFromUtc(from);
    for (const QTimeZone::OffsetData &change : zone.transitions(from, until)) {
        found.append({offset, change.atUtc});
        offset = change.offsetFromUtc;
    }
    found.append({offset, QDateTime()});
    return found;
}

bool needsFit(const QString &bucket, const QString &finer)
{
    const qint64 seconds = bucketSeconds(finer);
    return seconds > 0 && seconds < day && bucketSeconds(bucket) >= day;
}

} // namespace

ZoneFit zoneFit(const QString &zone, qint64 bucketSeconds, const QDateTime &now)
{
    ZoneFit fit;
    const QTimeZone known(zone.toUtf8());
    fit.isKnown = known.isValid();
    if (!fit.isKnown)
        return fit;
    const auto recent = offsets(known, now.addYears(-1), now.addYears(5));
    const auto begins = [&recent](qint64 seconds) {
        return std::ranges::all_of(recent, [seconds](const auto &one) { return one.first % seconds == 0; });
    };
    fit.begins = begins(bucketSeconds);
    for (const auto &[minutes, name] : {std::pair{60, "1 hour"}, std::pair{30, "30 minutes"},
             std::pair{15, "15 minutes"}, std::pair{5, "5 minutes"}, std::pair{1, "1 minute"}})
        if (begins(qint64(minutes) * 60))
            fit.fitting << QLatin1String(name);
    const QDateTime epoch = QDateTime::fromSecsSinceEpoch(0, Qt::UTC);
    for (const auto &[offset, until] : offsets(known, epoch, now))
        if (offset % bucketSeconds != 0 && until.isValid())
            fit.oddUntil = until;
    return fit;
}

QString zoneProblem(const QString &zone, const QString &bucket, const QString &finer, const QDateTime &now)
{
    if (!QTimeZone(zone.toUtf8()).isValid())
        return QStringLiteral("there is no time zone \"%1\"").arg(zone);
    if (!needsFit(bucket, finer))
        return {};
    const ZoneFit fit = zoneFit(zone, bucketSeconds(finer), now);
    if (fit.begins)
        return {};
    return QStringLiteral(
        "in %1 a day begins within a bucket of %2; make it from a level of %3, or from the rows themselves")
        .arg(
            zone, finer, fit.fitting.isEmpty() ? QStringLiteral("1 second") : fit.fitting.join(QStringLiteral(" or ")));
}

QString zoneWarning(const QString &zone, const QString &bucket, const QString &finer, const QDateTime &now)
{
    if (!needsFit(bucket, finer))
        return {};
    const ZoneFit fit = zoneFit(zone, bucketSeconds(finer), now);
    if (!fit.begins || !fit.oddUntil.isValid())
        return {};
    return QStringLiteral(
        "Before %1 UTC some days of %2 began within a bucket of %3. Rows of such a bucket count for the day "
        "in which the bucket begins.")
        .arg(fit.oddUntil.toString(QStringLiteral("yyyy-MM-dd HH:mm")), zone, finer);
}

} // namespace Shardboard
