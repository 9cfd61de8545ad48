// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/distribute/shardingfacts.h"

#include "admin/distribute/lostobjects.h"
#include "admin/distribute/nodequeries.h"
#include "connection/values/reading.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <QSet>

#include <algorithm>

namespace Shardboard {

namespace {

QJsonArray jsonArray(const ResultSet &rows, qsizetype row, int column)
{
    return QJsonDocument::fromJson(rows.text(row, column).toUtf8()).array();
}

QStringList texts(const ResultSet &rows, qsizetype row, int column)
{
    QStringList list;
    for (const QJsonValue &value : jsonArray(rows, row, column))
        list << value.toString();
    return list;
}

ShardingForeignKey::Action action(const QString &letter)
{
    using Action = ShardingForeignKey::Action;
    switch (letter.isEmpty() ? 0 : letter.at(0).toLatin1()) {
    case 'r':
        return Action::Restrict;
    case 'c':
        return Action::Cascade;
    case 'n':
        return Action::SetNull;
    case 'd':
        return Action::SetDefault;
    default:
        return Action::NoAction;
    }
}

/// Puts the answers together; see shardingFactQueries() for their order and columns.
class ShardingReader
{
public:
    explicit ShardingReader(ShardingFacts &facts) : m_facts(facts) {}

    void readTables(const ResultSet &rows)
    {
        for (qsizetype row = 0; row < rows.rowCount(); ++row) {
            ShardingTable table;
            table.oid = quint32(rows.integer(row, 0));
            table.name = {rows.text(row, 1), rows.text(row, 2)};
            table.relkind = rows.text(row, 3);
            table.isTemporary = rows.text(row, 4) == QLatin1String("t");
            table.isUnlogged = rows.text(row, 4) == QLatin1String("u");
            table.isInherited = rows.boolean(row, 5);
            const QStringList parent = texts(rows, row, 6);
            table.partitionOf = {parent.value(0), parent.value(1)};
            table.isOwned = rows.boolean(row, 7);
            table.extension = rows.text(row, 8);
            table.partitions = texts(rows, row, 9);
            table.isMultiLevel = rows.boolean(row, 10);
            table.hasForeignPartition = rows.boolean(row, 11);
            table.hasForeignSchemaPartition = rows.boolean(row, 12);
            table.withoutReplicaIdentity = texts(rows, row, 13);
            table.rows = rows.integer(row, 14, -1);
            table.bytes = rows.integer(row, 15);
            table.hasRows = rows.boolean(row, 16);
            table.indexCount = int(rows.integer(row, 17));
            table.views = texts(rows, row, 18);
            table.hasTemporaryDefault = rows.boolean(row, 19);
            table.reads = rows.integer(row, 20);
            table.writes = rows.integer(row, 21);
            table.owner = rows.text(row, 22);
            table.ownerMayLogin = rows.boolean(row, 23);
            table.hasClusterOrder = rows.boolean(row, 24);
            m_places.insert(table.oid, m_facts.tables.size());
            m_facts.tables << table;
        }
    }

    void readCitusState(const ResultSet &rows)
    {
        for (qsizetype row = 0; row < rows.rowCount(); ++row) {
            ShardingTable *table = find(rows.integer(row, 0));
            if (!table)
                continue;
            table->colocationId = int(rows.integer(row, 3));
            table->kind
                = citusTableKind(rows.text(row, 1), rows.text(row, 2), table->colocationId, rows.boolean(row, 5));
            table->isHashDistributed = rows.text(row, 1) == QLatin1String("h");
            table->distributionColumn = rows.text(row, 4);
            table->shardCount = int(rows.integer(row, 6));
        }
    }

    void readColumns(const ResultSet &rows)
    {
        for (qsizetype row = 0; row < rows.rowCount(); ++row) {
            ShardingTable *table = find(rows.integer(row, 0));
            if (!table)
                continue;
            ShardingColumn column;
            column.name = rows.text(row, 1);
            column.type = rows.text(row, 2);
            column.typeOid = quint32(rows.integer(row, 3));
            column.collation = rows.text(row, 4);
            column.isNotNull = rows.boolean(row, 5);
            column.isGenerated = rows.boolean(row, 6);
            column.hasSequence = rows.boolean(row, 7);
            column.isDeterministic = rows.boolean(row, 8);
            column.hasNegativeScale = rows.boolean(row, 9);
            column.nullFraction = rows.real(row, 10, -1);
            column.distinctValues = distinct(rows.real(row, 11, 0), table->rows);
            column.commonValues = texts(rows, row, 12);
            for (const QJsonValue &frequency : jsonArray(rows, row, 13))
                column.commonFrequencies << frequency.toDouble();
            column.width = int(rows.integer(row, 14, -1));
            table->columns << column;
        }
    }

