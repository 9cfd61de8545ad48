// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/timeserieschart.h"

#include "dashboard/valueformat.h"
#include "ui/charts/accessiblechart.h"
#include "ui/charts/chartsummary.h"
#include "ui/common/showntext.h"
#include "ui/common/theme.h"

#include <QFontMetricsF>
#include <QGraphicsLayout>
#include <QResizeEvent>
#include <QValueAxis>

#include <cmath>

namespace Shardboard {

namespace {
constexpr int topMargin = 12; // half a label above the highest line, rounded to the 4 px step
constexpr int tightStep = 24, wideStep = 64; // pixels between horizontal lines: at least, and where there is room
constexpr int enoughTicks = 6;

int roundUpToStep(double pixels)
{
    return int(std::ceil(pixels / 4)) * 4;
}

/// Midnight is the day that begins there.
QString tickText(const TimeTick &tick)
{
    if (tick.date.isEmpty())
        return tick.label;
    return tick.label == QLatin1String("00:00") ? tick.date : tick.date + u' ' + tick.label;
}
} // namespace

TimeSeriesChart::TimeSeriesChart(Crosshair &crosshair, const QTimeZone &zone, QWidget *parent)
    : QChartView(parent), m_crosshair(crosshair), m_zone(zone)
{
    setFrameShape(QFrame::NoFrame);
    setBackgroundBrush(Qt::NoBrush);
    viewport()->setAutoFillBackground(false);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    viewport()->setMouseTracking(true);
    installChartAccessibility();
    setupChart();
    connect(&m_crosshair, &Crosshair::moved, this, &TimeSeriesChart::showCrosshair);
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        m_hasGrid = false;
        if (m_model.data())
            m_model = PlotModel(m_model.data(), m_model.panel(), m_hidden);
        rebuild();
    });
}

TimeSeriesChart::~TimeSeriesChart()
{
    delete m_tooltip;
    m_crosshair.hide(this);
}

void TimeSeriesChart::setupChart()
{
    chart()->legend()->hide();
    chart()->setBackgroundVisible(false);
    chart()->layout()->setContentsMargins(0, 0, 0, 0);
    chart()->setAnimationOptions(QChart::NoAnimation);
    m_timeAxis = new QValueAxis(this);
    m_timeAxis->setVisible(false);
    m_valueAxis = new QValueAxis(this);
    m_valueAxis->setLabelsVisible(false);
    m_valueAxis->setLineVisible(false);
    m_valueAxis->setTickType(QValueAxis::TicksDynamic);
    m_valueAxis->setTickAnchor(0);
    chart()->addAxis(m_timeAxis, Qt::AlignBottom);
    chart()->addAxis(m_valueAxis, Qt::AlignLeft);
    m_ground = new PlotGround(chart());
    m_ground->setZValue(-0.5);
    m_overlay = new PlotOverlay(chart());
    m_overlay->setZValue(100);
}

QFont TimeSeriesChart::axisFont() const
{
    return Theme::figureFont(0.9);
}

void TimeSeriesChart::setContent(SharedPanelData content, const Shardboard::Panel &panel)
{
    const bool isAnotherQuestion = m_model.panel() != panel || m_model.span().length() != content->span.length()
        || m_model.bucket() != content->bucketMilliseconds;
    if (isAnotherQuestion)
        m_scale.reset();
    m_model = PlotModel(std::move(content), panel, m_hidden);
    rebuild();
}

void TimeSeriesChart::setHidden(const QSet<QString> &names)
{
    m_hidden = names;
    m_scale.reset();
    if (m_model.data())
        m_model = PlotModel(m_model.data(), m_model.panel(), names);
    rebuild();
}

QString TimeSeriesChart::description() const
{
    return describePlot(m_model, m_zone);
}

// The place of the plot depends on the font and the widget alone, never on the labels: charts below each other line up.
void TimeSeriesChart::placePlot()
{
    const QFontMetricsF metrics(axisFont());
    const int gutter = roundUpToStep(textWidth(metrics, QStringLiteral("000.0 M")) + 8);
    const int foot = roundUpToStep(metrics.height() + 8);
    const int side = roundUpToStep(textWidth(metrics, QStringLiteral("00:00")) / 2 + 4); // half of the last time label
    chart()->setMargins(QMargins(gutter, topMargin, side, foot));
    chart()->layout()->activate();
    const QRectF plot = chart()->plotArea();
    if (m_mapping.area == plot)
        return;
    m_mapping.area = plot;
    for (ChartLayer *layer : std::initializer_list<ChartLayer *>{m_ground, m_overlay})
        layer->setArea(rect());
    for (SeriesItem *item : std::as_const(m_items))
        item->setArea(rect());
    if (m_plotWidth != int(plot.width())) {
        m_plotWidth = int(plot.width());
        Q_EMIT plotWidthChanged(m_plotWidth);
    }
}

