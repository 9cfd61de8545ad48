// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/partition/partitionfacts.h"

#include "admin/catalogue/distributedschemas.h"

#include "admin/catalogue/unlockedsize.h"

#include "connection/values/reading.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace Shardboard {

using namespace Qt::StringLiterals;

namespace {

enum FactQuery { TableQuery, NamesQuery, ConversionQuery, ColumnarQuery, CitusQuery, DiskQuery };

// Everything about one table as one JSON object. What hangs on it is asked for only once in the life of a wizard page,
// so that clarity goes before speed.
QString tableSql()
{
    return uR"(
WITH @busy
SELECT json_build_object(
  'oid', c.oid, 'kind', c.relkind, 'owner', pg_get_userbyid(c.relowner), 'owned', pg_has_role(c.relowner, 'USAGE'),
  'persistence', c.relpersistence, 'isPartition', c.relispartition,
  'inherited', EXISTS (SELECT FROM pg_inherits i WHERE (i.inhrelid = c.oid AND NOT c.relispartition)
                                                    OR (i.inhparent = c.oid AND c.relkind <> 'p')),
  'rowSecurity', c.relrowsecurity OR EXISTS (SELECT FROM pg_policy WHERE polrelid = c.oid),
  'options', c.reloptions IS NOT NULL, 'replicaIdentity', c.relreplident, 'rows', c.reltuples,
  'bytes', @size,
  'extension', (SELECT e.extname FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
                 WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e' LIMIT 1),
  'partitionKey', pg_get_partkeydef(c.oid),
  'keyColumns', (SELECT json_agg(coalesce(a.attname, '') ORDER BY k.place)
                   FROM pg_partitioned_table p CROSS JOIN unnest(p.partattrs::int2[]) WITH ORDINALITY k(attnum, place)
                   LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum WHERE p.partrelid = c.oid),
  'columns', (SELECT json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, NULL),
                       'notNull', a.attnotnull, 'generated', a.attgenerated <> '', 'identity', a.attidentity <> '',
                       'serial', a.attidentity = '' AND pg_get_serial_sequence(format('%I.%I', n.nspname, c.relname), a.attname)
                                 IS NOT NULL) ORDER BY a.attnum)
                FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
  'indexes', (SELECT json_agg(json_build_object('name', ic.relname, 'unique', i.indisunique, 'primary', i.indisprimary,
                       'exclusion', i.indisexclusion, 'valid', i.indisvalid, 'partial', i.indpred IS NOT NULL,
                       'method', am.amname, 'constraint', pg_get_constraintdef(k.oid),
                       'definition', regexp_replace(pg_get_indexdef(i.indexrelid), '^CREATE (UNIQUE )?INDEX ', ''),
                       'columns', (SELECT json_agg(coalesce(a.attname, '') ORDER BY u.place)
                                     FROM unnest(i.indkey::int2[]) WITH ORDINALITY u(attnum, place)
                                     LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.attnum
                                    WHERE u.place <= i.indnkeyatts)) ORDER BY ic.oid)
                FROM pg_index i JOIN pg_class ic ON ic.oid = i.indexrelid JOIN pg_am am ON am.oid = ic.relam
                LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid AND k.conrelid = c.oid AND k.contype IN ('p', 'u', 'x')
               WHERE i.indrelid = c.oid),
  'foreignKeys', (SELECT json_agg(json_build_object('name', k.conname, 'definition', pg_get_constraintdef(k.oid),
                           'schema', rn.nspname, 'table', r.relname, 'valid', k.convalidated) ORDER BY k.conname)
                    FROM pg_constraint k JOIN pg_class r ON r.oid = k.confrelid JOIN pg_namespace rn ON rn.oid = r.relnamespace
                   WHERE k.conrelid = c.oid AND k.contype = 'f' AND k.confrelid <> c.oid),
  'incoming', (SELECT json_agg(json_build_object('name', k.conname, 'definition', pg_get_constraintdef(k.oid),
                        'schema', rn.nspname, 'table', r.relname, 'valid', k.convalidated) ORDER BY rn.nspname, r.relname, k.conname)
                 FROM pg_constraint k JOIN pg_class r ON r.oid = k.conrelid JOIN pg_namespace rn ON rn.oid = r.relnamespace
                WHERE k.confrelid = c.oid AND k.contype = 'f' AND k.conparentid = 0),
  'uncheckedConstraints', (SELECT json_agg(conname ORDER BY conname) FROM pg_constraint
                            WHERE conrelid = c.oid AND contype = 'c' AND NOT convalidated),
  'views', (SELECT json_agg(DISTINCT format('%I.%I', vn.nspname, v.relname))
              FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid JOIN pg_class v ON v.oid = r.ev_class AND v.relkind = 'v'
              JOIN pg_namespace vn ON vn.oid = v.relnamespace
             WHERE d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid
               AND v.oid <> c.oid),
  'fixedDependents', (SELECT json_agg(DISTINCT x.name) FROM (
      SELECT 'the materialized view ' || v.oid::regclass FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid
        JOIN pg_class v ON v.oid = r.ev_class AND v.relkind = 'm'
       WHERE d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid
      UNION ALL
      SELECT 'the function ' || p.oid::regprocedure FROM pg_depend d JOIN pg_proc p ON p.oid = d.objid
       WHERE d.classid = 'pg_proc'::regclass
         AND ((d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid)
           OR (d.refclassid = 'pg_type'::regclass AND d.refobjid IN (c.reltype, (SELECT typarray FROM pg_type WHERE oid = c.reltype))))
      UNION ALL
      SELECT format('the column %I of %s', a.attname, a.attrelid::regclass) FROM pg_attribute a
       WHERE a.atttypid IN (c.reltype, (SELECT typarray FROM pg_type WHERE oid = c.reltype)) AND NOT a.attisdropped
         AND c.reltype <> 0 AND a.attnum > 0) x(name)),
  'rules', (SELECT json_agg(rulename) FROM pg_rewrite WHERE ev_class = c.oid AND rulename <> '_RETURN'),
  'triggers', (SELECT json_agg(json_build_object('name', t.tgname, 'obstacle', t.tgconstraint <> 0
                        OR t.tgoldtable IS NOT NULL OR t.tgnewtable IS NOT NULL) ORDER BY t.tgname)
                 FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgname !~ '^truncate_trigger_\d+$'),
  'publications', (SELECT json_agg(json_build_object('name', p.pubname, 'obstacle',
                            (to_jsonb(r) ->> 'prqual') IS NOT NULL OR (to_jsonb(r) ->> 'prattrs') IS NOT NULL) ORDER BY p.pubname)
                     FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid WHERE r.prrelid = c.oid),
  'partitions', (SELECT json_agg(json_build_object('schema', pn.nspname, 'name', pc.relname,
                          'bound', pg_get_expr(pc.relpartbound, pc.oid)))
                   FROM pg_inherits i JOIN pg_class pc ON pc.oid = i.inhrelid JOIN pg_namespace pn ON pn.oid = pc.relnamespace
                  WHERE i.inhparent = c.oid AND pc.relispartition))
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.oid = to_regclass($1))"_s.replace(u"@busy"_s, busyTablesSql())
        .replace(u"@size"_s, unlockedSizeSql(u"c.oid"_s));
}

