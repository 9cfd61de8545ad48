// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connection/cardlist.h"

#include "ui/common/theme.h"
#include "ui/connection/carddelegate.h"

#include <QKeyEvent>

namespace Shardboard {

CardList::CardList(QWidget *parent) : QListView(parent)
{
    setViewMode(IconMode);
    setMovement(Static);
    setResizeMode(Adjust);
    setFlow(LeftToRight);
    setUniformItemSizes(true);
    setWrapping(true);
    setFrameShape(NoFrame);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setSelectionMode(SingleSelection);
    setMouseTracking(true);
    setViewportMargins(0, 0, -CardDelegate::gap, 0);
    viewport()->setAutoFillBackground(false);
    setItemDelegate(new CardDelegate(this));
    connect(this, &QListView::clicked, this, [this](const QModelIndex &index) { setCurrentIndex(index); });
    connect(this, &QListView::doubleClicked, this, &CardList::chosen);
}

void CardList::setModel(QAbstractItemModel *model)
{
    QListView::setModel(model);
    connect(model, &QAbstractItemModel::modelReset, this, &CardList::fit);
    connect(model, &QAbstractItemModel::rowsInserted, this, &CardList::fit);
    connect(model, &QAbstractItemModel::rowsRemoved, this, &CardList::fit);
    fit();
}

void CardList::fit()
{
    constexpr int narrowest = 272;
    const int columns = qMax(1, width() / narrowest);
    const int rows = model() ? (model()->rowCount() + columns - 1) / columns : 0;
    // The gap right of the last card reaches beyond the list, so that cards end where everything else does. One pixel
    // less: QListView wraps a row that fits exactly.
    setGridSize(QSize(qMax(narrowest, (width() + CardDelegate::gap - 1) / columns), CardDelegate::cellHeight));
    setFixedHeight(rows * CardDelegate::cellHeight);
}

void CardList::resizeEvent(QResizeEvent *event)
{
    fit();
    QListView::resizeEvent(event);
}

void CardList::keyPressEvent(QKeyEvent *event)
{
    const QModelIndex index = currentIndex();
    switch (event->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (index.isValid())
            Q_EMIT chosen(index);
        return;
    case Qt::Key_Delete:
    case Qt::Key_Backspace:
        if (index.isValid())
            Q_EMIT removeRequested(index);
        return;
    case Qt::Key_F2:
        if (index.isValid())
            Q_EMIT editRequested(index);
        return;
    default:
        QListView::keyPressEvent(event);
    }
}

void CardList::focusInEvent(QFocusEvent *event)
{
    QListView::focusInEvent(event);
    if (!currentIndex().isValid() && model() && model()->rowCount() > 0)
        setCurrentIndex(model()->index(0, 0));
}

} // namespace Shardboard
