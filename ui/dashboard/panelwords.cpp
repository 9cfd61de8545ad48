// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dashboard/panelwords.h"

#include "dashboard/valueformat.h"
#include "dashboard/zonetime.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>

namespace Shardboard {

namespace {
struct PanelWords
{
    Q_DECLARE_TR_FUNCTIONS(PanelWords)
};

QString oldestCompleteness(const QList<SharedPanelData> &panels, qint64 now, const QTimeZone &zone)
{
    std::optional<qint64> oldest;
    for (const SharedPanelData &data : panels) {
        if (data->completeUntil)
            oldest = std::min(oldest.value_or(*data->completeUntil), *data->completeUntil);
    }
    if (!oldest)
        return {};
    constexpr qint64 day = 86'400'000;
    // Beside a clock of today the date would be noise, beside last week's it is the news.
    const bool isToday = localFields(now, zone).date() == localFields(*oldest, zone).date() && now - *oldest < day;
    const QString moment = isToday ? localFields(*oldest, zone).toString(QStringLiteral("HH:mm:ss"))
                                   : formatTime(*oldest, zone, TimeDetail::Seconds);
    const QString age = formatDuration(std::max<qint64>(now - *oldest, 0) / 1000 * 1000, QLocale());
    return PanelWords::tr("Complete until %1, %2 ago").arg(moment, age);
}
} // namespace

StateWords describeEmpty(const PanelData &data, const QTimeZone &zone)
{
    if (data.completeUntil && *data.completeUntil <= data.span.begin) {
        return {PanelWords::tr("Not complete yet"),
            PanelWords::tr("%1 is complete until %2, which is before this time range. It catches up when its job runs.")
                .arg(data.routedTo, formatTime(*data.completeUntil, zone, TimeDetail::Minutes))};
    }
    const QString begin = formatTime(data.span.begin, zone, TimeDetail::Minutes);
    const QString end = formatTime(data.span.end, zone, TimeDetail::Minutes);
    const QString title = PanelWords::tr("No data in this time range");
    if (!data.routedTo.isEmpty() && !data.completeUntil)
        return {title,
            PanelWords::tr("%1 has no rows between %2 and %3, and nothing says how far it is complete: a rollup "
                           "that has not run yet is empty.")
                .arg(data.routedTo, begin, end)};
    return {title,
        PanelWords::tr("No rows between %1 and %2. Try a longer range or another choice above.").arg(begin, end)};
}

StateWords describeFailure(const PanelData &data)
{
    if (!data.error)
        return {PanelWords::tr("No answer"), {}};
    QStringList lines;
    for (const QString &part : {data.error->detail, data.error->hint}) {
        if (!part.isEmpty())
            lines.append(part);
    }
    return {data.error->message, lines.join(u'\n')};
}

StateWords describeStale(const PanelData &data, const QTimeZone &zone)
{
    const QString moment = localFields(data.updatedAt, zone).toString(QStringLiteral("HH:mm:ss"));
    StateWords words{PanelWords::tr("Data of %1").arg(moment), PanelWords::tr("The last refresh did not succeed.")};
    if (data.error)
        words.text = PanelWords::tr("The last refresh did not succeed: %1").arg(data.error->message);
    return words;
}

QString describeFreshness(const QList<SharedPanelData> &panels, qint64 now, const QTimeZone &zone)
{
    QStringList parts;
    const QString complete = oldestCompleteness(panels, now, zone);
    if (!complete.isEmpty())
        parts.append(complete);
    QStringList rollups;
    for (const SharedPanelData &data : panels) {
        if (!data->routedTo.isEmpty() && !rollups.contains(data->routedTo))
            rollups.append(data->routedTo);
    }
    rollups.sort();
    if (!rollups.isEmpty())
        parts.append(PanelWords::tr("from %1").arg(rollups.join(QStringLiteral(", "))));
    parts.append(PanelWords::tr("times in %1").arg(zoneLabel(zone, now)));
    return parts.join(QStringLiteral("  ·  "));
}

} // namespace Shardboard