QString citusSql()
{
    return uR"(
SELECT p.partmethod, p.repmodel, p.colocationid, column_to_column_name(p.logicalrelid, p.partkey),
       EXISTS (SELECT FROM pg_dist_schema s WHERE s.colocationid = p.colocationid),
       (SELECT sum(shard_size) FROM citus_shards s WHERE s.table_name = p.logicalrelid
            OR s.table_name IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = p.logicalrelid))
  FROM pg_dist_partition p WHERE p.logicalrelid = to_regclass($1))"_s.replace(
        u"pg_dist_schema"_s, distributedSchemasSql());
}

// The disk of a node is full when the fullest is.
QString diskSql()
{
    return uR"(
SELECT n.nodename || ':' || n.nodeport, r.result::bigint
  FROM run_command_on_all_nodes('SELECT available_disk_size FROM citus_local_disk_space_stats()') r
  JOIN pg_dist_node n USING (nodeid)
 WHERE r.success AND n.isactive AND n.shouldhaveshards
 ORDER BY 2 LIMIT 1)"_s;
}

QStringList texts(const QJsonValue &value)
{
    QStringList list;
    for (const QJsonValue &one : value.toArray())
        list << one.toString();
    return list;
}

ConvertedIndex readIndex(const QJsonObject &json, const QualifiedName &table)
{
    ConvertedIndex index;
    index.name = json[u"name"_s].toString();
    index.constraint = json[u"constraint"_s].toString();
    index.columns = texts(json[u"columns"_s]);
    index.method = json[u"method"_s].toString();
    index.isUnique = json[u"unique"_s].toBool();
    index.isPrimary = json[u"primary"_s].toBool();
    index.isExclusion = json[u"exclusion"_s].toBool();
    index.isValid = json[u"valid"_s].toBool();
    index.isPartial = json[u"partial"_s].toBool();
    const QString definition = json[u"definition"_s].toString();
    const QString start = u"%1 ON %2 "_s.arg(quoteIdentifier(index.name), table.quoted());
    index.definition = definition.startsWith(start) ? definition.mid(start.size())
                                                    : definition.mid(definition.indexOf(u" USING "_s) + 1);
    return index;
}

