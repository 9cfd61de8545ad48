// SPDX-License-Identifier: GPL-3.0-or-later
#include "dashboard/seriesbuilder.h"

#include "dashboard/sqltemplate.h"
#include "dashboard/valueformat.h"

#include <QHash>
#include <QMap>
#include <QSet>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace Shardboard {

namespace {

using namespace Qt::StringLiterals;

constexpr double gap = std::numeric_limits<double>::quiet_NaN();
constexpr qint64 longestGrid = 200'000; // buckets; a wild step must not fill the memory
constexpr qsizetype mostSeries = 50; // more lines than anybody tells apart
constexpr size_t mostPoints = 2'000'000; // of all series together

/// The width of the buckets that the rows show: the distance that is most frequent between them, the smaller one of two
/// that are equally frequent. 0 where there are no buckets: fewer than two rows, or less than half of them that far
/// apart, as events are. Each event would be a dot among gaps.
qint64 ownStep(const std::vector<qint64> &sorted)
{
    QHash<qint64, int> counts;
    qint64 found = 0;
    for (size_t i = 1; i < sorted.size(); ++i) {
        const qint64 distance = sorted[i] - sorted[i - 1];
        const int count = ++counts[distance], best = counts.value(found);
        if (count > best || (count == best && distance < found))
            found = distance;
    }
    return 2 * counts.value(found) >= int(sorted.size()) - 1 ? found : 0;
}

/// The buckets of a statement that uses :step are that wide. Any other has buckets of its own, each of its series too.
std::optional<qint64> stepOf(const Panel &panel, qint64 stepMilliseconds)
{
    const auto statement = SqlTemplate::parse(panel.sql);
    return statement && statement->builtIns().contains(u"step"_s) ? std::optional(stepMilliseconds) : std::nullopt;
}

/// The times of a chart's points: every bucket between the first and the last row, or just the rows'.
std::vector<qint64> makeGrid(std::vector<qint64> times, std::optional<qint64> wantedStep)
{
    std::sort(times.begin(), times.end());
    times.erase(std::unique(times.begin(), times.end()), times.end());
    const qint64 step = wantedStep ? *wantedStep : ownStep(times);
    if (times.empty() || step <= 0 || (times.back() - times.front()) / step >= longestGrid)
        return times;
    const qint64 first = times.front();
    if (std::any_of(times.begin(), times.end(), [&](qint64 time) { return (time - first) % step != 0; }))
        return times;
    std::vector<qint64> grid;
    for (qint64 time = first; time <= times.back(); time += step)
        grid.push_back(time);
    return grid;
}

Series emptySeries(const FieldStyle &field, const QString &name, const std::vector<qint64> &grid)
{
    Series series;
    series.name = name;
    series.unit = field.unit;
    series.colour = field.colour;
    series.decimals = field.decimals;
    series.times = grid;
    series.values.assign(grid.size(), gap);
    if (!field.low.isEmpty()) {
        series.low.assign(grid.size(), gap);
        series.high.assign(grid.size(), gap);
    }
    return series;
}

/// One field's columns, from rows into series.
class FieldReader
{
public:
    FieldReader(const FieldStyle &field, PanelRows &rows)
        : m_rows(rows)
        , m_value(rows.column(field.column))
        , m_low(rows.column(field.low))
        , m_high(rows.column(field.high))
    {
    }

