// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/chartsummary.h"

#include "dashboard/valueformat.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <cmath>

namespace Shardboard {

namespace {

struct ChartSummary
{
    Q_DECLARE_TR_FUNCTIONS(ChartSummary)
};

QString describeSeries(const PlotModel &model, const PlotSeries &series)
{
    const Series &sent = *series.series;
    const auto inside = [&](size_t row) {
        return sent.times[row] + model.bucket() > model.span().begin && sent.times[row] < model.span().end;
    };
    double low = std::numeric_limits<double>::infinity();
    double high = -low;
    int missing = 0;
    for (size_t row = 0; row < sent.values.size(); ++row) {
        if (!inside(row))
            continue;
        if (!std::isfinite(sent.values[row])) {
            ++missing;
            continue;
        }
        low = std::min(low, sent.values[row]);
        high = std::max(high, sent.values[row]);
    }
    if (low > high)
        return ChartSummary::tr("%1: no values.").arg(series.name());
    const auto last = model.lastComplete(series);
    const double lastValue = last ? model.read(series, *last).value : std::numeric_limits<double>::quiet_NaN();
    const auto said = [&](double value) { return formatValue(value, sent.unit, sent.decimals, QLocale()); };
    QString text = std::isfinite(lastValue)
        ? ChartSummary::tr("%1: last %2, lowest %3, highest %4.")
              .arg(series.name(), said(lastValue), said(low), said(high))
        : ChartSummary::tr("%1: lowest %2, highest %3.").arg(series.name(), said(low), said(high));
    if (missing > 0)
        text += u' ' + ChartSummary::tr("%n bucket(s) missing.", nullptr, missing);
    return text;
}

} // namespace

QString exactText(double value, const Series &series)
{
    // Seventeen digits would print the noise of the binary form; a named precision is the author's word.
    const QString digits = series.decimals >= 0 ? QString::number(value, 'f', series.decimals)
                                                : QString::number(value, 'g', std::abs(value) < 1e15 ? 12 : 15);
    return digits.contains(u'e') ? formatValue(value, series.unit, series.decimals, QLocale())
                                 : formatExact(digits, series.unit, QLocale());
}

QString bandText(const PlotReading &reading)
{
    const auto part = [](double value) { return std::isfinite(value) ? std::optional(value) : std::nullopt; };
    return formatBand(part(reading.value), part(reading.low), part(reading.high), QLocale());
}

QString describePlot(const PlotModel &model, const QTimeZone &zone)
{
    if (model.isEmpty())
        return ChartSummary::tr("No data.");
    const auto moment = [&](qint64 time) { return formatTime(time, zone, TimeDetail::Minutes); };
    QStringList lines{
        ChartSummary::tr("Chart from %1 to %2.").arg(moment(model.span().begin), moment(model.span().end))};
    for (const PlotSeries &series : model.series())
        lines.append(describeSeries(model, series));
    if (const auto open = model.openSpan())
        lines.append(ChartSummary::tr("From %1 on the data may still grow.").arg(moment(open->begin)));
    return lines.join(u'\n');
}

} // namespace Shardboard