    void readTypes(const ResultSet &rows)
    {
        QHash<quint32, QString> unhashableParts;
        QSet<quint32> hashable;
        for (qsizetype row = 0; row < rows.rowCount(); ++row) {
            const quint32 type = quint32(rows.integer(row, 0));
            const bool isPart = rows.boolean(row, 1), isHashable = rows.boolean(row, 3);
            if (!isPart && isHashable)
                hashable.insert(type);
            else if (isPart && !isHashable)
                unhashableParts.insert(type, rows.text(row, 2));
        }
        for (ShardingTable &table : m_facts.tables) {
            for (ShardingColumn &column : table.columns) {
                column.isHashable = hashable.contains(column.typeOid);
                column.unhashablePart = unhashableParts.value(column.typeOid);
            }
        }
    }

    void readCompanions(const ResultSet &rows)
    {
        for (qsizetype row = 0; row < rows.rowCount(); ++row) {
            for (ShardingTable &table : m_facts.tables) {
                for (ShardingColumn &column : table.columns) {
                    if (column.name != rows.text(row, 0) || column.typeOid != quint32(rows.integer(row, 1)))
                        continue;
                    column.companions = texts(rows, row, 2);
                    column.companions.removeAll(table.name.quoted());
                }
            }
        }
    }

    void readKeys(const ResultSet &rows)
    {
        for (qsizetype row = 0; row < rows.rowCount(); ++row) {
            ShardingTable *table = find(rows.integer(row, 0));
            if (!table)
                continue;
            ShardingKey key;
            key.table = {rows.text(row, 1), rows.text(row, 2)};
            key.name = rows.text(row, 3);
            key.isPrimary = rows.boolean(row, 4);
            key.isConstraint = rows.boolean(row, 5);
            key.isExclusion = rows.boolean(row, 6);
            key.isPartial = rows.boolean(row, 7);
            key.columns = texts(rows, row, 8);
            key.keyCount = int(rows.integer(row, 9));
            key.equalityColumns = texts(rows, row, 10);
            key.definition = rows.text(row, 11);
            key.options = rows.text(row, 12);
            table->keys << key;
        }
    }

    void readForeignKeys(const ResultSet &rows)
    {
        for (qsizetype row = 0; row < rows.rowCount(); ++row) {
            ShardingForeignKey key;
            key.name = rows.text(row, 0);
            key.table = {rows.text(row, 13), rows.text(row, 14)};
            key.referenced = {rows.text(row, 15), rows.text(row, 16)};
            const QualifiedName owner{rows.text(row, 1), rows.text(row, 2)};
            const QualifiedName target{rows.text(row, 3), rows.text(row, 4)};
            if (owner != key.table)
                key.ownPartition = owner;
            if (target != key.referenced)
                key.referencedPartition = target;
            key.columns = texts(rows, row, 5);
            key.referencedColumns = texts(rows, row, 6);
            key.referencedKey = rows.text(row, 7);
            key.onDelete = action(rows.text(row, 8));
            key.onUpdate = action(rows.text(row, 9));
            key.setsSequenceDefault = rows.boolean(row, 10);
            key.isValidated = rows.boolean(row, 11);
            key.definition = rows.text(row, 12);
            m_facts.foreignKeys << key;
        }
    }

    void readParts(const ResultSet &rows, QList<ShardingPart> ShardingTable::*parts)
    {
        for (qsizetype row = 0; row < rows.rowCount(); ++row) {
            if (ShardingTable *table = find(rows.integer(row, 0)))
                table->*parts << ShardingPart{
                    {rows.text(row, 1), rows.text(row, 2)}, rows.text(row, 3), rows.text(row, 4), rows.boolean(row, 5)};
        }
    }

    void readSequences(const ResultSet &rows)
    {
        for (qsizetype row = 0; row < rows.rowCount(); ++row) {
            m_facts.sequences << SequenceUse{rows.text(row, 0), {rows.text(row, 1), rows.text(row, 2)},
                rows.text(row, 3), rows.text(row, 4), rows.boolean(row, 5)};
        }
    }

    void readUnsupported(const ResultSet &rows)
    {
        for (qsizetype row = 0; row < rows.rowCount(); ++row)
            m_facts.unsupported << UnsupportedDependency{{rows.text(row, 0), rows.text(row, 1)}, rows.text(row, 2),
                {rows.text(row, 3), rows.text(row, 4)}, rows.boolean(row, 5)};
    }

