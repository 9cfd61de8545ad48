// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/cluster/factlist.h"

#include "ui/common/card.h"
#include "ui/common/theme.h"

#include <QHeaderView>
#include <QScrollBar>
#include <QSignalBlocker>
#include <QSortFilterProxyModel>
#include <QVBoxLayout>

namespace Shardboard {

QWidget *onCard(QWidget *list, QWidget *parent)
{
    auto *card = new Card(parent);
    auto *inside = new QVBoxLayout(card);
    inside->setContentsMargins(Spacing::small, Spacing::tiny, Spacing::tiny, Spacing::tiny);
    inside->addWidget(list);
    return card;
}

FactList::FactList(const QString &name, const QStringList &headers, QWidget *parent)
    : QTreeView(parent), m_model(new PartListModel(headers, this)), m_sorted(new QSortFilterProxyModel(this))
{
    m_sorted->setSourceModel(m_model);
    m_sorted->setSortRole(PartListModel::OrderRole);
    setModel(m_sorted);
    setRootIsDecorated(false);
    setUniformRowHeights(true);
    setSortingEnabled(true);
    sortByColumn(-1, Qt::AscendingOrder);
    setAllColumnsShowFocus(true);
    setFrameShape(QFrame::NoFrame);
    setFont(Theme::figureFont());
    setAccessibleName(name);
    header()->setStretchLastSection(true);
    connect(selectionModel(), &QItemSelectionModel::currentRowChanged, this, &FactList::currentKeyChanged);
}

void FactList::setRows(const QList<QList<PartCell>> &rows, const QList<qint64> &keys)
{
    const qint64 before = currentKey();
    const int scrolled = verticalScrollBar()->value();
    {
        const QSignalBlocker quiet(this);
        m_model->setRows(rows);
        m_keys = keys;
        selectKey(before);
        verticalScrollBar()->setValue(scrolled);
    }
    if (currentKey() != before)
        Q_EMIT currentKeyChanged();
}

qint64 FactList::currentKey() const
{
    const int row = m_sorted->mapToSource(currentIndex()).row();
    return row >= 0 && row < m_keys.size() ? m_keys.at(row) : -1;
}

void FactList::selectKey(qint64 key)
{
    const qsizetype row = m_keys.indexOf(key);
    if (row >= 0)
        setCurrentIndex(m_sorted->mapFromSource(m_model->index(int(row), 0)));
}

void FactList::setWidths(const QList<int> &widths)
{
    for (int column = 0; column < widths.size(); ++column)
        setColumnWidth(column, widths.at(column));
    const bool lastIsOpen = widths.size() < model()->columnCount();
    header()->setStretchLastSection(lastIsOpen);
    if (!lastIsOpen)
        header()->setSectionResizeMode(0, QHeaderView::Stretch);
}

} // namespace Shardboard
