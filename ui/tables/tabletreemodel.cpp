// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tables/tabletreemodel.h"

#include "ui/common/theme.h"
#include "ui/tables/figures.h"

#include <QCoreApplication>
#include <QRegularExpression>

namespace Shardboard {

namespace {

// An internal id is a place in Catalogue::tables plus one; 0 is a schema.
constexpr quintptr schemaId = 0;

bool isFigure(int column)
{
    return column == TableTreeModel::Colocation || column == TableTreeModel::Shards || column == TableTreeModel::Size
        || column == TableTreeModel::Rows;
}

/// "2024-01-01 … 2024-02-01": times of day only where they say something.
QString rangeText(QString first, QString last)
{
    static const QRegularExpression midnight(QStringLiteral(" 00:00:00([+-][0-9:]+)?$"));
    if (midnight.match(first).hasMatch() && midnight.match(last).hasMatch()) {
        first.remove(midnight);
        last.remove(midnight);
    }
    return QStringLiteral("%1 … %2").arg(first, last);
}

bool hasSamePlaceInTree(const CatalogueTable &left, const CatalogueTable &right)
{
    return left.oid == right.oid && left.name == right.name && left.partitions == right.partitions;
}

} // namespace

TableTreeModel::TableTreeModel(QObject *parent) : QAbstractItemModel(parent), m_catalogue(std::make_shared<Catalogue>())
{
}

void TableTreeModel::setCatalogue(std::shared_ptr<const Catalogue> catalogue)
{
    const bool isReset = !hasSameTables(*catalogue);
    if (isReset)
        beginResetModel();
    else
        Q_EMIT layoutAboutToBeChanged();
    m_catalogue = std::move(catalogue);
    if (isReset)
        arrange();
    Q_EMIT replaced();
    if (isReset)
        endResetModel();
    else
        Q_EMIT layoutChanged();
}

bool TableTreeModel::hasSameTables(const Catalogue &other) const
{
    return other.roots == m_catalogue->roots
        && std::equal(other.tables.begin(), other.tables.end(), m_catalogue->tables.begin(), m_catalogue->tables.end(),
            hasSamePlaceInTree);
}

void TableTreeModel::arrange()
{
    m_schemas.clear();
    m_parents.assign(size_t(m_catalogue->tables.size()), -1);
    m_rows.assign(size_t(m_catalogue->tables.size()), 0);
    for (const int place : m_catalogue->roots) {
        const QString &schema = m_catalogue->tables.at(place).name.schema;
        if (m_schemas.isEmpty() || m_schemas.last().name != schema)
            m_schemas << Schema{schema, {}};
        m_parents[size_t(place)] = -int(m_schemas.size());
        m_rows[size_t(place)] = int(m_schemas.last().tables.size());
        m_schemas.last().tables << place;
    }
    for (int place = 0; place < m_catalogue->tables.size(); ++place) {
        const QList<int> &partitions = m_catalogue->tables.at(place).partitions;
        for (int row = 0; row < partitions.size(); ++row) {
            m_parents[size_t(partitions.at(row))] = place;
            m_rows[size_t(partitions.at(row))] = row;
        }
    }
}

int TableTreeModel::place(const QModelIndex &index) const
{
    return index.isValid() && index.internalId() != schemaId ? int(index.internalId()) - 1 : -1;
}

const CatalogueTable *TableTreeModel::table(const QModelIndex &index) const
{
    const int found = place(index);
    return found < 0 ? nullptr : &m_catalogue->tables.at(found);
}

QModelIndex TableTreeModel::indexOf(int place) const
{
    return createIndex(m_rows.at(size_t(place)), 0, quintptr(place) + 1);
}

QModelIndex TableTreeModel::indexOfSchema(const QString &schema) const
{
    for (int row = 0; row < m_schemas.size(); ++row) {
        if (m_schemas.at(row).name == schema)
            return createIndex(row, 0, schemaId);
    }
    return {};
}

QModelIndex TableTreeModel::index(int row, int column, const QModelIndex &parent) const
{
    if (row < 0 || column < 0 || column >= ColumnCount || row >= rowCount(parent))
        return {};
    if (!parent.isValid())
        return createIndex(row, column, schemaId);
    const CatalogueTable *above = table(parent);
    const QList<int> &below = above ? above->partitions : m_schemas.at(parent.row()).tables;
    return createIndex(row, column, quintptr(below.at(row)) + 1);
}

QModelIndex TableTreeModel::parent(const QModelIndex &index) const
{
    const int found = place(index);
    if (found < 0)
        return {};
    const int above = m_parents.at(size_t(found));
    return above >= 0 ? indexOf(above) : createIndex(-above - 1, 0, schemaId);
}

int TableTreeModel::rowCount(const QModelIndex &parent) const
{
    if (!parent.isValid())
        return int(m_schemas.size());
    if (parent.column() != 0)
        return 0;
    const CatalogueTable *above = table(parent);
    return int(above ? above->partitions.size() : m_schemas.at(parent.row()).tables.size());
}

int TableTreeModel::columnCount(const QModelIndex &) const
{
    return ColumnCount;
}

QVariant TableTreeModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid())
        return {};
    const CatalogueTable *found = table(index);
    if (!found)
        return schemaData(m_schemas.at(index.row()), index.column(), role);
    switch (role) {
    case Qt::DisplayRole:
        return text(*found, index.column());
    case Qt::ToolTipRole:
        return toolTip(*found, index.column());
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(
            isFigure(index.column()) ? Qt::AlignRight | Qt::AlignVCenter : Qt::AlignLeft | Qt::AlignVCenter);
    case Qt::ForegroundRole:
        return isUnknown(*found, index.column()) ? QVariant(Theme::instance().dimText()) : QVariant();
    case KindRole:
        return QVariant::fromValue(int(found->kind));
    case OidRole:
        return found->oid;
    case SchemaRole:
        return found->name.schema;
    default:
        return {};
    }
}