QList<ConvertedForeignKey> readForeignKeys(const QJsonValue &list, const QualifiedName &table, bool isIncoming)
{
    QList<ConvertedForeignKey> keys;
    for (const QJsonValue &json : list.toArray()) {
        const QualifiedName other{json[u"schema"_s].toString(), json[u"table"_s].toString()};
        keys << ConvertedForeignKey{json[u"name"_s].toString(), isIncoming ? other : table, isIncoming ? table : other,
            json[u"definition"_s].toString(), json[u"valid"_s].toBool()};
    }
    return keys;
}

QList<ConvertedPart> readParts(const QJsonValue &list)
{
    QList<ConvertedPart> parts;
    for (const QJsonValue &json : list.toArray())
        parts << ConvertedPart{json[u"name"_s].toString(), json[u"obstacle"_s].toBool()};
    return parts;
}

void readNature(const QJsonObject &json, ConvertedTable &table)
{
    table.oid = quint32(json[u"oid"_s].toInteger());
    table.relkind = json[u"kind"_s].toString();
    table.owner = json[u"owner"_s].toString();
    table.isOwned = json[u"owned"_s].toBool();
    table.isTemporary = json[u"persistence"_s] == u"t"_s;
    table.isUnlogged = json[u"persistence"_s] == u"u"_s;
    table.isInherited = json[u"inherited"_s].toBool();
    table.isPartition = json[u"isPartition"_s].toBool();
    table.hasRowSecurity = json[u"rowSecurity"_s].toBool();
    table.hasOptions = json[u"options"_s].toBool();
    table.replicaIdentity = json[u"replicaIdentity"_s].toString();
    table.extension = json[u"extension"_s].toString();
    table.partitionKey = json[u"partitionKey"_s].toString();
    table.keyColumns = texts(json[u"keyColumns"_s]);
    table.rows = json[u"rows"_s].toInteger(-1);
    table.bytes = json[u"bytes"_s].toInteger();
}