void TimeSeriesChart::rebuild()
{
    const std::optional<ValueScale> before = m_scale;
    chooseScale();
    m_mapping.span = m_model.span();
    m_mapping.low = m_scale->min;
    m_mapping.high = m_scale->max;
    if (m_scale != before || !m_hasGrid)
        updateGrid();
    rebuildGround();
    rebuildSeries();
    rebuildThresholds();
    showCrosshair();
}

// The most expensive part of a refresh, and rarely needed: the scale stands still.
void TimeSeriesChart::updateGrid()
{
    m_hasGrid = !m_model.isEmpty();
    // In the order that never has a long axis with short steps: a line is made for every one of them at once.
    if (m_scale->step > m_valueAxis->tickInterval())
        m_valueAxis->setTickInterval(m_scale->step);
    m_valueAxis->setRange(m_scale->min, m_scale->max);
    m_valueAxis->setTickInterval(m_scale->step);
    m_valueAxis->setGridLinePen(QPen(Theme::instance().grid(), 1));
    m_valueAxis->setGridLineVisible(m_hasGrid);
    // Now, not with the next turn of the event loop: lines and labels change together.
    chart()->layout()->invalidate();
    chart()->layout()->activate();
}

QString TimeSeriesChart::unit() const
{
    return m_model.isEmpty() ? QString() : m_model.series().first().series->unit;
}

void TimeSeriesChart::chooseScale()
{
    const ValueExtent extent = m_model.extent();
    constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
    const int height = int(m_mapping.area.height());
    const int ticks = std::max(2, std::min(height / tightStep + 1, std::max(enoughTicks, height / wideStep + 1)));
    m_scale = chooseValueScale(
        extent.isEmpty ? nothing : extent.low, extent.isEmpty ? nothing : extent.high, ticks, unit(), m_scale);
    // There is no half request: a scale for whole values has no steps between them.
    if (extent.isWhole && !extent.isEmpty && m_scale->step < 1)
        m_scale = ValueScale{std::floor(m_scale->min), std::max(1.0, std::ceil(m_scale->max)), 1};
}

// The widest neighbours are the label that begins a day and a plain one.
int TimeSeriesChart::mostTimeTicks() const
{
    const QFontMetricsF metrics(axisFont());
    const auto room = [&](const QString &clock) {
        return (textWidth(metrics, QStringLiteral("00 Mmm ") + clock) + textWidth(metrics, clock)) / 2 + 8;
    };
    const int most = int(m_mapping.area.width() / room(QStringLiteral("00:00")));
    constexpr qint64 minute = 60'000;
    const bool showsSeconds = m_model.span().length() < most * minute;
    return std::max(1, showsSeconds ? int(m_mapping.area.width() / room(QStringLiteral("00:00:00"))) : most);
}

void TimeSeriesChart::rebuildGround()
{
    PlotGround::Content ground;
    ground.plot = m_mapping.area;
    ground.font = axisFont();
    if (m_model.span().length() > 0) {
        for (const TimeTick &tick : chooseTimeTicks(m_model.span(), mostTimeTicks(), m_zone, QLocale()))
            ground.times.append({m_mapping.x(tick.time), tickText(tick)});
    }
    if (!m_model.isEmpty()) {
        // Of a rate only the number: the legend says per what, and the labels keep to their gutter.
        const QString axisUnit = unit().startsWith(QLatin1String("per-")) ? QString() : unit();
        const double largest = std::max(std::abs(m_scale->min), std::abs(m_scale->max));
        for (const double value : m_scale->ticks()) {
            // Nothing is nothing in every unit.
            ground.values.append({m_mapping.y(value),
                value == 0 ? QStringLiteral("0")
                           : formatAxisValue(value, m_scale->step, largest, axisUnit, QLocale())});
        }
    }
    if (const auto open = m_model.openSpan()) {
        const QRectF area(QPointF(m_mapping.x(open->begin), m_mapping.area.top()),
            QPointF(m_mapping.x(open->end), m_mapping.area.bottom()));
        ground.open = area;
    }
    m_ground->setContent(std::move(ground));
}

