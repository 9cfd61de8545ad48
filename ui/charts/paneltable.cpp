// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/paneltable.h"

#include "ui/common/showntext.h"
#include "ui/common/theme.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QPainter>
#include <QScopedValueRollback>
#include <QStyledItemDelegate>

#include <algorithm>
#include <numeric>

namespace Shardboard {

namespace {

constexpr int tableLine = 26;
constexpr int rowsMeasured = 64;
constexpr int sidePadding = 12;
constexpr int narrowest = 56, widest = 360;

/// Cells with room at their sides, NULL dim. A plain drawText: no document, no icons, no check marks to ask for.
class CellDelegate final : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const Theme &theme = Theme::instance();
        if (option.state.testFlag(QStyle::State_Selected))
            painter->fillRect(option.rect, theme.selection());
        const QRect place = option.rect.adjusted(sidePadding, 0, -sidePadding, 0);
        painter->setFont(option.font);
        painter->setPen(index.data(PanelTableModel::IsNullRole).toBool() ? theme.dimText() : theme.text());
        painter->drawText(place, index.data(Qt::TextAlignmentRole).toInt(),
            elideText(option.fontMetrics, index.data().toString(), Qt::ElideRight, place.width()));
        if (option.state.testFlag(QStyle::State_HasFocus)) {
            painter->setPen(theme.accent());
            painter->drawRect(option.rect.adjusted(0, 0, -1, -1));
        }
    }
};

/// Dim names over a line; the column that sorts has a small triangle.
class PanelHeader final : public QHeaderView
{
public:
    explicit PanelHeader(QWidget *parent) : QHeaderView(Qt::Horizontal, parent)
    {
        setSectionsClickable(true);
        setHighlightSections(false);
        setSortIndicatorShown(true);
        setSortIndicatorClearable(true);
        setSortIndicator(-1, Qt::AscendingOrder);
        setFixedHeight(tableLine + 2);
    }

protected:
    void paintSection(QPainter *painter, const QRect &rect, int section) const override
    {
        const Theme &theme = Theme::instance();
        painter->fillRect(rect, theme.card());
        painter->fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), theme.border());
        QRect place = rect.adjusted(sidePadding, 0, -sidePadding, 0);
        const int alignment = model()->headerData(section, orientation(), Qt::TextAlignmentRole).toInt();
        if (isSortIndicatorShown() && sortIndicatorSection() == section)
            paintTriangle(*painter, QPointF(rect.right() - sidePadding / 2.0 - 1, rect.center().y()));
        painter->setPen(theme.dimText());
        painter->drawText(place, alignment,
            elideText(painter->fontMetrics(), model()->headerData(section, orientation(), Qt::DisplayRole).toString(),
                Qt::ElideRight, place.width()));
    }

private:
    void paintTriangle(QPainter &painter, QPointF centre) const
    {
        const double tip = sortIndicatorOrder() == Qt::AscendingOrder ? -2.5 : 2.5;
        painter.save();
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(Theme::instance().dimText());
        painter.drawPolygon(
            QPolygonF({centre + QPointF(-3.5, -tip), centre + QPointF(3.5, -tip), centre + QPointF(0, tip)}));
        painter.restore();
    }
};

} // namespace

PanelTable::PanelTable(QWidget *parent) : QTableView(parent), m_model(new PanelTableModel(this))
{
    setModel(m_model);
    setItemDelegate(new CellDelegate(this));
    setFrameShape(QFrame::NoFrame);
    setFont(Theme::figureFont());
    setShowGrid(false);
    setAlternatingRowColors(false);
    setEditTriggers(NoEditTriggers);
    setTabKeyNavigation(false);
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollMode(ScrollPerPixel);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setDefaultSectionSize(tableLine);
    setHorizontalHeader(new PanelHeader(this));
    setSortingEnabled(true);
    connect(horizontalHeader(), &QHeaderView::sectionResized, this,
        [this] { m_isSizedByHand = m_isSizedByHand || !m_isSharingOut; });
}

void PanelTable::setTable(const ResultSet &table, const QList<FieldStyle> &fields, int limit, const QTimeZone &zone)
{
    const bool hasOtherColumns = table.fields != m_model->table().fields;
    m_model->setTable(table, fields, limit, zone);
    if (hasOtherColumns)
        sizeColumns();
}

// From the first rows once: columns that follow every refresh would never stand still.
void PanelTable::sizeColumns()
{
    const QFontMetrics metrics(font());
    m_wanted.clear();
    m_isSizedByHand = false;
    for (int column = 0; column < m_model->columnCount(); ++column) {
        int width = textWidth(metrics, m_model->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString());
        for (int row = 0; row < std::min(rowsMeasured, m_model->rowCount()); ++row)
            width = std::max(width, textWidth(metrics, m_model->index(row, column).data().toString()));
        m_wanted.append(std::clamp(width + 2 * sidePadding + 1, narrowest, widest));
    }
    shareOutWidth();
}

// What is left over goes to all columns alike; a width the user chose is not touched again.
void PanelTable::shareOutWidth()
{
    if (m_wanted.isEmpty() || m_isSizedByHand)
        return;
    const int spare = std::max(0, viewport()->width() - std::accumulate(m_wanted.begin(), m_wanted.end(), 0));
    const QScopedValueRollback guard(m_isSharingOut, true);
    for (int column = 0; column < m_wanted.size(); ++column) {
        const int share = spare * (column + 1) / int(m_wanted.size()) - spare * column / int(m_wanted.size());
        setColumnWidth(column, m_wanted[column] + share);
    }
}

void PanelTable::resizeEvent(QResizeEvent *event)
{
    QTableView::resizeEvent(event);
    shareOutWidth();
}

QString PanelTable::copyText() const
{
    QModelIndexList cells = selectionModel()->selectedIndexes();
    std::sort(cells.begin(), cells.end(), [](const QModelIndex &a, const QModelIndex &b) {
        return a.row() != b.row() ? a.row() < b.row() : a.column() < b.column();
    });
    QString text;
    int row = -1;
    for (const QModelIndex &cell : std::as_const(cells)) {
        if (row >= 0)
            text += cell.row() == row ? u'\t' : u'\n';
        text += cell.data(PanelTableModel::ExactRole).toString();
        row = cell.row();
    }
    return text;
}

void PanelTable::keyPressEvent(QKeyEvent *event)
{
    if (event->matches(QKeySequence::Copy)) {
        QGuiApplication::clipboard()->setText(copyText());
        event->accept();
        return;
    }
    QTableView::keyPressEvent(event);
}

} // namespace Shardboard
