// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/charttooltip.h"

#include "ui/charts/seriesshape.h"
#include "ui/common/showntext.h"
#include "ui/common/theme.h"

#include <QPainter>

#include <algorithm>

namespace Shardboard {

namespace {
constexpr int margin = 12;
constexpr int tooltipGap = 12; // between columns
constexpr int tooltipSwatch = 16; // shape and its distance to the label
constexpr int distance = 16; // from the crosshair
constexpr int longestLabel = 240;
} // namespace

ChartTooltip::ChartTooltip(QWidget *window) : QWidget(window)
{
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setFocusPolicy(Qt::NoFocus);
    hide();
}

int ChartTooltip::Columns::total() const
{
    return tooltipSwatch + label + tooltipGap + value + (note > 0 ? tooltipGap / 2 + note : 0);
}

ChartTooltip::Columns ChartTooltip::columns() const
{
    const QFontMetrics metrics(Theme::figureFont());
    Columns columns;
    for (const Row &row : m_rows) {
        columns.label = std::max(columns.label, std::min(longestLabel, textWidth(metrics, row.label) + 1));
        columns.value = std::max(columns.value, textWidth(metrics, row.value.isEmpty() ? tr("no data") : row.value));
        columns.note = std::max(columns.note, textWidth(metrics, row.note));
    }
    return columns;
}

QSize ChartTooltip::sizeHint() const
{
    const QFontMetrics metrics(Theme::figureFont());
    const int lines = int(m_rows.size()) + 1 + (m_subtitle.isEmpty() ? 0 : 1);
    const int heads = std::max(textWidth(metrics, m_title), textWidth(metrics, m_subtitle));
    const int width = std::max(columns().total(), heads);
    return {width + 2 * margin, lines * (metrics.height() + 4) + 4 + 2 * (margin - 4)};
}

void ChartTooltip::showAt(QPoint anchor, const QString &title, const QString &subtitle, const QList<Row> &rows)
{
    m_title = title;
    m_subtitle = subtitle;
    m_rows = rows;
    const QSize size = sizeHint();
    const QRect room = parentWidget()->rect().adjusted(4, 4, -4, -4);
    int x = anchor.x() + distance;
    if (x + size.width() > room.right())
        x = anchor.x() - distance - size.width();
    const int y
        = std::clamp(anchor.y() - size.height() / 2, room.top(), std::max(room.top(), room.bottom() - size.height()));
    setGeometry(QRect(QPoint(std::max(x, room.left()), y), size));
    raise();
    show();
    update();
}

QString ChartTooltip::text() const
{
    QStringList lines{m_title};
    if (!m_subtitle.isEmpty())
        lines.append(m_subtitle);
    for (const Row &row : m_rows) {
        const QString value = row.value.isEmpty() ? tr("no data") : row.value;
        lines.append(row.label + QStringLiteral(": ") + value + (row.note.isEmpty() ? QString() : u' ' + row.note));
    }
    return lines.join(u'\n');
}

void ChartTooltip::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::instance();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(theme.border());
    painter.setBrush(theme.card());
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);

    painter.setFont(Theme::figureFont());
    const QFontMetrics metrics = painter.fontMetrics();
    const int lineHeight = metrics.height() + 4;
    const int width = this->width() - 2 * margin;
    int y = margin - 4;
    painter.setPen(theme.text());
    painter.drawText(QRect(margin, y, width, lineHeight), Qt::AlignVCenter | Qt::AlignLeft, m_title);
    y += lineHeight;
    painter.setPen(theme.dimText());
    if (!m_subtitle.isEmpty()) {
        painter.drawText(QRect(margin, y, width, lineHeight), Qt::AlignVCenter | Qt::AlignLeft, m_subtitle);
        y += lineHeight;
    }
    y += 4;
    const Columns places = columns();
    for (const Row &row : m_rows) {
        drawSeriesShape(painter, QPointF(margin + 5, y + lineHeight / 2.0), row.shape, row.colour, theme.card(), 9);
        painter.setPen(theme.text());
        painter.drawText(QRect(margin + tooltipSwatch, y, places.label, lineHeight), Qt::AlignVCenter | Qt::AlignLeft,
            elideText(metrics, row.label, Qt::ElideMiddle, places.label));
        const int noteWidth = places.note > 0 ? places.note + tooltipGap / 2 : 0;
        const QRect value(margin + width - noteWidth - places.value, y, places.value, lineHeight);
        painter.setPen(row.value.isEmpty() ? theme.dimText() : theme.text());
        painter.drawText(value, Qt::AlignVCenter | Qt::AlignRight, row.value.isEmpty() ? tr("no data") : row.value);
        painter.setPen(theme.dimText());
        painter.drawText(QRect(value.right() + 1 + tooltipGap / 2, y, places.note, lineHeight),
            Qt::AlignVCenter | Qt::AlignRight, row.note);
        y += lineHeight;
    }
}

} // namespace Shardboard
