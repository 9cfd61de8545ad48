// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/statview.h"

#include "dashboard/valueformat.h"
#include "ui/charts/linepaint.h"
#include "ui/charts/plotmodel.h"
#include "ui/charts/seriespath.h"
#include "ui/common/showntext.h"
#include "ui/common/theme.h"

#include <QHelpEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace Shardboard {

namespace {
constexpr int statPadding = 12;
constexpr int statGap = 8;
constexpr double largest = 2.6, smallest = 1.2; // of the interface's font
constexpr double unitShare = 0.55; // of the number's size
constexpr int leastSparkline = 16;
} // namespace

StatView::StatView(QWidget *parent) : QWidget(parent)
{
    setFocusPolicy(Qt::NoFocus);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void StatView::setContent(SharedPanelData content, const Panel &panel)
{
    m_data = std::move(content);
    m_panel = panel;
    setAccessibleDescription(text());
    update();
}

StatView::Words StatView::words(const Figure &figure) const
{
    Words words;
    // One figure is what the title says; several need their names.
    words.label = m_data->figures.size() > 1 ? figure.label : QString();
    if (!figure.value) {
        words.number = QStringLiteral("NULL");
        return words;
    }
    const QString text = formatValue(*figure.value, figure.unit, figure.decimals, QLocale());
    const auto space = std::find_if(text.crbegin(), text.crend(), [](QChar c) { return c.isSpace(); });
    const qsizetype cut = space == text.crend() ? text.size() : text.crend() - space - 1;
    words.number = text.left(cut);
    words.unit = text.mid(cut + 1);
    if (figure.low && figure.high)
        words.band = formatBand(figure.value, figure.low, figure.high, QLocale());
    return words;
}

QString StatView::text() const
{
    QStringList lines;
    for (const Figure &figure : m_data ? m_data->figures : QList<Figure>()) {
        const Words parts = words(figure);
        QStringList line{parts.number, parts.unit, parts.band};
        line.removeAll(QString());
        const QString name = figure.label.isEmpty() ? m_panel.title : figure.label;
        lines.append(name + QStringLiteral(": ") + line.join(u' '));
    }
    return lines.join(u'\n');
}

QRect StatView::cell(qsizetype index) const
{
    const qsizetype count = std::max<qsizetype>(1, m_data ? m_data->figures.size() : 1);
    const int left = int(width() * index / count);
    return QRect(left, 0, int(width() * (index + 1) / count) - left, height());
}

void StatView::paintEvent(QPaintEvent *)
{
    if (!m_data)
        return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    for (qsizetype i = 0; i < m_data->figures.size(); ++i) {
        const QRect area = cell(i);
        paintSparkline(painter, area, i);
        paintFigure(painter, area.adjusted(statPadding, 0, -statPadding, 0), m_data->figures[i]);
    }
}

QFont StatView::numberFont(const QRect &area, const Words &words) const
{
    // As large as the height allows, then smaller until the line fits.
    const int lineHeight = QFontMetrics(Theme::figureFont()).height();
    double scale = std::clamp(double(area.height()) / lineHeight * 0.42, smallest, largest);
    for (; scale > smallest; scale -= 0.1) {
        const int number = textWidth(QFontMetrics(Theme::figureFont(scale)), words.number);
        const int unit = textWidth(QFontMetrics(Theme::figureFont(scale * unitShare)), words.unit + u' ' + words.band);
        if (number + unit + 2 * statGap <= area.width())
            break;
    }
    QFont font = Theme::figureFont(scale);
    font.setWeight(QFont::Medium);
    return font;
}

void StatView::paintFigure(QPainter &painter, const QRect &area, const Figure &figure) const
{
    const Theme &theme = Theme::instance();
    const Words parts = words(figure);
    const QFont font = numberFont(area, parts);
    const QFontMetrics metrics(font);
    QFont small = Theme::figureFont(font.pointSizeF() * unitShare / Theme::figureFont().pointSizeF());
    int y = 4;
    if (!parts.label.isEmpty()) {
        const QFontMetrics labelMetrics(Theme::figureFont());
        painter.setFont(Theme::figureFont());
        painter.setPen(theme.dimText());
        painter.drawText(QRect(area.left(), y, area.width(), labelMetrics.height()), Qt::AlignLeft | Qt::AlignVCenter,
            elideText(labelMetrics, parts.label, Qt::ElideRight, area.width()));
        y += labelMetrics.height() + 4;
    }
    const int baseline = y + metrics.ascent();
    painter.setFont(font);
    const bool hasColour = !figure.colour.isEmpty();
    painter.setPen(!figure.value ? theme.dimText()
            : hasColour          ? theme.series(figure.label, figure.colour)
                                 : theme.text());
    painter.drawText(area.left(), baseline, parts.number);
    int x = area.left() + textWidth(metrics, parts.number) + statGap / 2;
    painter.setFont(small);
    painter.setPen(theme.dimText());
    const QFontMetrics smallMetrics(small);
    for (const QString &part : {parts.unit, parts.band}) {
        if (part.isEmpty())
            continue;
        painter.drawText(x, baseline, elideText(smallMetrics, part, Qt::ElideRight, area.right() - x));
        x += textWidth(smallMetrics, part) + statGap;
    }
}

void StatView::paintSparkline(QPainter &painter, const QRect &area, qsizetype index) const
{
    const QList<Series> &all = m_data->series;
    if (all.isEmpty() || (index > 0 && index >= all.size()))
        return;
    const Series &series = all[index];
    const int lineHeight = QFontMetrics(Theme::figureFont()).height();
    const int height = std::min(int(area.height() * 0.38), area.height() - int(lineHeight * largest));
    if (height < leastSparkline)
        return;
    PlotSeries plot{&series, {}, 0, series.times, series.values, {}, {}, {}};
    PlotMapping mapping;
    mapping.area = QRectF(area.left() + 1, area.bottom() - height, area.width() - 2, height - 4);
    mapping.span = m_data->span;
    mapping.low = mapping.high = 0;
    for (const double value : series.values) {
        if (std::isfinite(value)) {
            mapping.high = std::max(mapping.high, value);
            mapping.low = std::min(mapping.low, value);
        }
    }
    if (mapping.high == mapping.low)
        mapping.high = mapping.low + 1;
    PathOptions options;
    options.drawing = Panel::Drawing::Area;
    options.bucket = m_data->bucketMilliseconds;
    options.pixelRatio = devicePixelRatioF();
    const SeriesPath path = makeSeriesPath(plot, mapping, options);
    QColor colour
        = Theme::instance().series(series.name, series.colour.isEmpty() ? QStringLiteral("accent") : series.colour);
    painter.setPen(QPen(colour, 1.5));
    for (const QPolygonF &line : path.lines)
        drawLineThrough(painter, line);
    colour.setAlphaF(0.12F);
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    for (const QPolygonF &fill : path.fills)
        painter.drawPolygon(fill);
    painter.setBrush(Qt::NoBrush);
    painter.setRenderHint(QPainter::Antialiasing);
}

bool StatView::event(QEvent *event)
{
    if (event->type() != QEvent::ToolTip || !m_data)
        return QWidget::event(event);
    const auto *help = static_cast<QHelpEvent *>(event);
    for (qsizetype i = 0; i < m_data->figures.size(); ++i) {
        const Figure &figure = m_data->figures[i];
        if (cell(i).contains(help->pos())) {
            const QString name = figure.label.isEmpty() ? m_panel.title : figure.label;
            const QString exact
                = figure.value ? formatExact(figure.exact, figure.unit, QLocale()) : QStringLiteral("NULL");
            showToolTip(help->globalPos(), name + QStringLiteral(": ") + exact, this, cell(i));
        }
    }
    return true;
}

} // namespace Shardboard
