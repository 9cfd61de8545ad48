// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dashboard/document.h"
#include "dashboard/paneldata.h"

#include <cmath>
#include <limits>

// Panels and their data as a refresher would hand them over, made by hand. Times are fixed: 2026-11-21, 04:00 to 10:00
// UTC.
namespace Shardboard::Testing {

constexpr qint64 minute = 60'000;
constexpr qint64 hour = 60 * minute;
constexpr qint64 sampleEnd = 1'795'255'200'000; // 2026-11-21 10:00:00 UTC
constexpr TimeSpan sampleSpan{sampleEnd - 6 * hour, sampleEnd};
constexpr double gap = std::numeric_limits<double>::quiet_NaN();

/// A calm day's curve with noise that is the same on every run.
inline Series makeSeries(const QString &name, double height, qint64 bucket = minute, TimeSpan span = sampleSpan)
{
    Series series;
    series.name = name;
    uint state = uint(height) * 2654435761U + 12345U;
    for (qint64 time = span.begin; time < span.end; time += bucket) {
        state = state * 1664525U + 1013904223U;
        const double noise = double(state >> 8) / double(1U << 24) - 0.5;
        const double phase = double(time - span.begin) / double(span.length());
        series.times.push_back(time);
        series.values.push_back(std::max(0.0, std::round(height * (0.62 + 0.3 * std::sin(phase * 5) + 0.14 * noise))));
    }
    return series;
}

inline PanelData makeData(QList<Series> series, qint64 bucket = minute)
{
    PanelData data;
    data.state = PanelData::State::Ready;
    data.span = sampleSpan;
    data.bucketMilliseconds = bucket;
    data.series = std::move(series);
    data.updatedAt = sampleEnd;
    data.completeUntil = sampleEnd;
    data.routedTo = QStringLiteral("http_request_1min");
    data.sql = QStringLiteral("SELECT bucket, sum(request_count) AS requests\nFROM http_request_1min\nGROUP BY bucket");
    return data;
}

inline SharedPanelData share(PanelData data)
{
    return std::make_shared<const PanelData>(std::move(data));
}

inline Panel makePanel(Panel::Kind kind, const QString &id, const QString &title, GridPlace place = {})
{
    Panel panel;
    panel.id = id;
    panel.title = title;
    panel.kind = kind;
    panel.place = place;
    panel.sql = QStringLiteral("SELECT 1");
    return panel;
}

inline Panel linePanel()
{
    return makePanel(Panel::Kind::TimeSeries, QStringLiteral("p"), QStringLiteral("Requests"));
}

/// One value a minute from the span's begin.
inline Series makeBuckets(const QString &name, std::vector<double> values)
{
    Series series;
    series.name = name;
    for (size_t i = 0; i < values.size(); ++i)
        series.times.push_back(sampleSpan.begin + qint64(i) * minute);
    series.values = std::move(values);
    return series;
}

inline Figure makeFigure(const QString &label, double value, const QString &unit = {})
{
    Figure figure;
    figure.label = label;
    figure.unit = unit;
    figure.value = value;
    figure.exact = QString::number(value, 'g', 15);
    return figure;
}

inline QList<Category> makeCategories(const QList<std::pair<QString, double>> &rows)
{
    QList<Category> categories;
    for (const auto &[label, value] : rows) {
        Category category;
        category.label = label;
        category.isNull = label.isNull();
        category.figure = makeFigure(label, value);
        categories.append(category);
    }
    return categories;
}

inline ResultSet makeTable(const QList<ResultField> &fields, const QList<QList<std::optional<QByteArray>>> &rows)
{
    ResultSet table;
    table.fields = fields;
    auto batch = std::make_shared<RowBatch>(int(fields.size()));
    for (const auto &row : rows) {
        for (const auto &cell : row) {
            if (cell)
                batch->appendCell(cell->constData(), cell->size());
            else
                batch->appendNull();
        }
    }
    table.append(batch);
    return table;
}

} // namespace Shardboard::Testing
