// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/catalogue/catalogue.h"

#include <QAbstractItemModel>

#include <memory>
#include <vector>

namespace Shardboard {

/// Schemas, their logical tables, the partitions of these. Rows point into a shared catalogue; nothing is copied.
class TableTreeModel final : public QAbstractItemModel
{
    Q_OBJECT

public:
    enum Column { Name, Kind, DistributionColumn, Partitions, Colocation, Shards, Size, Rows, ColumnCount };
    Q_ENUM(Column)
    enum Role { KindRole = Qt::UserRole, OidRole, SchemaRole };
    Q_ENUM(Role)

    explicit TableTreeModel(QObject *parent = nullptr);

    /// When the same tables come only their figures are new: selection, scroll position and open branches stay. It is
    /// announced as one change of layout, since every row may sort elsewhere now. Else the model is reset.
    void setCatalogue(std::shared_ptr<const Catalogue> catalogue);
    bool hasSameTables(const Catalogue &other) const;
    const std::shared_ptr<const Catalogue> &catalogue() const { return m_catalogue; }

    /// nullptr for a schema.
    const CatalogueTable *table(const QModelIndex &index) const;
    /// Index in Catalogue::tables, or -1 for a schema.
    int place(const QModelIndex &index) const;
    QModelIndex indexOf(int place) const;
    QModelIndex indexOfSchema(const QString &schema) const;

    QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    QModelIndex parent(const QModelIndex &index) const override;
    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

Q_SIGNALS:
    /// Another catalogue is there; comes before the views hear of it.
    void replaced();

private:
    struct Schema
    {
        QString name;
        QList<int> tables; ///< places
    };

    void arrange();
    bool isUnknown(const CatalogueTable &table, int column) const;
    QVariant schemaData(const Schema &schema, int column, int role) const;
    QString partitionsText(const CatalogueTable &table) const;
    QString text(const CatalogueTable &table, int column) const;
    QString toolTip(const CatalogueTable &table, int column) const;

    std::shared_ptr<const Catalogue> m_catalogue;
    QList<Schema> m_schemas;
    std::vector<int> m_parents; ///< by place: place of the partitioned table, or -1 - index of the schema
    std::vector<int> m_rows; ///< by place: row below the parent
};

/// "distributed", "reference", "view", …
QString tableKindText(TableKind kind);

} // namespace Shardboard