ConvertedTable readTable(const QJsonObject &json, const QualifiedName &name)
{
    ConvertedTable table;
    table.name = name;
    readNature(json, table);
    for (const QJsonValue &column : json[u"columns"_s].toArray())
        table.columns << ConvertedColumn{column[u"name"_s].toString(), column[u"type"_s].toString(),
            column[u"notNull"_s].toBool(), column[u"generated"_s].toBool(), column[u"identity"_s].toBool(),
            column[u"serial"_s].toBool()};
    for (const QJsonValue &index : json[u"indexes"_s].toArray())
        table.indexes << readIndex(index.toObject(), name);
    table.foreignKeys = readForeignKeys(json[u"foreignKeys"_s], name, false);
    table.incoming = readForeignKeys(json[u"incoming"_s], name, true);
    table.uncheckedConstraints = texts(json[u"uncheckedConstraints"_s]);
    table.views = texts(json[u"views"_s]);
    table.fixedDependents = texts(json[u"fixedDependents"_s]);
    table.rules = texts(json[u"rules"_s]);
    table.triggers = readParts(json[u"triggers"_s]);
    table.publications = readParts(json[u"publications"_s]);
    for (const QJsonValue &partition : json[u"partitions"_s].toArray()) {
        if (const auto bound = parsePartitionBound(partition[u"bound"_s].toString()))
            table.partitions << ConvertedPartition{
                {partition[u"schema"_s].toString(), partition[u"name"_s].toString()}, *bound};
    }
    return table;
}

void readCitus(const ResultSet &rows, ConvertedTable &table)
{
    if (rows.rowCount() == 0)
        return;
    table.colocationId = int(rows.integer(0, 2));
    table.bytes = rows.integer(0, 5, table.bytes);
    table.distributionColumn = rows.text(0, 3);
    table.kind = citusTableKind(rows.text(0, 0), rows.text(0, 1), table.colocationId, rows.boolean(0, 4));
}

void readDisk(const ResultSet &rows, PartitionFacts &facts)
{
    if (rows.rowCount() != 1)
        return;
    facts.freeNode = rows.text(0, 0);
    facts.freeBytes = rows.integer(0, 1, -1);
}

} // namespace

bool ConvertedColumn::isTime() const
{
    return type == u"timestamp with time zone" || type == u"timestamp without time zone" || type == u"date";
}

const ConvertedColumn *ConvertedTable::column(const QString &columnName) const
{
    const auto found = std::ranges::find(columns, columnName, &ConvertedColumn::name);
    return found == columns.cend() ? nullptr : &*found;
}

const ConvertedIndex *ConvertedTable::primaryKey() const
{
    const auto found = std::ranges::find(indexes, true, &ConvertedIndex::isPrimary);
    return found == indexes.cend() ? nullptr : &*found;
}

bool ConvertedTable::hasIndexOn(const QString &columnName) const
{
    return std::ranges::any_of(indexes, [&](const ConvertedIndex &index) {
        return index.isValid && !index.isPartial && index.columns.value(0) == columnName
            && (index.method == u"btree" || index.method == u"brin");
    });
}

QualifiedName PartitionFacts::original() const
{
    if (!conversion || !conversion->isSwapped || !table || !taken.contains(conversion->originalName))
        return {};
    return {table->name.schema, conversion->originalName};
}

QualifiedName partitionedCopyOf(const QualifiedName &table)
{
    return {table.schema, makeIdentifier(table.name, u"_partitioned"_s)};
}

QualifiedName ordinaryTableOf(const QualifiedName &table)
{
    return {table.schema, makeIdentifier(table.name, u"_unpartitioned"_s)};
}

QualifiedName defaultPartitionOf(const QualifiedName &table)
{
    return {table.schema, makeIdentifier(table.name, u"_default"_s)};
}

QList<Query> partitionFactQueries(const QualifiedName &table, bool hasCitus)
{
    const QByteArray name = table.quoted().toUtf8();
    QStringList others;
    for (const QualifiedName &other : {partitionedCopyOf(table), ordinaryTableOf(table), defaultPartitionOf(table)})
        others << quoteLiteral(other.name);
    QList<Query> queries{Query(tableSql(), {name}),
        Query(u"SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
              u"WHERE n.nspname = $1 AND c.relname IN (%1)"_s.arg(others.join(u", "_s)),
            {table.schema.toUtf8()}),
        Query(u"SELECT copy_name, original_name, time_column, step, swapped_at IS NOT NULL FROM shardboard.conversion "
              u"WHERE table_name = $1"_s,
            {name}),
        Query(u"SELECT EXISTS (SELECT FROM pg_am WHERE amname = 'columnar')"_s)};
    if (hasCitus)
        queries << Query(citusSql(), {name}) << Query(diskSql());
    return queries;
}