bool TableTreeModel::isUnknown(const CatalogueTable &table, int column) const
{
    const bool hasRows
        = table.isTable() && table.kind != TableKind::Foreign && !(table.isPartitioned() && table.partitions.isEmpty());
    return hasRows && ((column == Size && table.bytes < 0) || (column == Rows && table.rows < 0));
}

QVariant TableTreeModel::schemaData(const Schema &schema, int column, int role) const
{
    if (role == SchemaRole || (role == Qt::DisplayRole && column == Name))
        return schema.name;
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(
            isFigure(column) ? Qt::AlignRight | Qt::AlignVCenter : Qt::AlignLeft | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    if (column == Kind) {
        const auto tables = std::count_if(schema.tables.begin(), schema.tables.end(),
            [this](int place) { return m_catalogue->tables.at(place).isTable(); });
        return tablesText(tables);
    }
    if (column != Size)
        return {};
    qint64 bytes = 0;
    for (const int place : schema.tables)
        bytes += std::max<qint64>(0, m_catalogue->tables.at(place).bytes);
    return bytesText(double(bytes));
}

QString TableTreeModel::text(const CatalogueTable &table, int column) const
{
    switch (Column(column)) {
    case Name:
        return table.name.name;
    case Kind:
        return table.isPartition() ? (table.bound ? table.bound->display() : tr("partition"))
                                   : tableKindText(table.kind);
    case DistributionColumn:
        return table.distributionColumn;
    case Colocation:
        return table.colocationId > 0 && !table.isPartition() ? QString::number(table.colocationId) : QString();
    case Shards:
        return table.shardCount > 0 ? QString::number(table.shardCount) : QString();
    case Size:
        return isUnknown(table, column) ? tr("unknown") : table.bytes < 0 ? QString() : bytesText(double(table.bytes));
    case Rows:
        return isUnknown(table, column) ? tr("unknown") : table.rows < 0 ? QString() : countText(double(table.rows));
    case Partitions:
        return table.isPartitioned() ? partitionsText(table) : QString();
    case ColumnCount:
        break;
    }
    return {};
}

QString TableTreeModel::partitionsText(const CatalogueTable &table) const
{
    const auto [first, last] = m_catalogue->partitionRange(table);
    if (first.isEmpty() && last.isEmpty())
        return tr("%n partition(s)", nullptr, table.partitionCount);
    return tr("%1 · %2").arg(table.partitionCount).arg(rangeText(first, last));
}

QString TableTreeModel::toolTip(const CatalogueTable &table, int column) const
{
    switch (Column(column)) {
    case Name:
        return table.comment.isEmpty() ? table.name.display()
                                       : table.name.display() + QLatin1Char('\n') + table.comment;
    case Size:
        if (table.bytes < 0)
            return isUnknown(table, column) ? tr("The size is not known yet.") : QString();
        return table.leftoverBytes > 0 ? tr("%1 bytes on the nodes; the coordinator still keeps %2 of the table as it "
                                            "was before it was distributed.")
                                             .arg(exactText(table.bytes), bytesText(table.leftoverBytes))
                                       : tr("%1 bytes with indexes").arg(exactText(table.bytes));
    case Rows:
        if (table.rows < 0)
            return isUnknown(table, column) ? tr("Never analysed: the number of rows is not known.") : QString();
        return tr("About %1 rows, as the statistics have it").arg(exactText(table.rows));
    case Colocation:
        if (const ColocationGroup *group = m_catalogue->group(table.colocationId))
            return tr("Colocation group %1: %2, %n shards", nullptr, group->shardCount)
                .arg(group->id)
                .arg(group->columnType.isEmpty() ? tr("no distribution column") : group->columnType);
        return {};
    case Partitions:
        return table.isPartitioned() ? table.partitionKey + QLatin1Char('\n') + partitionsText(table) : QString();
    default:
        return text(table, column);
    }
}

QVariant TableTreeModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(
            isFigure(section) ? Qt::AlignRight | Qt::AlignVCenter : Qt::AlignLeft | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (Column(section)) {
    case Name:
        return tr("Table");
    case Kind:
        return tr("Type");
    case DistributionColumn:
        return tr("Distributed by");
    case Colocation:
        return tr("Group");
    case Shards:
        return tr("Shards");
    case Size:
        return tr("Size");
    case Rows:
        return tr("Rows");
    case Partitions:
        return tr("Partitions");
    case ColumnCount:
        break;
    }
    return {};
}

QString tableKindText(TableKind kind)
{
    const char *text = "";
    switch (kind) {
    case TableKind::Distributed:
        text = QT_TRANSLATE_NOOP("Shardboard::TableTreeModel", "distributed");
        break;
    case TableKind::Reference:
        text = QT_TRANSLATE_NOOP("Shardboard::TableTreeModel", "reference");
        break;
    case TableKind::SchemaSharded:
        text = QT_TRANSLATE_NOOP("Shardboard::TableTreeModel", "distributed schema");
        break;
    case TableKind::SingleShard:
        text = QT_TRANSLATE_NOOP("Shardboard::TableTreeModel", "single shard");
        break;
    case TableKind::LocalManaged:
        text = QT_TRANSLATE_NOOP("Shardboard::TableTreeModel", "local, managed");
        break;
    case TableKind::Local:
        text = QT_TRANSLATE_NOOP("Shardboard::TableTreeModel", "local");
        break;
    case TableKind::Foreign:
        text = QT_TRANSLATE_NOOP("Shardboard::TableTreeModel", "foreign");
        break;
    case TableKind::View:
        text = QT_TRANSLATE_NOOP("Shardboard::TableTreeModel", "view");
        break;
    case TableKind::MaterializedView:
        text = QT_TRANSLATE_NOOP("Shardboard::TableTreeModel", "materialised view");
        break;
    }
    return QCoreApplication::translate("Shardboard::TableTreeModel", text);
}

} // namespace Shardboard
