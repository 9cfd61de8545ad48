// SPDX-License-Identifier: GPL-3.0-or-later
// Tables of every shape that people bring, and what stands in the way of spreading them. All live in the schemas
// `shape` and `elsewhere`; the one in question is shape.t.
#pragma once

#include "admin/distribute/settings.h"

namespace Shardboard::Testing {

using namespace Qt::StringLiterals;

struct Shape
{
    const char *name;
    QStringList setup;
    DistributeSettings settings;
    QString obstacle = {}; ///< code of what stands in the way; empty: nothing does
    bool crashesServer = false; ///< the server does not refuse it but dies: it is not asked
};

inline TableChoice choice(const QString &table, Spread spread, const QString &column = {}, const QString &with = {})
{
    return {{u"shape"_s, table}, spread, column, with, 0, false};
}

inline DistributeSettings only(const TableChoice &one)
{
    DistributeSettings settings;
    settings.tables << one;
    return settings;
}

inline DistributeSettings byColumn(const QString &column = u"k"_s, const QString &with = {})
{
    return only(choice(u"t"_s, Spread::Distributed, column, with));
}

inline DistributeSettings asReference()
{
    return only(choice(u"t"_s, Spread::Reference));
}
inline DistributeSettings asManaged()
{
    return only(choice(u"t"_s, Spread::LocalManaged));
}

inline DistributeSettings concurrently()
{
    DistributeSettings settings = byColumn();
    settings.tables.first().concurrently = true;
    return settings;
}

inline DistributeSettings several(const QList<TableChoice> &choices)
{
    DistributeSettings settings;
    settings.tables = choices;
    return settings;
}

inline DistributeSettings wholeSchema()
{
    DistributeSettings settings;
    settings.schema = u"shape"_s;
    return settings;
}

inline const QString triggerFunction
    = u"CREATE FUNCTION shape.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'"_s;
inline const QString trigger
    = u"CREATE TRIGGER watch BEFORE INSERT ON shape.t FOR EACH ROW EXECUTE FUNCTION shape.f()"_s;
inline const QString month = u"FOR VALUES FROM ('2024-01-01') TO ('2024-02-01')"_s;

inline QList<Shape> keyShapes()
{
    return {
        {"a primary key on the column", {u"CREATE TABLE shape.t (k int PRIMARY KEY)"_s}, byColumn()},
        {"a composite key with the column", {u"CREATE TABLE shape.t (k int, id int, PRIMARY KEY (id, k))"_s},
            byColumn()},
        {"no key at all, filled",
            {u"CREATE TABLE shape.t (k int, v text)"_s,
                u"INSERT INTO shape.t SELECT i % 10, i FROM generate_series(1, 1000) i"_s},
            byColumn()},
        {"a primary key without the column, filled",
            {u"CREATE TABLE shape.t (k int, id int PRIMARY KEY)"_s,
                u"INSERT INTO shape.t SELECT i % 10, i FROM generate_series(1, 1000) i"_s},
            byColumn(), u"unique-key"_s},
        {"a unique constraint without the column", {u"CREATE TABLE shape.t (k int, v int UNIQUE)"_s}, byColumn(),
            u"unique-key"_s},
        {"a unique index without the column",
            {u"CREATE TABLE shape.t (k int, v text)"_s, u"CREATE UNIQUE INDEX ON shape.t (lower(v))"_s}, byColumn(),
            u"unique-key"_s},
        {"a partial unique index without the column",
            {u"CREATE TABLE shape.t (k int, v text)"_s, u"CREATE UNIQUE INDEX ON shape.t (v) WHERE k = 1"_s},
            byColumn(), u"unique-key"_s},
        {"a unique index that only includes the column",
            {u"CREATE TABLE shape.t (k int, v text)"_s, u"CREATE UNIQUE INDEX ON shape.t (v) INCLUDE (k)"_s},
            byColumn()},
        {"a unique index on an expression beside the column",
            {u"CREATE TABLE shape.t (k int, v text)"_s, u"CREATE UNIQUE INDEX ON shape.t (k, lower(v))"_s}, byColumn()},
        {"a deferrable unique constraint", {u"CREATE TABLE shape.t (k int, v int, UNIQUE (v) DEFERRABLE)"_s},
            byColumn(), u"unique-key"_s},
        {"an exclusion constraint without the column",
            {u"CREATE TABLE shape.t (k int, r int4range, EXCLUDE USING gist (r WITH &&))"_s}, byColumn(),
            u"unique-key"_s},
        {"an exclusion constraint with the column equal",
            {u"CREATE TABLE shape.t (k int4range, r int4range, "
             "EXCLUDE USING gist (k WITH =, r WITH &&))"_s},
            byColumn()},
        {"an exclusion constraint with the column, not equal",
            {u"CREATE TABLE shape.t (k int4range, "
             "EXCLUDE USING gist (k WITH &&))"_s},
            byColumn(), u"unique-key"_s},
        {"any unique key on a reference table", {u"CREATE TABLE shape.t (k int, v int UNIQUE)"_s}, asReference()},
        {"a column that is not there", {u"CREATE TABLE shape.t (x int)"_s}, byColumn(), u"missing-column"_s},
        {"a column of another case", {u"CREATE TABLE shape.t (\"K\" int)"_s}, byColumn(), u"missing-column"_s},
        {"odd names", {u"CREATE TABLE shape.\"T \"\"x\"\" ' y\" (\"K 'k\" int PRIMARY KEY, \"select\" int)"_s},
            only({{u"shape"_s, u"T \"x\" ' y"_s}, Spread::Distributed, u"K 'k"_s, {}, 0, false})},
        {"a name of 63 bytes", {u"CREATE TABLE shape.%1 (k int PRIMARY KEY)"_s.arg(QString(63, u'n'))},
            only(choice(QString(63, u'n'), Spread::Distributed, u"k"_s))},
        {"odd names of keys", {u"CREATE TABLE shape.t (k int, \"a b\" int, CONSTRAINT \"Key (1)\" UNIQUE (\"a b\"))"_s},
            byColumn(), u"unique-key"_s},
    };
}

inline QList<Shape> typeShapes()
{
    QList<Shape> shapes;
    for (const char *type :
        {"bigint", "text", "uuid", "numeric", "timestamptz", "inet", "boolean", "int[]", "jsonb", "varchar(20)"})
        shapes << Shape{type, {u"CREATE TABLE shape.t (k %1)"_s.arg(QLatin1String(type))}, byColumn()};
    for (const char *type : {"xid8", "tid", "\"char\"", "pg_lsn", "macaddr", "tstzrange", "int4multirange"})
        shapes << Shape{type, {u"CREATE TABLE shape.t (k %1)"_s.arg(QLatin1String(type))}, byColumn()};
    for (const char *type : {"json", "xml", "point", "money", "bit(3)", "tsvector", "xid", "cid", "aclitem"})
        shapes << Shape{
            type, {u"CREATE TABLE shape.t (k %1)"_s.arg(QLatin1String(type))}, byColumn(), u"type-without-hash"_s};
    shapes << QList<Shape>{
        {"an enum",
            {u"CREATE TYPE shape.e AS ENUM ('a', 'b')"_s, u"CREATE TABLE shape.t (k shape.e)"_s,
                u"INSERT INTO shape.t VALUES ('a')"_s},
            byColumn()},
        {"a domain over a type that cannot be compared",
            {u"CREATE DOMAIN shape.d AS xid"_s, u"CREATE TABLE shape.t (k shape.d)"_s}, byColumn(),
            u"type-without-hash"_s},
        {"a range over text as the column",
            {u"CREATE TYPE shape.r AS RANGE (subtype = text)"_s, u"CREATE TABLE shape.t (k shape.r)"_s}, byColumn(),
            u"unsupported-object"_s},
        {"an array of a range type beside the column",
            {u"CREATE TYPE shape.r AS RANGE (subtype = text)"_s, u"CREATE TABLE shape.t (k int, v shape.r[])"_s},
            byColumn(), u"unsupported-object"_s},
        {"a range type in a composite type of a reference table",
            {u"CREATE TYPE shape.r AS RANGE (subtype = text)"_s, u"CREATE TYPE shape.c AS (a int, b shape.r)"_s,
                u"CREATE TABLE shape.t (k int, v shape.c)"_s},
            asReference(), u"unsupported-object"_s},
        {"an index by an operator of one's own",
            {u"CREATE FUNCTION shape.f(int, int) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT $1 = $2'"_s,
                u"CREATE OPERATOR shape.=== (LEFTARG = int, RIGHTARG = int, FUNCTION = shape.f)"_s,
                u"CREATE TABLE shape.t (k int)"_s, u"CREATE INDEX ON shape.t ((k OPERATOR(shape.===) 1))"_s},
            byColumn(), u"unsupported-object"_s},
        {"an index by an operator class of one's own",
            {u"CREATE OPERATOR CLASS shape.o FOR TYPE int4 USING btree AS OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, "
             "OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 btint4cmp(int4, int4)"_s,
                u"CREATE TABLE shape.t (k int)"_s, u"CREATE INDEX ON shape.t (k shape.o)"_s},
            byColumn(), u"unsupported-object"_s},
        {"a default that reads a local table",
            {u"CREATE TABLE shape.o (k int)"_s,
                u"CREATE FUNCTION shape.f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT max(k) FROM shape.o; END"_s,
                u"CREATE TABLE shape.t (k int, v int DEFAULT shape.f())"_s},
            byColumn(), u"unsupported-object"_s},
        {"a column of another table's row type",
            {u"CREATE TABLE shape.o (k int)"_s, u"CREATE TABLE shape.t (k int, v shape.o)"_s}, byColumn(),
            u"unsupported-object"_s},
        {"a column of a distributed table's row type",
            {u"CREATE TABLE shape.o (k int)"_s, u"SELECT create_distributed_table('shape.o', 'k')"_s,
                u"CREATE TABLE shape.t (k int, v shape.o)"_s},
            byColumn()},
        {"a text search configuration in an index",
            {u"CREATE TEXT SEARCH CONFIGURATION shape.w (COPY = simple)"_s, u"CREATE TABLE shape.t (k int, v text)"_s,
                u"CREATE INDEX ON shape.t USING gin (to_tsvector('shape.w', v))"_s},
            byColumn()},
        {"a domain",
            {u"CREATE DOMAIN shape.d AS int CHECK (value > 0)"_s, u"CREATE TABLE shape.t (k shape.d)"_s,
                u"INSERT INTO shape.t VALUES (1)"_s},
            byColumn()},
        {"a composite type",
            {u"CREATE TYPE shape.c AS (a int, b text)"_s, u"CREATE TABLE shape.t (k shape.c)"_s,
                u"INSERT INTO shape.t VALUES ((1, 'x'))"_s},
            byColumn()},
        {"a composite type with json, filled",
            {u"CREATE TYPE shape.c AS (a int, b json)"_s, u"CREATE TABLE shape.t (k shape.c)"_s,
                u"INSERT INTO shape.t VALUES ((1, '{}'))"_s},
            byColumn(), u"type-without-hash"_s, true},
        {"an array of json, filled",
            {u"CREATE TABLE shape.t (k json[])"_s, u"INSERT INTO shape.t VALUES (ARRAY['{}'::json])"_s}, byColumn(),
            u"type-without-hash"_s, true},
        {"numeric rounded to hundreds", {u"CREATE TABLE shape.t (k numeric(5, -2))"_s}, byColumn(),
            u"negative-scale"_s},
        {"a collation that takes cases for equal",
            {u"CREATE COLLATION shape.ci (provider = icu, locale = 'und-u-ks-level2', "
             "deterministic = false)"_s,
                u"CREATE TABLE shape.t (k text COLLATE shape.ci)"_s},
            byColumn(), u"nondeterministic-collation"_s},
        {"a generated distribution column",
            {u"CREATE TABLE shape.t (a int, k int GENERATED ALWAYS AS (a + 1) STORED)"_s}, byColumn(),
            u"generated-column"_s},
        {"another generated column, filled",
            {u"CREATE TABLE shape.t (k int, b int GENERATED ALWAYS AS (k + 1) STORED)"_s,
                u"INSERT INTO shape.t VALUES (1)"_s},
            byColumn()},
        {"rows without a value",
            {u"CREATE TABLE shape.t (k int, v int)"_s, u"INSERT INTO shape.t VALUES (NULL, 1), (2, 2)"_s}, byColumn(),
            u"null-values"_s},
        {"rows without a value in a reference table",
            {u"CREATE TABLE shape.t (k int)"_s, u"INSERT INTO shape.t VALUES (NULL)"_s}, asReference()},
        {"an identity column",
            {u"CREATE TABLE shape.t (k int, id bigint GENERATED ALWAYS AS IDENTITY)"_s,
                u"INSERT INTO shape.t (k) VALUES (1)"_s},
            byColumn()},
        {"an int identity column", {u"CREATE TABLE shape.t (k int, id int GENERATED BY DEFAULT AS IDENTITY)"_s},
            byColumn()},
        {"serial columns of all sizes", {u"CREATE TABLE shape.t (k int, a smallserial, b serial, c bigserial)"_s},
            byColumn()},
        {"one sequence for two types",
            {u"CREATE SEQUENCE shape.q"_s,
                u"CREATE TABLE shape.t (k int, a int DEFAULT nextval('shape.q'), b bigint DEFAULT nextval('shape.q'))"_s},
            byColumn(), u"sequence-types"_s},
        {"a sequence shared with a distributed table of another type",
            {u"CREATE SEQUENCE shape.q"_s, u"CREATE TABLE shape.o (k int, a bigint DEFAULT nextval('shape.q'))"_s,
                u"SELECT create_distributed_table('shape.o', 'k')"_s,
                u"CREATE TABLE shape.t (k int, a int DEFAULT nextval('shape.q'))"_s},
            byColumn(), u"sequence-types"_s},
        {"a sequence shared with a local table of another type",
            {u"CREATE SEQUENCE shape.q"_s, u"CREATE TABLE shape.o (k int, a bigint DEFAULT nextval('shape.q'))"_s,
                u"CREATE TABLE shape.t (k int, a int DEFAULT nextval('shape.q'))"_s},
            byColumn()},
    };
    return shapes;
}

inline QList<Shape> relationShapes()
{
    return {
        {"a view", {u"CREATE TABLE shape.o (k int)"_s, u"CREATE VIEW shape.t AS SELECT * FROM shape.o"_s}, byColumn(),
            u"not-a-table"_s},
        {"a materialised view", {u"CREATE MATERIALIZED VIEW shape.t AS SELECT 1 AS k"_s}, byColumn(), u"not-a-table"_s},
        {"a table that is not there", {}, byColumn(), u"missing-table"_s},
        {"a table with views over it",
            {u"CREATE TABLE shape.t (k int)"_s, u"CREATE VIEW shape.v AS SELECT * FROM shape.t"_s,
                u"CREATE MATERIALIZED VIEW shape.m AS SELECT * FROM shape.t"_s},
            byColumn()},
        {"an unlogged table", {u"CREATE UNLOGGED TABLE shape.t (k int)"_s, u"INSERT INTO shape.t VALUES (1)"_s},
            byColumn()},
        {"a table that inherits",
            {u"CREATE TABLE shape.p (k int)"_s, u"CREATE TABLE shape.t (x int) INHERITS (shape.p)"_s}, byColumn(),
            u"inheritance"_s},
        {"a table that is inherited from",
            {u"CREATE TABLE shape.t (k int)"_s, u"CREATE TABLE shape.c (x int) INHERITS (shape.t)"_s}, asReference(),
            u"inheritance"_s},
        {"a managed table that inherits",
            {u"CREATE TABLE shape.p (k int)"_s, u"CREATE TABLE shape.t (x int) INHERITS (shape.p)"_s}, asManaged(),
            u"inheritance"_s},
        {"a typed table", {u"CREATE TYPE shape.c AS (k int, v int)"_s, u"CREATE TABLE shape.t OF shape.c"_s},
            byColumn()},
        {"a partitioned table, filled",
            {u"CREATE TABLE shape.t (k int, at date) PARTITION BY RANGE (at)"_s,
                u"CREATE TABLE shape.t1 PARTITION OF shape.t "_s + month,
                u"CREATE TABLE shape.t2 PARTITION OF shape.t DEFAULT"_s,
                u"INSERT INTO shape.t SELECT i, date '2024-01-20' + i FROM generate_series(1, 50) i"_s},
            byColumn()},
        {"a partitioned table with a row without a value",
            {u"CREATE TABLE shape.t (k int, at date) PARTITION BY RANGE (at)"_s,
                u"CREATE TABLE shape.t1 PARTITION OF shape.t "_s + month,
                u"INSERT INTO shape.t VALUES (NULL, '2024-01-02')"_s},
            byColumn(), u"null-values"_s},
        {"a partition",
            {u"CREATE TABLE shape.p (k int, at date) PARTITION BY RANGE (at)"_s,
                u"CREATE TABLE shape.t PARTITION OF shape.p "_s + month},
            byColumn(), u"partition"_s},
        {"partitions on two levels",
            {u"CREATE TABLE shape.t (k int, at date) PARTITION BY RANGE (at)"_s,
                u"CREATE TABLE shape.t1 PARTITION OF shape.t "_s + month + u" PARTITION BY LIST (k)"_s},
            byColumn(), u"multi-level-partitions"_s},
        {"a partitioned reference table", {u"CREATE TABLE shape.t (k int, at date) PARTITION BY RANGE (at)"_s},
            asReference(), u"partitioned-reference"_s},
        {"a partitioned managed table",
            {u"CREATE TABLE shape.t (k int, at date) PARTITION BY RANGE (at)"_s,
                u"CREATE TABLE shape.t1 PARTITION OF shape.t "_s + month},
            asManaged()},
        {"a unique index of one partition",
            {u"CREATE TABLE shape.t (k int, at date, v int) PARTITION BY RANGE (at)"_s,
                u"CREATE TABLE shape.t1 PARTITION OF shape.t "_s + month, u"CREATE UNIQUE INDEX ON shape.t1 (v)"_s},
            byColumn(), u"unique-key"_s},
        {"a trigger", {u"CREATE TABLE shape.t (k int)"_s, triggerFunction, trigger}, byColumn(), u"trigger"_s},
        {"a trigger on a reference table", {u"CREATE TABLE shape.t (k int)"_s, triggerFunction, trigger}, asReference(),
            u"trigger"_s},
        {"a trigger on a managed table", {u"CREATE TABLE shape.t (k int)"_s, triggerFunction, trigger}, asManaged()},
        {"a trigger on a partition",
            {u"CREATE TABLE shape.p (k int, at date) PARTITION BY RANGE (at)"_s,
                u"CREATE TABLE shape.t PARTITION OF shape.p "_s + month, triggerFunction, trigger},
            only(choice(u"p"_s, Spread::Distributed, u"k"_s)), u"trigger"_s},
        {"row security",
            {u"CREATE TABLE shape.t (k int)"_s, u"CREATE POLICY p ON shape.t USING (k > 0)"_s,
                u"ALTER TABLE shape.t ENABLE ROW LEVEL SECURITY"_s},
            byColumn()},
        {"row security with a subquery",
            {u"CREATE TABLE shape.o (k int)"_s, u"CREATE TABLE shape.t (k int)"_s,
                u"CREATE POLICY p ON shape.t USING (EXISTS (SELECT FROM shape.o))"_s},
            byColumn(), u"policy-subquery"_s},
        {"a broken check that was never validated",
            {u"CREATE TABLE shape.t (k int, v int)"_s, u"INSERT INTO shape.t VALUES (1, -1)"_s,
                u"ALTER TABLE shape.t ADD CHECK (v > 0) NOT VALID"_s},
            byColumn(), u"unvalidated-constraint"_s},
        {"a kept check that was never validated",
            {u"CREATE TABLE shape.t (k int, v int)"_s, u"INSERT INTO shape.t VALUES (1, 1)"_s,
                u"ALTER TABLE shape.t ADD CHECK (v > 0) NOT VALID"_s},
            byColumn()},
        {"rules, statistics, storage, publication",
            {u"CREATE TABLE shape.t (k int PRIMARY KEY, v int) WITH (fillfactor = 70)"_s,
                u"CREATE RULE r AS ON DELETE TO shape.t DO INSTEAD NOTHING"_s,
                u"CREATE STATISTICS shape.s ON k, v FROM shape.t"_s,
                u"CREATE PUBLICATION shape_publication FOR TABLE shape.t"_s},
            byColumn()},
        {"a default from a function",
            {u"CREATE FUNCTION shape.f() RETURNS int LANGUAGE sql AS 'SELECT 1'"_s,
                u"CREATE TABLE shape.t (k int, v int DEFAULT shape.f())"_s},
            byColumn()},
        {"a dropped column before the column",
            {u"CREATE TABLE shape.t (a int, b int, k int)"_s, u"ALTER TABLE shape.t DROP COLUMN a"_s,
                u"INSERT INTO shape.t VALUES (1, 2)"_s},
            byColumn()},
        {"a managed table",
            {u"CREATE TABLE shape.t (k int PRIMARY KEY)"_s, u"INSERT INTO shape.t VALUES (1)"_s,
                u"SELECT citus_add_local_table_to_metadata('shape.t')"_s},
            byColumn()},
        {"a managed table, to be a reference table",
            {u"CREATE TABLE shape.t (k int PRIMARY KEY)"_s, u"INSERT INTO shape.t VALUES (1)"_s,
                u"SELECT citus_add_local_table_to_metadata('shape.t')"_s},
            asReference()},
        {"distributed by another column already",
            {u"CREATE TABLE shape.t (k int, v int)"_s, u"SELECT create_distributed_table('shape.t', 'v')"_s},
            byColumn(), u"already-distributed"_s},
        {"distributed like that already",
            {u"CREATE TABLE shape.t (k int)"_s, u"SELECT create_distributed_table('shape.t', 'k')"_s}, byColumn()},
        {"a table for one node", {u"CREATE TABLE shape.t (k int PRIMARY KEY)"_s, u"INSERT INTO shape.t VALUES (1)"_s},
            only(choice(u"t"_s, Spread::SingleShard))},
    };
}

} // namespace Shardboard::Testing
