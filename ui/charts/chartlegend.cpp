// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/chartlegend.h"

#include "dashboard/valueformat.h"
#include "ui/charts/plotmodel.h"
#include "ui/charts/seriescolours.h"
#include "ui/charts/seriesshape.h"
#include "ui/common/showntext.h"
#include "ui/common/theme.h"

#include <QEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace Shardboard {

namespace {
constexpr int legendLine = 24;
constexpr int mostLines = 2;
constexpr int legendSwatch = 16;
constexpr int legendGap = 8; // between name and value
constexpr int between = 16; // between entries
constexpr int legendPadding = 4;
constexpr int longestName = 200;
constexpr int moreWidth = 72; // "+ 12 more"
} // namespace

LegendEntry::LegendEntry(QWidget *parent) : QAbstractButton(parent)
{
    setCheckable(true);
    setChecked(true);
    setFocusPolicy(Qt::TabFocus);
    setCursor(Qt::PointingHandCursor);
    connect(this, &QAbstractButton::toggled, this, &LegendEntry::updateAccessibleName);
}

void LegendEntry::setSeries(const QString &label, const QColor &colour, int shape)
{
    if (label != m_label)
        m_valueWidth = 0;
    m_label = label; // not the button's text, where "&" would make a shortcut
    m_colour = colour;
    m_shape = shape;
    updateAccessibleName();
    update();
}

void LegendEntry::setValue(const QString &value)
{
    if (m_value == value)
        return;
    m_value = value;
    m_valueWidth = std::max(m_valueWidth, textWidth(QFontMetrics(Theme::figureFont()), value));
    updateAccessibleName();
    update();
}

void LegendEntry::updateAccessibleName()
{
    const QString state = isChecked() ? tr("shown") : tr("hidden");
    const QString name = shownText(m_label);
    setAccessibleName(m_value.isEmpty() ? tr("%1, %2").arg(name, state) : tr("%1, %2, %3").arg(name, m_value, state));
    setToolTip(isChecked() ? tr("Hide %1").arg(name) : tr("Show %1").arg(name));
}

QSize LegendEntry::sizeHint() const
{
    const QFontMetrics metrics(Theme::figureFont());
    // One more than the rounded width: eliding counts the fractions.
    const int name = std::min(longestName, textWidth(metrics, m_label) + 1);
    return {legendPadding + legendSwatch + name + legendGap + m_valueWidth + legendPadding, legendLine};
}

QSize LegendEntry::minimumSizeHint() const
{
    return {legendSwatch + 32, legendLine};
}

void LegendEntry::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::instance();
    QPainter painter(this);
    painter.setFont(Theme::figureFont());
    if (hasFocus()) {
        painter.setPen(theme.accent());
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
    const QColor colour = isChecked() ? m_colour : theme.border();
    drawSeriesShape(painter, QPointF(legendPadding + 5, height() / 2.0), m_shape, colour, theme.card(), 9);
    const QFontMetrics metrics = painter.fontMetrics();
    const QRect name(legendPadding + legendSwatch, 0,
        width() - 2 * legendPadding - legendSwatch - legendGap - m_valueWidth, height());
    painter.setPen(theme.dimText());
    painter.drawText(
        name, Qt::AlignVCenter | Qt::AlignLeft, elideText(metrics, m_label, Qt::ElideMiddle, name.width()));
    painter.setPen(isChecked() ? theme.text() : theme.dimText());
    painter.drawText(rect().adjusted(0, 0, -legendPadding, 0), Qt::AlignVCenter | Qt::AlignRight, m_value);
}

ChartLegend::ChartLegend(QWidget *parent) : QWidget(parent)
{
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

void ChartLegend::setModel(const PlotModel &model)
{
    syncEntries(model);
    setValues(std::nullopt, model);
}

void ChartLegend::pointAt(std::optional<qint64> bucketStart, const PlotModel &model)
{
    setValues(bucketStart, model);
}

// Entries are made from the data, not from what is drawn: a hidden series keeps the entry that brings it back.
void ChartLegend::syncEntries(const PlotModel &model)
{
    const QList<PlotSeries> all = model.allSeries();
    while (m_entries.size() > all.size())
        delete m_entries.takeLast();
    while (m_entries.size() < all.size()) {
        auto *entry = new LegendEntry(this);
        const qsizetype index = m_entries.size();
        connect(entry, &QAbstractButton::clicked, this, [this, index](bool isShown) {
            if (isShown)
                m_hidden.remove(m_names[index]);
            else
                m_hidden.insert(m_names[index]);
            Q_EMIT hiddenChanged();
        });
        m_entries.append(entry);
        entry->show();
    }
    m_names.clear();
    for (qsizetype i = 0; i < all.size(); ++i) {
        m_names.append(all[i].series->name);
        m_entries[i]->setChecked(!m_hidden.contains(m_names[i]));
        m_entries[i]->setSeries(all[i].name(), all[i].colour, all[i].shape);
    }
}

void ChartLegend::setValues(std::optional<qint64> bucketStart, const PlotModel &model)
{
    const QList<PlotSeries> all = model.allSeries();
    for (qsizetype i = 0; i < std::min(all.size(), m_entries.size()); ++i) {
        const std::optional<qint64> bucket = bucketStart ? bucketStart : model.lastComplete(all[i]);
        const double value = bucket ? model.read(all[i], *bucket).value : std::numeric_limits<double>::quiet_NaN();
        const Series &series = *all[i].series;
        m_entries[i]->setValue(
            std::isfinite(value) ? formatValue(value, series.unit, series.decimals, QLocale()) : QStringLiteral("–"));
    }
    placeEntries();
}

QList<QRect> ChartLegend::places(int width) const
{
    QList<QRect> all;
    int x = 0, line = 0;
    for (const LegendEntry *entry : m_entries) {
        const int wanted = std::min(entry->sizeHint().width(), std::max(width, entry->minimumSizeHint().width()));
        // On the last line the count of what is left out needs its place, unless this is the last entry.
        const bool isLast = entry == m_entries.last();
        const int room = width - (line + 1 == mostLines && !isLast ? moreWidth : 0);
        if (x > 0 && x + wanted > room) {
            x = 0;
            ++line;
        }
        all.append(line < mostLines ? QRect(x, line * legendLine, wanted, legendLine) : QRect());
        x += wanted + between;
    }
    return all;
}

void ChartLegend::placeEntries()
{
    const QList<QRect> all = places(width());
    m_leftOut = 0;
    for (qsizetype i = 0; i < all.size(); ++i) {
        m_entries[i]->setVisible(all[i].isValid());
        m_entries[i]->setGeometry(all[i]);
        m_leftOut += all[i].isValid() ? 0 : 1;
    }
    update();
}

QSize ChartLegend::sizeHint() const
{
    return {160, legendLine};
}

int ChartLegend::heightForWidth(int width) const
{
    int bottom = legendLine;
    for (const QRect &place : places(width))
        bottom = std::max(bottom, place.isValid() ? place.bottom() + 1 : 0);
    return bottom;
}

void ChartLegend::resizeEvent(QResizeEvent *)
{
    placeEntries();
}

void ChartLegend::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        placeEntries();
}

void ChartLegend::paintEvent(QPaintEvent *)
{
    if (m_leftOut == 0)
        return;
    QPainter painter(this);
    painter.setFont(Theme::figureFont());
    painter.setPen(Theme::instance().dimText());
    painter.drawText(rect(), Qt::AlignRight | Qt::AlignBottom, tr("+ %n more", nullptr, m_leftOut));
}

} // namespace Shardboard