    void read(qsizetype row, size_t index, Series &series)
    {
        series.values[index] = m_rows.number(row, m_value).value_or(gap);
        if (series.low.empty())
            return;
        series.low[index] = m_rows.number(row, m_low).value_or(gap);
        series.high[index] = m_rows.number(row, m_high).value_or(gap);
    }

private:
    PanelRows &m_rows;
    int m_value, m_low, m_high;
};

struct TimedRow
{
    qsizetype row;
    qint64 time;
};

size_t indexOf(qint64 time, const std::vector<qint64> &grid)
{
    return size_t(std::lower_bound(grid.begin(), grid.end(), time) - grid.begin());
}

void failForTwoRows(qint64 time, PanelRows &rows)
{
    rows.fail(u"The query gives two rows for the bucket %1."_s.arg(formatTimeWithZone(time, QTimeZone::utc())),
        u"GROUP BY the bucket alone, or name the column that tells them apart as categoryColumn."_s);
}

QList<Series> seriesOfFields(
    const Panel &panel, PanelRows &rows, const std::vector<TimedRow> &timed, const std::vector<qint64> &grid)
{
    std::vector<bool> seen(grid.size());
    for (const TimedRow &row : timed) {
        const size_t index = indexOf(row.time, grid);
        if (seen[index])
            failForTwoRows(row.time, rows);
        seen[index] = true;
    }
    QList<Series> result;
    for (const FieldStyle &field : panel.fields) {
        Series series = emptySeries(field, field.label.isEmpty() ? field.column : field.label, grid);
        FieldReader reader(field, rows);
        for (const TimedRow &row : timed)
            reader.read(row.row, indexOf(row.time, grid), series);
        result.append(std::move(series));
    }
    return result;
}

QString nameOf(const PanelRows &rows, qsizetype row, int column)
{
    return rows.rows().isNull(row, column) ? u"NULL"_s : categoryText(rows.rows().text(row, column));
}

/// The categories that are drawn: all, or those with the largest totals.
QSet<QString> largestCategories(const Panel &panel, PanelRows &rows, const std::vector<TimedRow> &timed,
    size_t gridSize, int category, QStringList &notes)
{
    const int value = rows.column(panel.fields.first().column);
    QHash<QString, double> totals;
    for (const TimedRow &row : timed)
        totals[nameOf(rows, row.row, category)] += std::abs(rows.number(row.row, value).value_or(0));
    QStringList names = totals.keys();
    const qsizetype most = std::clamp<qsizetype>(qsizetype(mostPoints / std::max<size_t>(gridSize, 1)), 1, mostSeries);
    if (names.size() <= most)
        return {names.begin(), names.end()};
    std::sort(names.begin(), names.end(),
        [&](const QString &a, const QString &b) { return totals[a] == totals[b] ? a < b : totals[a] > totals[b]; });
    notes << u"The %1 largest of %2 series are shown."_s.arg(most).arg(names.size());
    return {names.begin(), names.begin() + most};
}

std::vector<qint64> timesOf(const std::vector<TimedRow> &timed)
{
    std::vector<qint64> times;
    times.reserve(timed.size());
    for (const TimedRow &row : timed)
        times.push_back(row.time);
    return times;
}

/// With the step of the statement all series share their buckets; else each has those that its rows show.
QList<Series> seriesOfCategories(const Panel &panel, PanelRows &rows, const std::vector<TimedRow> &timed,
    std::optional<qint64> step, QStringList &notes)
{
    const int category = rows.column(panel.categoryColumn);
    if (category < 0)
        return {};
    const std::vector<qint64> shared = makeGrid(timesOf(timed), step);
    const QSet<QString> shown = largestCategories(panel, rows, timed, shared.size(), category, notes);
    QMap<QString, std::vector<TimedRow>> rowsByName;
    for (const TimedRow &row : timed) {
        if (const QString name = nameOf(rows, row.row, category); shown.contains(name))
            rowsByName[name].push_back(row);
    }
    const FieldStyle &field = panel.fields.first();
    FieldReader reader(field, rows);
    QList<Series> result;
    for (const auto &[name, own] : rowsByName.asKeyValueRange()) {
        const std::vector<qint64> grid = step ? shared : makeGrid(timesOf(own), step);
        Series series = emptySeries(field, name, grid);
        std::vector<bool> seen(grid.size());
        for (const TimedRow &row : own) {
            const size_t index = indexOf(row.time, grid);
            if (seen[index])
                failForTwoRows(row.time, rows);
            seen[index] = true;
            reader.read(row.row, index, series);
        }
        result.append(std::move(series));
    }
    return result;
}

} // namespace

QString categoryText(const QString &text)
{
    const bool isOwnWord = text == u"NULL" || text.startsWith(u"Other (") || text.startsWith(u'“');
    return isOwnWord ? u"“%1”"_s.arg(text) : text;
}

QList<Series> buildSeries(const Panel &panel, PanelRows &rows, qint64 stepMilliseconds, QStringList &notes)
{
    const int timeColumn = rows.column(panel.timeColumn);
    std::vector<TimedRow> timed;
    for (qsizetype row = 0; timeColumn >= 0 && row < rows.count(); ++row) {
        if (const auto time = rows.time(row, timeColumn))
            timed.push_back({row, *time});
    }
    const std::optional<qint64> step = stepOf(panel, stepMilliseconds);
    if (panel.kind == Panel::Kind::TimeSeries && !panel.categoryColumn.isEmpty())
        return seriesOfCategories(panel, rows, timed, step, notes);
    return seriesOfFields(panel, rows, timed, makeGrid(timesOf(timed), step));
}

} // namespace Shardboard
