// SPDX-License-Identifier: GPL-3.0-or-later
// Shapes of several tables: foreign keys, colocation, whole schemas, distributing while writes go on.
#pragma once

#include "tests/live/preflightshapes.h"

namespace Shardboard::Testing {

inline QList<Shape> foreignKeyShapes()
{
    const QString parent = u"CREATE TABLE shape.p (id int PRIMARY KEY)"_s;
    const QString distributed = u"SELECT create_distributed_table('shape.p', 'id')"_s;
    const QString reference = u"SELECT create_reference_table('shape.p')"_s;
    const QString managed = u"SELECT citus_add_local_table_to_metadata('shape.p')"_s;
    return {
        {"to a local table", {parent, u"CREATE TABLE shape.t (k int REFERENCES shape.p)"_s}, byColumn(),
            u"foreign-key-to-local"_s},
        {"to a reference table, filled",
            {parent, u"INSERT INTO shape.p VALUES (1)"_s, reference,
                u"CREATE TABLE shape.t (k int, r int REFERENCES shape.p)"_s, u"INSERT INTO shape.t VALUES (5, 1)"_s},
            byColumn()},
        {"to a colocated table, filled",
            {parent, u"INSERT INTO shape.p VALUES (1)"_s, u"CREATE TABLE shape.t (k int REFERENCES shape.p)"_s,
                u"INSERT INTO shape.t VALUES (1)"_s, distributed},
            byColumn(u"k"_s, u"shape.p"_s)},
        {"to a distributed table of another type",
            {u"CREATE TABLE shape.p (id bigint PRIMARY KEY)"_s, u"CREATE TABLE shape.t (k int REFERENCES shape.p)"_s,
                distributed},
            byColumn(), u"foreign-key-not-colocated"_s},
        {"to a distributed table, without the column",
            {parent, u"CREATE TABLE shape.t (k int, pid int REFERENCES shape.p)"_s, distributed}, byColumn(),
            u"foreign-key-without-column"_s},
        {"the column at another place",
            {u"CREATE TABLE shape.p (id int, b int, UNIQUE (id, b))"_s, distributed,
                u"CREATE TABLE shape.t (k int, b int, FOREIGN KEY (b, k) REFERENCES shape.p (id, b))"_s},
            byColumn(), u"foreign-key-without-column"_s},
        {"to a managed table", {parent, managed, u"CREATE TABLE shape.t (k int REFERENCES shape.p)"_s}, byColumn(),
            u"foreign-key-to-local"_s},
        {"ON DELETE SET NULL on the column",
            {parent, u"CREATE TABLE shape.t (k int REFERENCES shape.p ON DELETE SET NULL)"_s, distributed}, byColumn(),
            u"foreign-key-action"_s},
        {"ON UPDATE CASCADE on the column",
            {parent, u"CREATE TABLE shape.t (k int REFERENCES shape.p ON UPDATE CASCADE)"_s, distributed}, byColumn(),
            u"foreign-key-action"_s},
        {"ON DELETE CASCADE on the column",
            {parent, u"CREATE TABLE shape.t (k int REFERENCES shape.p ON DELETE CASCADE)"_s, distributed}, byColumn()},
        {"ON DELETE SET NULL on another column, to a reference table",
            {parent, reference, u"CREATE TABLE shape.t (k int, r int REFERENCES shape.p ON DELETE SET NULL)"_s},
            byColumn()},
        {"to itself, with the column",
            {u"CREATE TABLE shape.t (k int, id int, up int, PRIMARY KEY (k, id), "
             "FOREIGN KEY (k, up) REFERENCES shape.t)"_s,
                u"INSERT INTO shape.t VALUES (1, 1, 1)"_s},
            byColumn()},
        {"to itself, without the column", {u"CREATE TABLE shape.t (k int PRIMARY KEY, up int REFERENCES shape.t)"_s},
            byColumn(), u"foreign-key-without-column"_s},
        {"to itself, in a reference table", {u"CREATE TABLE shape.t (k int PRIMARY KEY, up int REFERENCES shape.t)"_s},
            asReference()},
        {"from a local table",
            {u"CREATE TABLE shape.t (k int PRIMARY KEY)"_s, u"CREATE TABLE shape.c (k int REFERENCES shape.t)"_s,
                u"INSERT INTO shape.t VALUES (1)"_s, u"INSERT INTO shape.c VALUES (1)"_s},
            byColumn()},
        {"from a local table to a reference table",
            {u"CREATE TABLE shape.t (k int PRIMARY KEY)"_s,
                u"CREATE TABLE shape.c (k int REFERENCES shape.t ON DELETE CASCADE)"_s,
                u"INSERT INTO shape.t VALUES (1)"_s, u"INSERT INTO shape.c VALUES (1)"_s},
            asReference()},
        {"from a managed table",
            {u"CREATE TABLE shape.t (k int PRIMARY KEY)"_s, u"CREATE TABLE shape.c (k int REFERENCES shape.t)"_s,
                u"SELECT citus_add_local_table_to_metadata('shape.t', true)"_s},
            byColumn(), u"foreign-key-from-local"_s},
        {"from a reference table",
            {u"CREATE TABLE shape.t (k int PRIMARY KEY)"_s, u"CREATE TABLE shape.c (k int REFERENCES shape.t)"_s,
                u"SELECT create_reference_table('shape.c')"_s},
            byColumn(), u"foreign-key-from-local"_s},
        {"a reference table to a local one", {parent, u"CREATE TABLE shape.t (k int REFERENCES shape.p)"_s},
            asReference()},
        {"a reference table to a local one, cascading",
            {parent, u"CREATE TABLE shape.t (k int REFERENCES shape.p ON DELETE CASCADE)"_s}, asReference(),
            u"foreign-key-action"_s},
        {"a reference table to a distributed one",
            {parent, u"CREATE TABLE shape.t (k int REFERENCES shape.p)"_s, distributed}, asReference(),
            u"foreign-key-from-local"_s},
        {"a managed table to a local one", {parent, u"CREATE TABLE shape.t (k int REFERENCES shape.p)"_s}, asManaged()},
        {"a managed table to a distributed one",
            {parent, u"CREATE TABLE shape.t (k int REFERENCES shape.p)"_s, distributed}, asManaged(),
            u"foreign-key-from-local"_s},
        {"broken, never validated",
            {parent, distributed, u"CREATE TABLE shape.t (k int)"_s, u"INSERT INTO shape.t VALUES (7)"_s,
                u"ALTER TABLE shape.t ADD FOREIGN KEY (k) REFERENCES shape.p NOT VALID"_s},
            byColumn()},
        {"a local table drawn between reference and distributed",
            {parent, reference, u"CREATE TABLE shape.t (k int PRIMARY KEY)"_s,
                u"CREATE TABLE shape.c (k int REFERENCES shape.t, p int)"_s,
                u"ALTER TABLE shape.c ADD FOREIGN KEY (p) REFERENCES shape.p"_s},
            byColumn(), u"foreign-key-from-local"_s},
    };
}

/// Foreign keys that single partitions have, and those that rows break.
inline QList<Shape> brokenForeignKeyShapes()
{
    const QString parent = u"CREATE TABLE shape.p (id int PRIMARY KEY)"_s;
    const QString partitioned = u"CREATE TABLE shape.t (k int, at date, r int) PARTITION BY RANGE (at)"_s;
    const QString partition = u"CREATE TABLE shape.t1 PARTITION OF shape.t "_s + month;
    const QString own = u"ALTER TABLE shape.t1 ADD FOREIGN KEY (r) REFERENCES shape.p"_s;
    const QString row = u"INSERT INTO shape.t VALUES (5, '2024-01-02', 1)"_s;
    const QString notValid
        = u"ALTER TABLE shape.t ADD CONSTRAINT broken FOREIGN KEY (k) REFERENCES shape.p NOT VALID"_s;
    const QStringList broken{
        parent, u"CREATE TABLE shape.t (k int, v int)"_s, u"INSERT INTO shape.t VALUES (7, 1), (7, 2), (8, 3)"_s};
    const QStringList disabled{parent, u"CREATE TABLE shape.t (k int REFERENCES shape.p)"_s,
        u"ALTER TABLE shape.t DISABLE TRIGGER ALL"_s, u"INSERT INTO shape.t VALUES (7)"_s,
        u"ALTER TABLE shape.t ENABLE TRIGGER ALL"_s};
    // Citus would copy the table to manage it, and check every row.
    const QStringList unmanaged{u"SET citus.enable_local_reference_table_foreign_keys TO off"_s};
    const TableChoice byK = choice(u"t"_s, Spread::Distributed, u"k"_s);
    const TableChoice referenceP = choice(u"p"_s, Spread::Reference);
    return {
        {"of a partition, to a table that becomes a reference table",
            {parent, u"INSERT INTO shape.p VALUES (1)"_s, partitioned, partition, own, row},
            several({byK, referenceP})},
        {"of a partition, to a table that is distributed too",
            {parent, partitioned, partition, u"ALTER TABLE shape.t1 ADD FOREIGN KEY (k) REFERENCES shape.p"_s},
            several({byK, choice(u"p"_s, Spread::Distributed, u"id"_s)})},
        {"of a partition, to a local table", {parent, partitioned, partition, own}, byColumn(),
            u"foreign-key-to-local"_s},
        {"of a partition of a table that stays local", {parent, partitioned, partition, own}, only(referenceP),
            u"foreign-key-of-partition"_s},
        {"of two partitions by one name",
            {parent, u"INSERT INTO shape.p VALUES (1)"_s, partitioned, partition,
                u"CREATE TABLE shape.t2 PARTITION OF shape.t DEFAULT"_s,
                u"ALTER TABLE shape.t1 ADD CONSTRAINT own FOREIGN KEY (r) REFERENCES shape.p"_s,
                u"ALTER TABLE shape.t2 ADD CONSTRAINT own FOREIGN KEY (r) REFERENCES shape.p"_s, row},
            several({byK, referenceP})},
        {"to a partition",
            {u"CREATE TABLE shape.p (k int, at date, PRIMARY KEY (k, at)) PARTITION BY RANGE (at)"_s,
                u"CREATE TABLE shape.p1 PARTITION OF shape.p "_s + month,
                u"CREATE TABLE shape.t (k int, at date, FOREIGN KEY (k, at) REFERENCES shape.p1)"_s},
            several({byK, choice(u"p"_s, Spread::Distributed, u"k"_s)})},
        {"rows without a partner, written with the triggers off", disabled, several({byK, referenceP}),
            u"foreign-key-violated"_s},
        {"such rows of a table with a reference table",
            unmanaged + disabled
                + QStringList{u"SELECT create_reference_table('shape.p')"_s,
                    u"RESET citus.enable_local_reference_table_foreign_keys"_s},
            byColumn(), u"foreign-key-violated"_s},
        {"such rows of a partition",
            {parent, partitioned, partition, own, u"ALTER TABLE shape.t1 DISABLE TRIGGER ALL"_s, row,
                u"ALTER TABLE shape.t1 ENABLE TRIGGER ALL"_s},
            several({byK, referenceP}), u"foreign-key-violated"_s},
        {"NOT VALID with such rows, to a reference table of the plan", broken + QStringList{notValid},
            several({byK, referenceP})},
        {"NOT VALID with such rows, to a reference table",
            broken + QStringList{notValid, u"SELECT create_reference_table('shape.p')"_s}, byColumn()},
        {"NOT VALID with such rows, to a colocated table", broken + QStringList{notValid},
            several({byK, choice(u"p"_s, Spread::Distributed, u"id"_s)})},
        {"NOT VALID with such rows, between reference tables", broken + QStringList{notValid},
            several({choice(u"t"_s, Spread::Reference), referenceP})},
    };
}

inline QList<Shape> severalTableShapes()
{
    const QStringList shop{u"CREATE TABLE shape.country (id int PRIMARY KEY)"_s,
        u"CREATE TABLE shape.customer (id int PRIMARY KEY)"_s,
        u"CREATE TABLE shape.orders (customer int REFERENCES shape.customer, id int, country int REFERENCES "
        u"shape.country, "
        "PRIMARY KEY (customer, id))"_s,
        u"CREATE TABLE shape.item (customer int, orders int, n int, FOREIGN KEY (customer, orders) REFERENCES shape.orders)"_s,
        u"INSERT INTO shape.country VALUES (1)"_s, u"INSERT INTO shape.customer SELECT generate_series(1, 20)"_s,
        u"INSERT INTO shape.orders SELECT i, i, 1 FROM generate_series(1, 20) i"_s,
        u"INSERT INTO shape.item SELECT i, i, 1 FROM generate_series(1, 20) i"_s};
    const DistributeSettings whole = several(
        {choice(u"item"_s, Spread::Distributed, u"customer"_s), choice(u"orders"_s, Spread::Distributed, u"customer"_s),
            choice(u"customer"_s, Spread::Distributed, u"id"_s), choice(u"country"_s, Spread::Reference)});
    const QStringList byId{u"CREATE TABLE shape.customer (id int PRIMARY KEY)"_s,
        u"CREATE TABLE shape.orders (id int PRIMARY KEY, customer int REFERENCES shape.customer)"_s,
        u"CREATE TABLE shape.item (orders int REFERENCES shape.orders ON DELETE CASCADE, customer int, n int)"_s,
        u"INSERT INTO shape.customer SELECT generate_series(1, 20)"_s,
        u"INSERT INTO shape.orders SELECT i, i FROM generate_series(1, 20) i"_s,
        u"INSERT INTO shape.item SELECT i, i, 1 FROM generate_series(1, 20) i"_s};
    return {
        {"a shop, in the wrong order", shop, whole},
        {"a shop in which each names the one that comes later", shop,
            several({choice(u"item"_s, Spread::Distributed, u"customer"_s, u"none"_s),
                choice(u"orders"_s, Spread::Distributed, u"customer"_s, u"shape.item"_s),
                choice(u"customer"_s, Spread::Distributed, u"id"_s, u"shape.orders"_s),
                choice(u"country"_s, Spread::Reference)})},
        {"a shop with a local table beside it",
            shop
                + QStringList{u"CREATE TABLE shape.note (id int PRIMARY KEY, country int REFERENCES shape.country)"_s,
                    u"CREATE TABLE shape.remark (note int REFERENCES shape.note)"_s},
            whole},
        {"a shop whose local table points both ways",
            shop
                + QStringList{u"CREATE TABLE shape.note (country int REFERENCES shape.country, customer int REFERENCES shape.customer)"_s},
            whole, u"foreign-key-from-local"_s},
        {"a shop without its customers", shop,
            several({choice(u"orders"_s, Spread::Distributed, u"customer"_s), choice(u"country"_s, Spread::Reference)}),
            u"foreign-key-to-local"_s},
        {"a shop whose keys lack the customer", byId,
            several({choice(u"item"_s, Spread::Distributed, u"customer"_s),
                choice(u"orders"_s, Spread::Distributed, u"customer"_s),
                choice(u"customer"_s, Spread::Distributed, u"id"_s)}),
            u"unique-key"_s},
        {"a circle of foreign keys",
            {u"CREATE TABLE shape.p (k int PRIMARY KEY)"_s,
                u"CREATE TABLE shape.t (k int PRIMARY KEY REFERENCES shape.p)"_s, u"INSERT INTO shape.p VALUES (1)"_s,
                u"INSERT INTO shape.t VALUES (1)"_s, u"ALTER TABLE shape.p ADD FOREIGN KEY (k) REFERENCES shape.t"_s},
            several({choice(u"t"_s, Spread::Distributed, u"k"_s), choice(u"p"_s, Spread::Distributed, u"k"_s)}),
            u"foreign-key-circle"_s},
        {"a circle of reference tables",
            {u"CREATE TABLE shape.p (k int PRIMARY KEY)"_s,
                u"CREATE TABLE shape.t (k int PRIMARY KEY REFERENCES shape.p)"_s,
                u"ALTER TABLE shape.p ADD FOREIGN KEY (k) REFERENCES shape.t"_s},
            several({choice(u"t"_s, Spread::Reference), choice(u"p"_s, Spread::Reference)})},
        {"two tables without foreign keys, filled",
            {u"CREATE TABLE shape.a (k int)"_s, u"CREATE TABLE shape.t (k text)"_s,
                u"INSERT INTO shape.a SELECT generate_series(1, 100)"_s,
                u"INSERT INTO shape.t SELECT generate_series(1, 100)"_s},
            several({choice(u"t"_s, Spread::Distributed, u"k"_s), choice(u"a"_s, Spread::Distributed, u"k"_s)})},
        {"a managed table beside a reference table",
            {u"CREATE TABLE shape.p (k int PRIMARY KEY)"_s, u"CREATE TABLE shape.t (k int REFERENCES shape.p)"_s},
            several({choice(u"t"_s, Spread::LocalManaged), choice(u"p"_s, Spread::Reference)})},
    };
}

inline QList<Shape> colocationShapes()
{
    const QString other = u"CREATE TABLE shape.o (k int)"_s;
    const QString distributed = u"SELECT create_distributed_table('shape.o', 'k', shard_count => 3)"_s;
    DistributeSettings counted = byColumn();
    counted.tables.first().shardCount = 7;
    return {
        {"with a table of the same type", {other, distributed, u"CREATE TABLE shape.t (k int)"_s},
            byColumn(u"k"_s, u"shape.o"_s)},
        {"with a table of a wider type",
            {u"CREATE TABLE shape.o (k bigint)"_s, distributed, u"CREATE TABLE shape.t (k int)"_s,
                u"INSERT INTO shape.t SELECT generate_series(1, 10)"_s},
            byColumn(u"k"_s, u"shape.o"_s), u"colocation"_s},
        {"with a table of another collation",
            {u"CREATE TABLE shape.o (k text)"_s, distributed, u"CREATE TABLE shape.t (k text COLLATE \"C\")"_s},
            byColumn(u"k"_s, u"shape.o"_s), u"colocation"_s},
        {"varchar with text",
            {u"CREATE TABLE shape.o (k text)"_s, distributed, u"CREATE TABLE shape.t (k varchar(9))"_s},
            byColumn(u"k"_s, u"shape.o"_s), u"colocation"_s},
        {"a domain with its base type",
            {other, distributed, u"CREATE DOMAIN shape.d AS int"_s, u"CREATE TABLE shape.t (k shape.d)"_s},
            byColumn(u"k"_s, u"shape.o"_s), u"colocation"_s},
        {"with a local table", {other, u"CREATE TABLE shape.t (k int)"_s}, byColumn(u"k"_s, u"shape.o"_s),
            u"colocation"_s},
        {"with a reference table",
            {other, u"SELECT create_reference_table('shape.o')"_s, u"CREATE TABLE shape.t (k int)"_s},
            byColumn(u"k"_s, u"shape.o"_s), u"colocation"_s},
        {"with a table that is not there", {u"CREATE TABLE shape.t (k int)"_s}, byColumn(u"k"_s, u"shape.o"_s),
            u"missing-table"_s},
        {"with none", {u"CREATE TABLE shape.t (k int)"_s}, byColumn(u"k"_s, u"none"_s)},
        {"a shard count of its own", {u"CREATE TABLE shape.t (k int)"_s}, counted},
        {"one node with one node",
            {other, u"SELECT create_distributed_table('shape.o', NULL)"_s, u"CREATE TABLE shape.t (k int)"_s},
            only(choice(u"t"_s, Spread::SingleShard, {}, u"shape.o"_s))},
        {"one node with a distributed table", {other, distributed, u"CREATE TABLE shape.t (k int)"_s},
            only(choice(u"t"_s, Spread::SingleShard, {}, u"shape.o"_s)), u"colocation"_s},
    };
}

inline QList<Shape> schemaShapes()
{
    return {
        {"a schema with foreign keys inside, filled",
            {u"CREATE TABLE shape.p (k int PRIMARY KEY, v int UNIQUE)"_s,
                u"CREATE TABLE shape.t (k int REFERENCES shape.p)"_s, u"INSERT INTO shape.p VALUES (1, 1)"_s,
                u"INSERT INTO shape.t VALUES (1)"_s, u"CREATE VIEW shape.v AS SELECT * FROM shape.t"_s},
            wholeSchema()},
        {"a foreign key out of the schema",
            {u"CREATE TABLE elsewhere.p (k int PRIMARY KEY)"_s,
                u"CREATE TABLE shape.t (k int REFERENCES elsewhere.p)"_s},
            wholeSchema(), u"foreign-key-across-schemas"_s},
        {"a foreign key into the schema",
            {u"CREATE TABLE shape.t (k int PRIMARY KEY)"_s, u"CREATE TABLE elsewhere.c (k int REFERENCES shape.t)"_s},
            wholeSchema(), u"foreign-key-across-schemas"_s},
        {"a foreign key to a reference table elsewhere",
            {u"CREATE TABLE elsewhere.p (k int PRIMARY KEY)"_s, u"SELECT create_reference_table('elsewhere.p')"_s,
                u"CREATE TABLE shape.t (k int REFERENCES elsewhere.p)"_s},
            wholeSchema()},
        {"a schema with a distributed table",
            {u"CREATE TABLE shape.t (k int)"_s, u"SELECT create_distributed_table('shape.t', 'k')"_s}, wholeSchema(),
            u"already-distributed"_s},
        {"a schema with a trigger", {u"CREATE TABLE shape.t (k int)"_s, triggerFunction, trigger}, wholeSchema(),
            u"trigger"_s},
        {"a schema with inheritance",
            {u"CREATE TABLE shape.p (k int)"_s, u"CREATE TABLE shape.t (x int) INHERITS (shape.p)"_s}, wholeSchema(),
            u"inheritance"_s},
        {"a partition in another schema",
            {u"CREATE TABLE shape.t (k int, at date) PARTITION BY RANGE (at)"_s,
                u"CREATE TABLE elsewhere.t1 PARTITION OF shape.t "_s + month},
            wholeSchema(), u"partition-elsewhere"_s},
    };
}

inline QList<Shape> concurrentShapes()
{
    return {
        {"while writes go on",
            {u"CREATE TABLE shape.t (k int PRIMARY KEY, v serial)"_s,
                u"INSERT INTO shape.t SELECT generate_series(1, 500)"_s},
            concurrently()},
        {"while writes go on, without a key", {u"CREATE TABLE shape.t (k int)"_s, u"INSERT INTO shape.t VALUES (1)"_s},
            concurrently()},
        {"while writes go on, partitioned",
            {u"CREATE TABLE shape.t (k int, at date, PRIMARY KEY (k, at)) PARTITION BY RANGE (at)"_s,
                u"CREATE TABLE shape.t1 PARTITION OF shape.t "_s + month,
                u"INSERT INTO shape.t VALUES (1, '2024-01-02')"_s},
            concurrently()},
        {"while writes go on, unlogged", {u"CREATE UNLOGGED TABLE shape.t (k int PRIMARY KEY)"_s}, concurrently(),
            u"unlogged-concurrently"_s},
        {"while writes go on, a key without the column", {u"CREATE TABLE shape.t (k int, id int PRIMARY KEY)"_s},
            concurrently(), u"unique-key"_s},
        {"while writes go on, a row without a value",
            {u"CREATE TABLE shape.t (k int)"_s, u"INSERT INTO shape.t VALUES (NULL)"_s}, concurrently(),
            u"null-values"_s},
        {"while writes go on, a foreign key to a distributed table",
            {u"CREATE TABLE shape.p (k int PRIMARY KEY)"_s, u"SELECT create_distributed_table('shape.p', 'k')"_s,
                u"CREATE TABLE shape.t (k int PRIMARY KEY REFERENCES shape.p)"_s},
            concurrently(), u"foreign-key-concurrently"_s},
        {"while writes go on, a foreign key to a reference table",
            {u"CREATE TABLE shape.p (k int PRIMARY KEY)"_s, u"SELECT create_reference_table('shape.p')"_s,
                u"CREATE TABLE shape.t (k int PRIMARY KEY REFERENCES shape.p)"_s},
            concurrently()},
        {"while writes go on, a foreign key from a local table",
            {u"CREATE TABLE shape.t (k int PRIMARY KEY)"_s, u"CREATE TABLE shape.c (k int REFERENCES shape.t)"_s},
            concurrently(), u"foreign-key-concurrently"_s},
        {"while writes go on, a trigger", {u"CREATE TABLE shape.t (k int PRIMARY KEY)"_s, triggerFunction, trigger},
            concurrently(), u"trigger"_s},
    };
}

} // namespace Shardboard::Testing
