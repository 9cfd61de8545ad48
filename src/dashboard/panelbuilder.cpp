// SPDX-License-Identifier: GPL-3.0-or-later
#include "dashboard/panelbuilder.h"

#include "dashboard/cellvalue.h"
#include "dashboard/panelrows.h"
#include "dashboard/seriesbuilder.h"

#include <QtNumeric>

#include <algorithm>
#include <cmath>
#include <limits>

namespace Shardboard {

namespace {

using namespace Qt::StringLiterals;

constexpr qsizetype mostCategories = 1000; // of a list of bars: nobody reads more

void noteWhatIsLeftOut(const ResultSet &result, QStringList &notes)
{
    if (result.hasMoreRows)
        notes << u"Only the first %1 rows are shown; the query gives more."_s.arg(result.rowCount());
    if (result.hasCutCells)
        notes << u"Long values are cut."_s;
}

Figure readFigure(const FieldStyle &field, PanelRows &rows, qsizetype row)
{
    Figure figure;
    figure.label = field.label.isEmpty() ? field.column : field.label;
    figure.unit = field.unit;
    figure.colour = field.colour;
    figure.decimals = field.decimals;
    const int column = rows.column(field.column);
    figure.value = rows.number(row, column);
    if (figure.value)
        figure.exact = rows.rows().text(row, column);
    figure.low = rows.number(row, rows.column(field.low));
    figure.high = rows.number(row, rows.column(field.high));
    return figure;
}

/// A Stat's figures: the one row without a time, or the only row.
QList<Figure> readFigures(const Panel &panel, PanelRows &rows)
{
    const int timeColumn = rows.column(panel.timeColumn);
    qsizetype found = -1;
    for (qsizetype row = 0; row < rows.count(); ++row) {
        if (timeColumn >= 0 && !rows.rows().isNull(row, timeColumn))
            continue;
        if (found >= 0) {
            rows.fail(u"The query gives more than one row of figures; a stat shows one."_s);
            return {};
        }
        found = row;
    }
    QList<Figure> figures;
    if (found < 0)
        return figures;
    for (const FieldStyle &field : panel.fields)
        figures.append(readFigure(field, rows, found));
    return figures;
}

double sortKey(const Category &category)
{
    const double value = category.figure.value.value_or(-std::numeric_limits<double>::infinity());
    return std::isnan(value) ? -std::numeric_limits<double>::infinity() : value;
}

/// What a share leaves out must not be left out of its whole: the rest becomes one row.
Category sumOf(QList<Category>::const_iterator begin, QList<Category>::const_iterator end)
{
    Category other;
    other.label = u"Other (%1)"_s.arg(end - begin);
    other.figure = begin->figure;
    double sum = 0;
    qint64 exact = 0;
    bool isExact = true;
    for (auto it = begin; it != end; ++it) {
        sum += it->figure.value.value_or(0);
        bool isWhole = true;
        const qint64 part = it->figure.value ? it->figure.exact.toLongLong(&isWhole) : 0;
        isExact = isExact && isWhole && !qAddOverflow(exact, part, &exact);
    }
    other.figure.value = sum;
    other.figure.exact = isExact ? QString::number(exact) : QString::number(sum, 'g', 17);
    return other;
}

QList<Category> readCategories(const Panel &panel, PanelRows &rows, QStringList &notes)
{
    const int labels = rows.column(panel.categoryColumn);
    QList<Category> categories;
    for (qsizetype row = 0; labels >= 0 && row < rows.count(); ++row) {
        Category category;
        category.isNull = rows.rows().isNull(row, labels);
        category.label = category.isNull ? QString() : categoryText(rows.rows().text(row, labels));
        category.figure = readFigure(panel.fields.first(), rows, row);
        categories.append(category);
    }
    std::stable_sort(categories.begin(), categories.end(),
        [](const Category &a, const Category &b) { return sortKey(a) > sortKey(b); });
    const qsizetype limit = panel.limit > 0 ? std::min<qsizetype>(panel.limit, mostCategories) : mostCategories;
    if (categories.size() > limit) {
        if (limit != panel.limit)
            notes << u"The %1 largest of %2 entries are shown."_s.arg(limit).arg(categories.size());
        const Category other = sumOf(categories.cbegin() + limit, categories.cend());
        categories.erase(categories.begin() + limit, categories.end());
        if (panel.kind == Panel::Kind::Share)
            categories.append(other);
    }
    return categories;
}

bool isWithoutFigures(const PanelData &data)
{
    const auto isNull = [](const Figure &figure) { return !figure.value; };
    return data.series.isEmpty() && std::all_of(data.figures.begin(), data.figures.end(), isNull);
}

} // namespace

Outcome<PanelData> buildPanelData(const Panel &panel, const ResultSet &result, qint64 stepMilliseconds)
{
    PanelRows rows(result);
    PanelData data;
    data.table = result;
    data.bucketMilliseconds = stepMilliseconds;
    noteWhatIsLeftOut(result, data.notes);
    bool isEmpty = result.rowCount() == 0;
    switch (panel.kind) {
    case Panel::Kind::TimeSeries:
        data.series = buildSeries(panel, rows, stepMilliseconds, data.notes);
        break;
    case Panel::Kind::Stat:
        data.figures = readFigures(panel, rows);
        if (!panel.timeColumn.isEmpty())
            data.series = buildSeries(panel, rows, stepMilliseconds, data.notes);
        data.series.removeIf([](const Series &series) { return series.times.empty(); });
        isEmpty = isEmpty || isWithoutFigures(data);
        break;
    case Panel::Kind::Bars:
    case Panel::Kind::Share:
        data.categories = readCategories(panel, rows, data.notes);
        break;
    case Panel::Kind::Table:
        if (panel.limit > 0 && result.rowCount() > panel.limit)
            data.table = copyRows(result, [&](qsizetype row) { return row < panel.limit; });
        break;
    case Panel::Kind::Text:
        isEmpty = false;
        break;
    }
    if (rows.error())
        return *rows.error();
    data.state = isEmpty ? PanelData::State::Empty : PanelData::State::Ready;
    return data;
}

Outcome<ResultSet> mergeRows(
    const ResultSet &shown, const ResultSet &fresh, const QString &timeColumn, const TimeSpan &kept)
{
    PanelRows reader(shown);
    const int column = reader.column(timeColumn);
    ResultSet merged = copyRows(shown, [&](qsizetype row) {
        const auto time = reader.time(row, column);
        return time && kept.contains(*time);
    });
    if (reader.error())
        return *reader.error();
    merged.commandTag = fresh.commandTag;
    merged.hasMoreRows = shown.hasMoreRows || fresh.hasMoreRows;
    merged.hasCutCells = shown.hasCutCells || fresh.hasCutCells;
    for (const SharedRowBatch &batch : fresh.batches())
        merged.append(batch);
    return merged;
}

} // namespace Shardboard
