// SPDX-License-Identifier: GPL-3.0-or-later
// How the shard map is drawn; what it does is in shardmap.cpp.
#include "ui/cluster/shardmap.h"

#include "ui/common/showntext.h"
#include "ui/common/stylepaint.h"
#include "ui/common/theme.h"
#include "ui/tables/figures.h"

#include <QPaintEvent>
#include <QPainter>
#include <QScrollBar>

#include <algorithm>

namespace Shardboard {

void ShardMap::paintEvent(QPaintEvent *event)
{
    const Theme &theme = Theme::instance();
    QPainter painter(viewport());
    painter.fillRect(event->rect(), theme.card());
    const int first = std::max(0, verticalScrollBar()->value() / m_lineHeight);
    const int shown = viewport()->height() / m_lineHeight + 2;
    const int last = std::min(int(m_layout.lines().size()), first + shown);
    for (int line = first; line < last; ++line)
        paintLine(painter, line, event->rect());
    paintFrames(painter);
    painter.fillRect(0, 0, m_labelWidth, viewport()->height(), theme.card());
    for (int line = first; line < last; ++line)
        paintLabel(painter, line);
    paintHead(painter);
}

void ShardMap::paintLine(QPainter &painter, int line, const QRect &clip) const
{
    const ShardMapLayout::Line &what = m_layout.lines()[size_t(line)];
    const int top = lineTop(line);
    const QRect whole(0, top, viewport()->width(), m_lineHeight);
    if (what.isGroup())
        painter.fillRect(whole, Theme::instance().window());
    if (line == m_current.line)
        painter.fillRect(whole, Theme::instance().selection());
    else if (line == m_hovered.line)
        painter.fillRect(whole, Theme::instance().hover());
    const SizeScale &scale = what.isGroup() ? m_groupScale : m_scale;
    for (size_t column = 0; column < m_layout.columns().size(); ++column) {
        const auto cells = m_layout.cells(what, column);
        QRect rect = cellRect(line, column, 0);
        for (const ShardCell &cell : cells) {
            if (rect.right() >= clip.left() && rect.left() <= clip.right())
                scale.paintCell(painter, rect, cell.bytes);
            rect.translate(m_cellWidth, 0);
        }
    }
}

void ShardMap::paintLabel(QPainter &painter, int line) const
{
    const Theme &theme = Theme::instance();
    const ShardMapLayout::Line &what = m_layout.lines()[size_t(line)];
    const QRect whole(0, lineTop(line), m_labelWidth, m_lineHeight);
    if (what.isGroup())
        painter.fillRect(whole, theme.window());
    if (line == m_current.line)
        painter.fillRect(whole, theme.selection());
    else if (line == m_hovered.line)
        painter.fillRect(whole, theme.hover());
    QFont font = this->font();
    QString text;
    QString figure;
    int left = Spacing::huge + Spacing::small;
    if (what.isGroup()) {
        const ShardMapLayout::Group &group = m_layout.groups()[size_t(what.group)];
        font.setWeight(QFont::DemiBold);
        text = groupName(what.group);
        figure = tr("%n table(s)", nullptr, group.tableCount);
        left = Spacing::huge;
        painter.save();
        painter.translate(Spacing::medium, whole.center().y());
        painter.rotate(m_layout.isCollapsed(what.group) ? -90 : 0);
        StylePaint::chevron(painter, QRect(-6, -6, 12, 12), theme.dimText());
        painter.restore();
    } else {
        const ShardTable &table = m_layout.table(what.table);
        text = table.name.schema == u"public" ? table.name.name : table.name.display();
    }
    painter.setFont(this->font());
    const int figureWidth = figure.isEmpty() ? 0 : textWidth(painter.fontMetrics(), figure) + Spacing::small;
    painter.setPen(theme.dimText());
    painter.drawText(whole.adjusted(0, 0, -Spacing::small, 0), Qt::AlignRight | Qt::AlignVCenter, figure);
    painter.setFont(font);
    painter.setPen(theme.text());
    const QRect room = whole.adjusted(left, 0, -Spacing::small - figureWidth, 0);
    painter.drawText(
        room, Qt::AlignLeft | Qt::AlignVCenter, elideText(painter.fontMetrics(), text, Qt::ElideMiddle, room.width()));
}

void ShardMap::paintHead(QPainter &painter) const
{
    const Theme &theme = Theme::instance();
    painter.fillRect(0, 0, viewport()->width(), m_headHeight, theme.card());
    painter.fillRect(0, m_headHeight - 1, viewport()->width(), 1, theme.border());
    const int line = fontMetrics().height();
    painter.setClipRect(m_labelWidth, 0, viewport()->width() - m_labelWidth, m_headHeight);
    for (size_t column = 0; column < m_layout.columns().size(); ++column) {
        const ShardMapLayout::Column &node = m_layout.columns()[column];
        const int width = columnLeft(column + 1) - columnLeft(column) - Spacing::small;
        const QRect upper(columnLeft(column), Spacing::tiny, width, line);
        QFont font = this->font();
        font.setWeight(QFont::DemiBold);
        painter.setFont(font);
        painter.setPen(theme.text());
        painter.drawText(upper, Qt::AlignLeft | Qt::AlignVCenter,
            elideText(painter.fontMetrics(), node.name, Qt::ElideMiddle, upper.width()));
        painter.setFont(this->font());
        painter.setPen(theme.dimText());
        const QString figures = tr("%n shard(s) · %1", nullptr, int(node.shards)).arg(bytesText(double(node.bytes)));
        painter.drawText(upper.translated(0, line), Qt::AlignLeft | Qt::AlignVCenter,
            elideText(painter.fontMetrics(), figures, Qt::ElideRight, width));
    }
    painter.setClipping(false);
    painter.setPen(theme.dimText());
    painter.drawText(QRect(Spacing::medium, Spacing::tiny + line, m_labelWidth, line), Qt::AlignLeft | Qt::AlignVCenter,
        tr("Table"));
}

void ShardMap::paintFrames(QPainter &painter) const
{
    const auto frame = [&](const Place &place, const QColor &colour) {
        if (!cellAt(place))
            return;
        painter.setPen(QPen(colour, 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(cellRect(place.line, place.column, place.cell).adjusted(-1, -1, 0, 0));
    };
    frame(m_hovered, Theme::instance().dimText());
    frame(m_current, Theme::instance().text());
}

} // namespace Shardboard
