// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/tables/partlist.h"

#include <QTreeView>

class QSortFilterProxyModel;

namespace Shardboard {

/// A card around a list, as the pages show them.
QWidget *onCard(QWidget *list, QWidget *parent);

/// A sortable list that is filled anew at every refresh and keeps its selection and scroll position: rows are known by
/// their key.
class FactList final : public QTreeView
{
    Q_OBJECT

public:
    FactList(const QString &name, const QStringList &headers, QWidget *parent = nullptr);

    /// One key a row; a row whose key was selected stays so.
    void setRows(const QList<QList<PartCell>> &rows, const QList<qint64> &keys);
    /// Of the selected row; -1 when there is none.
    qint64 currentKey() const;
    void selectKey(qint64 key);
    /// Of the columns in order. What is left over goes to the last column when it is given none, else to the first.
    void setWidths(const QList<int> &widths);

Q_SIGNALS:
    void currentKeyChanged();

private:
    PartListModel *m_model;
    QSortFilterProxyModel *m_sorted;
    QList<qint64> m_keys; ///< by source row
};

} // namespace Shardboard
