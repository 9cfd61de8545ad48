// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/catalogue/catalogue.h"

#include "admin/catalogue/nodefigures.h"

#include <QHash>
#include <QSet>

#include <algorithm>

namespace Shardboard {

namespace {

TableKind kindOfRelation(const QString &relkind)
{
    if (relkind == QLatin1String("v"))
        return TableKind::View;
    if (relkind == QLatin1String("m"))
        return TableKind::MaterializedView;
    return relkind == QLatin1String("f") ? TableKind::Foreign : TableKind::Local;
}

/// Puts the answers together. Oids lead from one answer to the next; a table that came or went between two of the
/// queries simply lacks what the later one would have told.
class CatalogueReader
{
public:
    Catalogue take() { return std::move(m_catalogue); }

    void readRelations(const ResultSet &rows)
    {
        m_catalogue.tables.reserve(rows.rowCount());
        for (qsizetype row = 0; row < rows.rowCount(); ++row) {
            CatalogueTable table;
            table.oid = quint32(rows.integer(row, 0));
            table.name = {rows.text(row, 1), rows.text(row, 2)};
            table.kind = kindOfRelation(rows.text(row, 3));
            table.isUnlogged = rows.boolean(row, 4);
            table.parentOid = quint32(rows.integer(row, 5));
            if (!rows.isNull(row, 6))
                table.bound = parsePartitionBound(rows.text(row, 6));
            table.partitionKey = rows.text(row, 7);
            table.owner = rows.text(row, 8);
            table.accessMethod = rows.text(row, 9);
            table.rows = table.isPartitioned() ? -1 : rows.integer(row, 10, -1);
            table.comment = rows.text(row, 11);
            m_places.insert(table.oid, int(m_catalogue.tables.size()));
            m_catalogue.tables << table;
        }
    }

    void readCitusTables(const ResultSet &rows)
    {
        for (qsizetype row = 0; row < rows.rowCount(); ++row) {
            CatalogueTable *table = find(rows.integer(row, 0));
            if (!table)
                continue;
            table->colocationId = int(rows.integer(row, 3));
            table->kind
                = citusTableKind(rows.text(row, 1), rows.text(row, 2), table->colocationId, rows.boolean(row, 5));
            table->distributionColumn = rows.text(row, 4);
            table->shardCount = int(rows.integer(row, 6));
            table->rows = -1; // the coordinator's own statistics are of an empty table
        }
    }

    void readOrphans(const ResultSet &rows)
    {
        QSet<quint32> orphans;
        for (qsizetype row = 0; row < rows.rowCount(); ++row)
            orphans.insert(quint32(rows.integer(row, 0)));
        if (orphans.isEmpty())
            return;
        m_catalogue.tables.removeIf([&](const CatalogueTable &table) { return orphans.contains(table.oid); });
        m_places.clear();
        for (int i = 0; i < m_catalogue.tables.size(); ++i)
            m_places.insert(m_catalogue.tables.at(i).oid, i);
    }

    void readColocation(const ResultSet &rows)
    {
        for (qsizetype row = 0; row < rows.rowCount(); ++row) {
            m_catalogue.colocationGroups << ColocationGroup{int(rows.integer(row, 0)), int(rows.integer(row, 1)),
                int(rows.integer(row, 2)), rows.text(row, 3), rows.text(row, 4), rows.text(row, 5)};
        }
    }

    void readLocalSizes(const ResultSet &rows)
    {
        for (qsizetype row = 0; row < rows.rowCount(); ++row) {
            CatalogueTable *table = find(rows.integer(row, 0));
            if (table && !isOnNodes(*table))
                table->bytes = rows.integer(row, 1);
            else if (table && rows.boolean(row, 2))
                table->leftoverBytes = rows.integer(row, 1);
        }
    }

    void readNodeFigures(const NodeFigures &answer)
    {
        QHash<QualifiedName, int> byName;
        for (int i = 0; i < m_catalogue.tables.size(); ++i)
            byName.insert(m_catalogue.tables.at(i).name, i);
        for (const NodeFigure &figure : answer.figures) {
            const auto place = byName.constFind(figure.table);
            if (place != byName.cend())
                add(figure, m_catalogue.tables[*place]);
        }
        for (auto failure = answer.failures.cbegin(); failure != answer.failures.cend(); ++failure) {
            m_catalogue.gaps << QStringLiteral("Node %1 did not answer, so sizes and row counts are without it: %2")
                                    .arg(failure.key())
                                    .arg(failure.value());
        }
    }

    void note(const QString &what, const Outcome<ResultSet> &answer)
    {
        if (answer.isError())
            m_catalogue.gaps << QStringLiteral("%1 could not be read: %2").arg(what, answer.error().message);
    }

    /// Hangs partitions under their parents and adds their figures up.
    void fold()
    {
        for (int i = 0; i < m_catalogue.tables.size(); ++i) {
            CatalogueTable &table = m_catalogue.tables[i];
            CatalogueTable *parent = table.isPartition() ? find(table.parentOid) : nullptr;
            if (parent)
                parent->partitions << i;
            else
                m_catalogue.roots << i;
        }
        for (const int root : std::as_const(m_catalogue.roots))
            addUp(m_catalogue.tables[root]);
    }

private:
    static bool isOnNodes(const CatalogueTable &table)
    {
        return table.kind != TableKind::Local && table.kind != TableKind::MaterializedView;
    }

