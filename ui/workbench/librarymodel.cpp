// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/workbench/librarymodel.h"

namespace Shardboard {

namespace {

QString originOf(const Library::Entry &entry)
{
    if (entry.isOverlay())
        return LibraryModel::tr("changed by you");
    return entry.isUser ? LibraryModel::tr("yours") : LibraryModel::tr("shipped");
}

} // namespace

int LibraryModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_entries.size());
}

QVariant LibraryModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Library::Entry &entry = m_entries.at(index.row());
    const QString description = entry.error ? entry.error->message : entry.description;
    switch (role) {
    case Qt::DisplayRole:
        return entry.title;
    case Qt::AccessibleTextRole:
        return QStringList({entry.title, originOf(entry), description}).join(QStringLiteral(", "));
    case Qt::ToolTipRole:
        return entry.error ? entry.error->toText() : QString();
    case IdRole:
        return entry.id;
    case DescriptionRole:
        return description;
    case OriginRole:
        return originOf(entry);
    case HasErrorRole:
        return entry.error.has_value();
    case SearchRole:
        return entry.title + QLatin1Char(' ') + entry.description + QLatin1Char(' ') + entry.id;
    default:
        return {};
    }
}

void LibraryModel::setEntries(const QList<Library::Entry> &entries)
{
    beginResetModel();
    m_entries = entries;
    endResetModel();
}

} // namespace Shardboard