Outcome<PartitionFacts> readPartitionFacts(const QualifiedName &table, const QList<Outcome<ResultSet>> &answers)
{
    AnswerReading reading;
    PartitionFacts facts;
    const ResultSet found = reading.required(answers.at(TableQuery), u"Table %1"_s.arg(table.display()));
    if (found.rowCount() == 1)
        facts.table = readTable(QJsonDocument::fromJson(found.text(0, 0).toUtf8()).object(), table);
    const ResultSet names = reading.required(answers.at(NamesQuery), u"The names of tables"_s);
    for (qsizetype row = 0; row < names.rowCount(); ++row)
        facts.taken << names.text(row, 0);
    const ResultSet conversion
        = reading.orAbsent(answers.at(ConversionQuery), u"The conversions in the registry (schema shardboard)"_s);
    if (conversion.rowCount() == 1)
        facts.conversion = ConversionFacts{conversion.text(0, 0), conversion.text(0, 1), conversion.text(0, 2),
            conversion.text(0, 3), conversion.boolean(0, 4)};
    const ResultSet columnar = reading.required(answers.at(ColumnarQuery), u"The access methods"_s);
    facts.hasColumnar = columnar.rowCount() == 1 && columnar.boolean(0, 0);
    if (CitusQuery < answers.size()) {
        const ResultSet citus = reading.required(answers.at(CitusQuery), u"How the table is distributed"_s);
        if (facts.table)
            readCitus(citus, *facts.table);
        readDisk(
            reading.orRefused(answers.at(DiskQuery), u"The free disk space of the nodes"_s, facts.diskRefusal), facts);
    }
    return reading.isOk() ? Outcome<PartitionFacts>(facts) : reading.failure<PartitionFacts>();
}

QList<Query> timeFigureQueries(const QualifiedName &table, const QString &column)
{
    const QString time = quoteIdentifier(column), from = table.quoted();
    const auto exists = [&](const QString &condition) {
        return Query(u"SELECT count(*) > 0 FROM (SELECT 1 FROM %1 %2 LIMIT 1) r"_s.arg(from, condition));
    };
    QList<Query> queries{exists({}), exists(u"WHERE %1 IS NULL"_s.arg(time)),
        exists(u"WHERE %1 IN ('infinity', '-infinity')"_s.arg(time)),
        Query(u"SELECT floor(extract(epoch FROM min(%1)))::bigint, floor(extract(epoch FROM max(%1)))::bigint FROM %2 "
              u"WHERE %1 > '-infinity' AND %1 < 'infinity'"_s.arg(time, from))};
    for (Query &query : queries)
        query.timeout = std::chrono::seconds(30);
    return queries;
}

TimeFigures readTimeFigures(const QList<Outcome<ResultSet>> &answers)
{
    const auto answer = [&](qsizetype index) -> std::optional<bool> {
        if (index < answers.size() && answers.at(index) && answers.at(index)->rowCount() == 1)
            return answers.at(index)->boolean(0, 0);
        return std::nullopt;
    };
    TimeFigures figures;
    if (const auto hasRows = answer(0))
        figures.isEmpty = !*hasRows;
    figures.hasNulls = answer(1);
    figures.hasInfinite = answer(2);
    if (answers.size() > 3 && answers.at(3) && answers.at(3)->rowCount() == 1 && !answers.at(3)->isNull(0, 0)) {
        figures.earliest = QDateTime::fromSecsSinceEpoch(answers.at(3)->integer(0, 0), Qt::UTC);
        figures.latest = QDateTime::fromSecsSinceEpoch(answers.at(3)->integer(0, 1), Qt::UTC);
    }
    return figures;
}

} // namespace Shardboard