void TimeSeriesChart::rebuildSeries()
{
    while (m_items.size() > m_model.series().size())
        delete m_items.takeLast();
    while (m_items.size() < m_model.series().size()) {
        m_items.append(new SeriesItem(chart()));
        m_items.last()->setArea(rect());
        m_items.last()->setZValue(10);
    }
    PathOptions options;
    options.drawing = m_model.panel().drawing;
    options.bucket = m_model.bucket();
    options.pixelRatio = devicePixelRatioF();
    if (const auto open = m_model.openSpan())
        options.openFrom = open->begin;
    for (qsizetype i = 0; i < m_items.size(); ++i) {
        const PlotSeries &series = m_model.series()[i];
        SeriesItem::Content content;
        content.path = makeSeriesPath(series, m_mapping, options);
        content.plot = m_mapping.area;
        content.colour = series.colour;
        content.drawing = options.drawing;
        content.shape = series.shape;
        if (m_items.size() > 1 && options.drawing == Shardboard::Panel::Drawing::Line && !content.path.lines.isEmpty())
            content.end = content.path.lines.last().last();
        m_items[i]->setContent(std::move(content));
    }
}

void TimeSeriesChart::rebuildThresholds()
{
    QList<PlotOverlay::Line> lines;
    const Theme &theme = Theme::instance();
    for (const Threshold &threshold : m_model.panel().thresholds) {
        if (m_model.isEmpty() || threshold.value < m_scale->min || threshold.value > m_scale->max)
            continue;
        const QColor colour
            = threshold.colour.isEmpty() ? theme.warning() : theme.series(threshold.label, threshold.colour);
        lines.append({std::round(m_mapping.y(threshold.value)), threshold.label, colour});
    }
    m_overlay->setThresholds(m_mapping.area, lines, axisFont());
}

QList<ChartTooltip::Row> TimeSeriesChart::tooltipRows(qint64 bucketStart) const
{
    QList<ChartTooltip::Row> rows;
    for (const PlotSeries &series : m_model.series()) {
        const PlotReading reading = m_model.read(series, bucketStart);
        rows.append({series.colour, series.shape, series.name(),
            std::isfinite(reading.value) ? exactText(reading.value, *series.series) : QString(), bandText(reading)});
    }
    return rows;
}

void TimeSeriesChart::showCrosshair()
{
    const std::optional<qint64> time = m_crosshair.time();
    const bool isShown = time && m_model.span().contains(*time) && !m_model.isEmpty();
    const std::optional<qint64> bucket = isShown ? m_model.bucketAt(*time) : std::nullopt;
    QList<PlotOverlay::Mark> marks;
    if (bucket) {
        for (const PlotSeries &series : m_model.series()) {
            const int row = PlotModel::indexOf(series, *bucket);
            if (row >= 0 && std::isfinite(series.values[size_t(row)]))
                marks.append({{m_mapping.x(m_model.centreOf(*bucket)), m_mapping.y(series.values[size_t(row)])},
                    series.colour, series.shape});
        }
    }
    std::optional<double> x;
    if (isShown)
        x = m_mapping.x(bucket ? m_model.centreOf(*bucket) : *time);
    m_overlay->setCrosshair(x, std::move(marks));
    Q_EMIT bucketPointed(bucket);

    const bool hasTooltip = bucket && m_crosshair.owner() == this && !m_dragStart;
    if (hasTooltip) {
        if (!m_tooltip || m_tooltip->parentWidget() != window()) {
            delete m_tooltip;
            m_tooltip = new ChartTooltip(window());
        }
        const auto open = m_model.openSpan();
        m_tooltip->showAt(mapTo(window(), QPointF(*x, m_mapping.area.center().y()).toPoint()),
            formatBucket(*bucket, m_model.bucket(), m_zone),
            open && *bucket >= open->begin ? tr("still open: may grow") : QString(), tooltipRows(*bucket));
    } else if (m_tooltip) {
        m_tooltip->hide();
    }
}

} // namespace Shardboard