    CatalogueTable *find(qint64 oid)
    {
        const auto place = m_places.constFind(quint32(oid));
        return place == m_places.cend() ? nullptr : &m_catalogue.tables[*place];
    }

    static void add(const NodeFigure &figure, CatalogueTable &table)
    {
        const bool isCopy = table.kind == TableKind::Reference;
        const auto join = [isCopy](qint64 known, qint64 more) {
            if (known < 0 || more < 0)
                return std::max(known, more);
            return isCopy ? std::max(known, more) : known + more;
        };
        table.bytes = join(table.bytes, figure.bytes);
        table.rows = join(table.rows, figure.rows);
    }

    void addUp(CatalogueTable &table)
    {
        if (!table.isPartitioned())
            return;
        std::sort(table.partitions.begin(), table.partitions.end(), [this](int left, int right) {
            const CatalogueTable &a = m_catalogue.tables.at(left), &b = m_catalogue.tables.at(right);
            return a.bound && b.bound ? isBefore(*a.bound, *b.bound) : a.bound.has_value() > b.bound.has_value();
        });
        table.bytes = table.rows = -1;
        for (const int place : std::as_const(table.partitions)) {
            CatalogueTable &partition = m_catalogue.tables[place];
            addUp(partition);
            table.partitionCount += partition.isPartitioned() ? partition.partitionCount : 1;
            table.leftoverBytes += partition.leftoverBytes;
            if (partition.bytes >= 0)
                table.bytes = std::max<qint64>(table.bytes, 0) + partition.bytes;
            if (partition.rows >= 0)
                table.rows = std::max<qint64>(table.rows, 0) + partition.rows;
        }
    }

    Catalogue m_catalogue;
    QHash<quint32, int> m_places;
};

} // namespace

TableKind citusTableKind(const QString &method, const QString &model, int colocationId, bool isSchemaSharded)
{
    if (isSchemaSharded)
        return TableKind::SchemaSharded;
    if (method != QLatin1String("n"))
        return TableKind::Distributed;
    if (model == QLatin1String("t"))
        return TableKind::Reference;
    return colocationId == 0 ? TableKind::LocalManaged : TableKind::SingleShard;
}

const CatalogueTable *Catalogue::find(quint32 oid) const
{
    const auto found
        = std::find_if(tables.begin(), tables.end(), [oid](const auto &table) { return table.oid == oid; });
    return found == tables.end() ? nullptr : &*found;
}

const CatalogueTable *Catalogue::find(const QualifiedName &name) const
{
    const auto found
        = std::find_if(tables.begin(), tables.end(), [&name](const auto &table) { return table.name == name; });
    return found == tables.end() ? nullptr : &*found;
}

const ColocationGroup *Catalogue::group(int id) const
{
    const auto found = std::find_if(
        colocationGroups.begin(), colocationGroups.end(), [id](const auto &group) { return group.id == id; });
    return found == colocationGroups.end() ? nullptr : &*found;
}

std::pair<QString, QString> Catalogue::partitionRange(const CatalogueTable &table) const
{
    QString first, last;
    for (const int place : table.partitions) {
        const auto &bound = tables.at(place).bound;
        if (!bound || bound->kind != PartitionBound::Kind::Range)
            continue;
        if (first.isNull())
            first = bound->from.value(0);
        last = bound->to.value(0);
    }
    return {first, last};
}

bool Catalogue::hasDefaultPartition(const CatalogueTable &table) const
{
    return std::any_of(table.partitions.begin(), table.partitions.end(), [this](int place) {
        const auto &bound = tables.at(place).bound;
        return bound && bound->kind == PartitionBound::Kind::Default;
    });
}

Outcome<Catalogue> readCatalogue(const ServerCapabilities &capabilities, const QList<Outcome<ResultSet>> &answers)
{
    if (answers.isEmpty())
        return ServerError::usage(QStringLiteral("The list of tables was not answered."));
    if (!answers.first())
        return answers.first().failure<Catalogue>();
    CatalogueReader reader;
    reader.readRelations(*answers.first());
    qsizetype next = 1;
    const auto apply = [&](const QString &what, auto read) {
        if (next >= answers.size())
            return;
        const Outcome<ResultSet> &answer = answers.at(next++);
        if (answer)
            read(*answer);
        reader.note(what, answer);
    };
    if (capabilities.hasCitus()) {
        apply(QStringLiteral("How tables are distributed"), [&](const auto &rows) { reader.readCitusTables(rows); });
        apply(QStringLiteral("Orphaned shards"), [&](const auto &rows) { reader.readOrphans(rows); });
        apply(QStringLiteral("Colocation groups"), [&](const auto &rows) { reader.readColocation(rows); });
    }
    apply(QStringLiteral("Sizes"), [&](const auto &rows) { reader.readLocalSizes(rows); });
    if (capabilities.hasCitus()) {
        apply(QStringLiteral("Sizes on the nodes"), [&](const auto &rows) {
            if (const auto figures = readNodeFigures(rows))
                reader.readNodeFigures(*figures);
        });
    }
    reader.fold();
    return reader.take();
}

} // namespace Shardboard