    void readSchema(const ResultSet &rows)
    {
        if (rows.rowCount() == 0)
            return;
        m_facts.schemaExists = rows.boolean(0, 0);
        m_facts.schemaIsDistributed = rows.boolean(0, 1);
        m_facts.schemaExtension = rows.text(0, 2);
    }

private:
    ShardingTable *find(qint64 oid)
    {
        const auto place = m_places.constFind(quint32(oid));
        return place == m_places.cend() ? nullptr : &m_facts.tables[*place];
    }

    /// The statistics give a negative number as a share of the rows.
    static double distinct(double statistic, qint64 rows)
    {
        if (statistic >= 0)
            return statistic > 0 ? statistic : -1;
        return rows > 0 ? -statistic * double(rows) : -1;
    }

    ShardingFacts &m_facts;
    QHash<quint32, qsizetype> m_places;
};

} // namespace

const ShardingColumn *ShardingTable::column(const QString &columnName) const
{
    const auto found
        = std::find_if(columns.begin(), columns.end(), [&](const auto &column) { return column.name == columnName; });
    return found == columns.end() ? nullptr : &*found;
}

QList<ShardingNode> ShardingCluster::dataNodes() const
{
    QList<ShardingNode> found;
    std::copy_if(nodes.begin(), nodes.end(), std::back_inserter(found),
        [](const ShardingNode &node) { return node.isActive && node.shouldHaveShards; });
    return found;
}

const ShardingTable *ShardingFacts::table(const QualifiedName &name) const
{
    const auto found
        = std::find_if(tables.begin(), tables.end(), [&](const ShardingTable &table) { return table.name == name; });
    return found == tables.end() ? nullptr : &*found;
}

Outcome<ShardingFacts> readShardingFacts(const ShardingQuestion &question, const QList<Outcome<ResultSet>> &answers)
{
    if (std::ranges::any_of(answers, &Outcome<ResultSet>::isCancelled))
        return Cancelled{};
    ShardingFacts facts;
    ShardingReader reader(facts);
    AnswerReading reading;
    qsizetype next = 0;
    // The rules need all of it: what could not be read must not look like "there is none".
    const auto apply = [&](const QString &what, auto read) {
        if (const qsizetype index = next++; index < answers.size())
            read(reading.required(answers.at(index), what));
    };
    apply(QStringLiteral("The tables"), [&](const auto &rows) { reader.readTables(rows); });
    apply(QStringLiteral("How tables are distributed"), [&](const auto &rows) { reader.readCitusState(rows); });
    apply(QStringLiteral("Columns"), [&](const auto &rows) { reader.readColumns(rows); });
    apply(QStringLiteral("Types"), [&](const auto &rows) { reader.readTypes(rows); });
    apply(QStringLiteral("Columns of other tables"), [&](const auto &rows) { reader.readCompanions(rows); });
    apply(QStringLiteral("Keys"), [&](const auto &rows) { reader.readKeys(rows); });
    apply(QStringLiteral("Foreign keys"), [&](const auto &rows) { reader.readForeignKeys(rows); });
    apply(QStringLiteral("Triggers"), [&](const auto &rows) { reader.readParts(rows, &ShardingTable::triggers); });
    apply(QStringLiteral("Policies"), [&](const auto &rows) { reader.readParts(rows, &ShardingTable::policies); });
    apply(
        QStringLiteral("Checks"), [&](const auto &rows) { reader.readParts(rows, &ShardingTable::unvalidatedChecks); });
    apply(QStringLiteral("Sequences"), [&](const auto &rows) { reader.readSequences(rows); });
    apply(QStringLiteral("Objects that tables need"), [&](const auto &rows) { reader.readUnsupported(rows); });
    apply(QStringLiteral("What goes with replaced tables"), [&](const auto &rows) { readLostObjects(rows, facts); });
    apply(QStringLiteral("The schema"), [&](const auto &rows) { reader.readSchema(rows); });
    apply(QStringLiteral("Settings"), [&](const auto &rows) { readClusterSettings(rows, facts.cluster); });
    apply(QStringLiteral("Colocation groups"), [&](const auto &rows) { readGroups(rows, facts.cluster); });
    apply(QStringLiteral("Nodes"), [&](const auto &rows) { readNodes(rows, facts.cluster); });
    if (next != answers.size() || !reading.isOk())
        return reading.isOk() ? ServerError::usage(QStringLiteral("The tables were not answered."))
                              : reading.failure<ShardingFacts>();
    for (const QualifiedName &name : question.tables) {
        if (!facts.table(name))
            facts.missing << name.quoted();
    }
    return facts;
}

} // namespace Shardboard
