// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dashboard/library.h"

#include <QAbstractListModel>

namespace Shardboard {

/// The dashboards there are, as a list.
class LibraryModel final : public QAbstractListModel
{
    Q_OBJECT

public:
    enum Role { IdRole = Qt::UserRole + 1, DescriptionRole, OriginRole, HasErrorRole, SearchRole };
    Q_ENUM(Role)

    using QAbstractListModel::QAbstractListModel;
    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    void setEntries(const QList<Library::Entry> &entries);
    const Library::Entry &entry(int row) const { return m_entries.at(row); }

private:
    QList<Library::Entry> m_entries;
};

} // namespace Shardboard
