// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/cluster/shardmap.h"

#include "ui/common/showntext.h"
#include "ui/common/theme.h"
#include "ui/tables/figures.h"

#include <QAccessible>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QScrollBar>

#include <algorithm>

namespace Shardboard {

namespace {

constexpr int narrowest = 4, widest = 20, columnGap = 16, narrowestColumn = 108;

} // namespace

ShardMap::ShardMap(QWidget *parent) : QAbstractScrollArea(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setFrameShape(QFrame::NoFrame);
    setAccessibleName(tr("Shard map: a line a table, a column a node, a cell a shard"));
    viewport()->setMouseTracking(true);
    connect(&Theme::instance(), &Theme::changed, viewport(), qOverload<>(&QWidget::update));
    measure();
}

void ShardMap::setFacts(const ClusterFacts &facts)
{
    const ShardTable *table = currentTable();
    const quint32 oid = table ? table->oid : 0;
    m_layout.setFacts(facts);
    m_scale = SizeScale(m_layout.largest());
    qint64 largest = 0;
    for (const ShardMapLayout::Line &line : m_layout.lines()) {
        for (size_t column = 0; line.isGroup() && column < m_layout.columns().size(); ++column) {
            for (const ShardCell &cell : m_layout.cells(line, column))
                largest = std::max(largest, cell.bytes);
        }
    }
    m_groupScale = SizeScale(largest);
    m_hovered = {};
    if (const int line = oid ? m_layout.lineOfTable(oid) : -1; line >= 0)
        m_current.line = line;
    arrange();
}

void ShardMap::setFilter(const QString &text)
{
    m_layout.setFilter(text);
    m_current = m_hovered = {};
    verticalScrollBar()->setValue(0);
    arrange();
    Q_EMIT currentChanged();
}

void ShardMap::measure()
{
    m_lineHeight = std::max(18, fontMetrics().height() + 2);
    m_headHeight = 2 * fontMetrics().height() + Spacing::medium;
}

void ShardMap::arrange()
{
    m_labelWidth = std::clamp(viewport()->width() / 4, 150, 260);
    int cells = 0;
    for (const ShardMapLayout::Column &column : m_layout.columns())
        cells += std::max(1, column.widest);
    const int room = viewport()->width() - m_labelWidth - columnGap * int(m_layout.columns().size() + 1);
    m_cellWidth = std::clamp(cells > 0 ? room / cells : widest, narrowest, widest);
    int width = m_labelWidth;
    if (!m_layout.columns().empty())
        width = columnLeft(m_layout.columns().size()) + horizontalScrollBar()->value();
    const int height = m_headHeight + int(m_layout.lines().size()) * m_lineHeight;
    horizontalScrollBar()->setRange(0, std::max(0, width - viewport()->width()));
    horizontalScrollBar()->setPageStep(viewport()->width());
    horizontalScrollBar()->setSingleStep(m_cellWidth * 4);
    verticalScrollBar()->setRange(0, std::max(0, height - viewport()->height()));
    verticalScrollBar()->setPageStep(std::max(m_lineHeight, viewport()->height() - m_headHeight));
    verticalScrollBar()->setSingleStep(m_lineHeight);
    if (m_current.line >= int(m_layout.lines().size()))
        m_current = {};
    viewport()->update();
}

int ShardMap::lineTop(int line) const
{
    return m_headHeight + line * m_lineHeight - verticalScrollBar()->value();
}

int ShardMap::columnLeft(size_t column) const
{
    int left = m_labelWidth + columnGap - horizontalScrollBar()->value();
    for (size_t i = 0; i < column; ++i)
        left += std::max(narrowestColumn, m_layout.columns()[i].widest * m_cellWidth) + columnGap;
    return left;
}

QRect ShardMap::cellRect(int line, size_t column, int cell) const
{
    // A pixel between cells, where they are wide enough to spare it.
    const int gap = m_cellWidth > 5 ? 2 : 1;
    return {columnLeft(column) + cell * m_cellWidth, lineTop(line) + 2, m_cellWidth - gap, m_lineHeight - 4};
}

const ShardCell *ShardMap::cellAt(const Place &place) const
{
    if (place.line < 0 || place.line >= int(m_layout.lines().size()) || place.column >= m_layout.columns().size())
        return nullptr;
    const auto cells = m_layout.cells(m_layout.lines()[size_t(place.line)], place.column);
    return place.cell >= 0 && size_t(place.cell) < cells.size() ? &cells[size_t(place.cell)] : nullptr;
}

const ShardCell *ShardMap::currentCell() const
{
    return cellAt(m_current);
}

const ShardTable *ShardMap::currentTable() const
{
    if (m_current.line < 0 || m_current.line >= int(m_layout.lines().size()))
        return nullptr;
    const ShardMapLayout::Line &line = m_layout.lines()[size_t(m_current.line)];
    return line.isGroup() ? nullptr : &m_layout.table(line.table);
}

ShardMap::Place ShardMap::placeAt(const QPoint &position) const
{
    Place place;
    const int line = (position.y() - m_headHeight + verticalScrollBar()->value()) / m_lineHeight;
    if (position.y() < m_headHeight || line >= int(m_layout.lines().size()))
        return place;
    place.line = line;
    if (position.x() < m_labelWidth)
        return place;
    for (size_t column = 0; column < m_layout.columns().size(); ++column) {
        const int offset = position.x() - columnLeft(column);
        const auto cells = m_layout.cells(m_layout.lines()[size_t(line)], column);
        if (offset >= 0 && offset / m_cellWidth < int(cells.size())) {
            place.column = column;
            place.cell = offset / m_cellWidth;
            break;
        }
    }
    return place;
}

QString ShardMap::groupName(int group) const
{
    const ShardMapLayout::Group &one = m_layout.groups()[size_t(group)];
    if (one.kind == TableKind::Reference)
        return tr("Reference tables");
    return one.colocationId == 0 ? tr("Without a group") : tr("Group %1").arg(one.colocationId);
}

QString ShardMap::describe(const Place &place, QChar separator) const
{
    if (place.line < 0 || place.line >= int(m_layout.lines().size()))
        return {};
    const ShardMapLayout::Line &line = m_layout.lines()[size_t(place.line)];
    QStringList words;
    if (line.isGroup()) {
        const ShardMapLayout::Group &group = m_layout.groups()[size_t(line.group)];
        words << tr("%1: %n table(s)", nullptr, group.tableCount).arg(groupName(line.group))
              << tr("%1 in all").arg(bytesText(double(group.bytes)));
    } else {
        words << m_layout.table(line.table).name.display();
    }
    if (const ShardCell *cell = cellAt(place)) {
        if (cell->shardId)
            words << tr("shard %1").arg(cell->shardId);
        else
            words << tr("%n shard(s) that lie together", nullptr, cell->tables);
        words << m_layout.columns()[place.column].name
              << (cell->bytes < 0 ? tr("size unknown")
                                  : tr("%1 (%2 bytes)").arg(bytesText(double(cell->bytes)), exactText(cell->bytes)));
        if (cell->hasRange)
            words << tr("hash %1 … %2").arg(cell->minHash).arg(cell->maxHash);
    }
    return words.join(separator == u'\n' ? QStringLiteral("\n") : QStringLiteral(" · "));
}

QString ShardMap::describeCurrent() const
{
    return describe(m_current, u'·');
}

QString ShardMap::describeAt(const QPoint &position) const
{
    return describe(placeAt(position), u'\n');
}

void ShardMap::setCurrent(const Place &place)
{
    if (place == m_current)
        return;
    m_current = place;
    scrollTo(place);
    viewport()->update();
    setAccessibleDescription(describeCurrent());
    Q_EMIT currentChanged();
}

void ShardMap::scrollTo(const Place &place)
{
    if (place.line < 0)
        return;
    const int top = lineTop(place.line);
    QScrollBar *bar = verticalScrollBar();
    if (top < m_headHeight)
        bar->setValue(bar->value() + top - m_headHeight);
    else if (top + m_lineHeight > viewport()->height())
        bar->setValue(bar->value() + top + m_lineHeight - viewport()->height());
    if (place.cell < 0)
        return;
    const QRect rect = cellRect(place.line, place.column, place.cell);
    QScrollBar *across = horizontalScrollBar();
    if (rect.left() < m_labelWidth)
        across->setValue(across->value() + rect.left() - m_labelWidth);
    else if (rect.right() > viewport()->width())
        across->setValue(across->value() + rect.right() - viewport()->width() + columnGap);
}

void ShardMap::moveLine(int lines)
{
    if (m_layout.lines().empty())
        return;
    Place place = m_current;
    place.line = std::clamp(place.line + lines, 0, int(m_layout.lines().size()) - 1);
    if (place.cell >= 0) {
        const auto cells = m_layout.cells(m_layout.lines()[size_t(place.line)], place.column);
        place.cell = std::min(place.cell, int(cells.size()) - 1);
    }
    setCurrent(place);
}

/// Along the line, over the borders of nodes; before the first cell stands the line itself.
void ShardMap::moveCell(int step)
{
    if (m_current.line < 0 || m_current.line >= int(m_layout.lines().size()))
        return moveLine(1);
    Place place = m_current;
    const ShardMapLayout::Line &line = m_layout.lines()[size_t(place.line)];
    const auto count = [&](size_t column) { return int(m_layout.cells(line, column).size()); };
    place.cell += step;
    while (place.cell >= count(place.column) && place.column + 1 < m_layout.columns().size()) {
        ++place.column;
        place.cell = 0;
    }
    while (place.cell < 0 && place.column > 0) {
        --place.column;
        place.cell = count(place.column) - 1;
    }
    if (place.cell < 0 || cellAt(place))
        setCurrent(place);
}

void ShardMap::toggle(int line, bool isCollapsed)
{
    m_layout.setCollapsed(m_layout.lines()[size_t(line)].group, isCollapsed);
    arrange();
}

void ShardMap::activate()
{
    if (m_current.line < 0 || m_current.line >= int(m_layout.lines().size()))
        return;
    const ShardMapLayout::Line &line = m_layout.lines()[size_t(m_current.line)];
    if (line.isGroup())
        toggle(m_current.line, !m_layout.isCollapsed(line.group));
    else
        Q_EMIT tableActivated(m_layout.table(line.table).name);
}

void ShardMap::keyPressEvent(QKeyEvent *event)
{
    const int page = std::max(1, (viewport()->height() - m_headHeight) / m_lineHeight - 1);
    const int all = int(m_layout.lines().size());
    const bool isOnGroup = m_current.line >= 0 && m_current.cell < 0 && m_current.line < all
        && m_layout.lines()[size_t(m_current.line)].isGroup();
    switch (event->key()) {
    case Qt::Key_Up:
        return moveLine(-1);
    case Qt::Key_Down:
        return moveLine(1);
    case Qt::Key_PageUp:
        return moveLine(-page);
    case Qt::Key_PageDown:
        return moveLine(page);
    case Qt::Key_Home:
        return moveLine(-all);
    case Qt::Key_End:
        return moveLine(all);
    case Qt::Key_Left:
        return isOnGroup ? toggle(m_current.line, true) : moveCell(-1);
    case Qt::Key_Right:
        if (isOnGroup && m_layout.isCollapsed(m_layout.lines()[size_t(m_current.line)].group))
            return toggle(m_current.line, false);
        return moveCell(1);
    case Qt::Key_Return:
    case Qt::Key_Enter:
        return activate();
    default:
        QAbstractScrollArea::keyPressEvent(event);
    }
}

void ShardMap::mousePressEvent(QMouseEvent *event)
{
    const Place place = placeAt(event->pos());
    if (event->button() != Qt::LeftButton || place.line < 0)
        return;
    setCurrent(place);
    if (m_layout.lines()[size_t(place.line)].isGroup() && place.cell < 0)
        activate();
}

void ShardMap::mouseDoubleClickEvent(QMouseEvent *event)
{
    const Place place = placeAt(event->pos());
    if (event->button() == Qt::LeftButton && place.line >= 0 && !m_layout.lines()[size_t(place.line)].isGroup())
        activate();
}

void ShardMap::mouseMoveEvent(QMouseEvent *event)
{
    const Place place = placeAt(event->pos());
    if (place == m_hovered)
        return;
    m_hovered = place;
    viewport()->update();
}

bool ShardMap::viewportEvent(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto *help = static_cast<QHelpEvent *>(event);
        showToolTip(help->globalPos(), describeAt(help->pos()), viewport());
        return true;
    }
    if (event->type() == QEvent::Leave) {
        m_hovered = {};
        viewport()->update();
    }
    return QAbstractScrollArea::viewportEvent(event);
}

void ShardMap::changeEvent(QEvent *event)
{
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::FontChange) {
        measure();
        arrange();
    }
}

void ShardMap::resizeEvent(QResizeEvent *)
{
    arrange();
}

} // namespace Shardboard
