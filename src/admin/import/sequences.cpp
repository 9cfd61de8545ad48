// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/import/sequences.h"

#include "connection/syncsession.h"

#include <QSet>
#include <QtNumeric>

#include <algorithm>

namespace Shardboard {

namespace {

/// A move by at most so many values takes them one by one, which cannot go back behind what another session takes
/// meanwhile. A longer one sets the value: no session takes as many in between.
constexpr qint64 takenOneByOne = 1000;

// Identity columns have their sequence as an internal dependency, serial ones through their default.
const QString sequencesSql = QStringLiteral(R"(
select a.attname, pg_catalog.format('%I.%I', n.nspname, c.relname), s.seqincrement
  from (select d.refobjsubid as number, d.objid as sequence
          from pg_catalog.pg_depend d
         where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
           and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
           and d.refobjid = $1::pg_catalog.regclass and d.deptype = 'i'
         union
        select f.adnum, d.refobjid
          from pg_catalog.pg_attrdef f
          join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass and d.objid = f.oid
           and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
         where f.adrelid = $1::pg_catalog.regclass) as x
  join pg_catalog.pg_class c on c.oid = x.sequence and c.relkind = 'S'
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  join pg_catalog.pg_sequence s on s.seqrelid = c.oid
  join pg_catalog.pg_attribute a on a.attrelid = $1::pg_catalog.regclass and a.attnum = x.number)");

struct Sequence
{
    QString column;
    QString name; ///< quoted
    qint64 increment = 1;
    qint64 next = 0; ///< the value it gives next
    qint64 last = 0; ///< of the column: the largest, or the smallest where the sequence descends
    qint64 steps = 0; ///< until it gives a value past that; 0: it does already
};

QSet<QString> loadedColumns(const ImportTask &task)
{
    static constexpr CheckedKind integers[]{CheckedKind::Int2, CheckedKind::Int4, CheckedKind::Int8};
    QSet<QString> names;
    const auto add = [&](int target) {
        const TargetColumn &column = task.table.columns[target];
        if (std::ranges::find(integers, column.check.kind) != std::end(integers))
            names.insert(column.name);
    };
    for (const auto &field : task.plan.fields) {
        if (field.target)
            add(*field.target);
    }
    for (const auto &constant : task.plan.constants)
        add(constant.target);
    return names;
}

/// Fills in where the sequence and its column are.
Completion measure(SyncSession &session, const QualifiedName &table, Sequence &sequence)
{
    const QString extreme = sequence.increment > 0 ? QStringLiteral("max") : QStringLiteral("min");
    const auto answer = session.run(
        Query(QStringLiteral("SELECT s.last_value, s.is_called, (SELECT pg_catalog.%1(%2) FROM %3) FROM %4 AS s")
                  .arg(extreme, quoteIdentifier(sequence.column), table.quoted(), sequence.name)));
    if (!answer)
        return answer.failure<Nothing>();
    if (answer->isNull(0, 2)) // the table is empty
        return Nothing{};
    sequence.next = answer->integer(0, 0) + (answer->boolean(0, 1) ? sequence.increment : 0);
    sequence.last = answer->integer(0, 2);
    qint64 distance = 0;
    const bool isBehind = sequence.increment > 0 ? sequence.next <= sequence.last : sequence.next >= sequence.last;
    if (isBehind && !qSubOverflow(sequence.last, sequence.next, &distance))
        sequence.steps = distance / sequence.increment + 1;
    return Nothing{};
}

QString setStatement(const Sequence &sequence)
{
    return QStringLiteral("SELECT pg_catalog.setval(%1, %2)")
        .arg(quoteLiteral(sequence.name), QString::number(sequence.next + (sequence.steps - 1) * sequence.increment));
}

QString noteOf(SyncSession &session, const Sequence &sequence, bool moves)
{
    const QString behind
        = QStringLiteral("Sequence %1 is behind column \"%2\": the next value is %3, the column has %4.")
              .arg(sequence.name, sequence.column)
              .arg(sequence.next)
              .arg(sequence.last);
    const QString advice = QStringLiteral(" To move it, run: %1;").arg(setStatement(sequence));
    if (!moves)
        return behind + advice;
    const QString sql = sequence.steps > takenOneByOne
        ? setStatement(sequence)
        : QStringLiteral("SELECT pg_catalog.count(pg_catalog.nextval(%1)) "
                         "FROM pg_catalog.generate_series(1, %2)")
              .arg(quoteLiteral(sequence.name), QString::number(sequence.steps));
    const auto moved = session.run(Query(sql));
    if (moved)
        return QStringLiteral("Sequence %1 moved past the ids of the file: the next value is %2.")
            .arg(sequence.name)
            .arg(sequence.next + sequence.steps * sequence.increment);
    return behind
        + QStringLiteral(" It could not be moved (%1).")
              .arg(moved.isError() ? moved.error().message : QStringLiteral("cancelled"))
        + advice;
}

} // namespace

QStringList catchUpSequences(SyncSession &session, const ImportTask &task)
{
    const QSet<QString> loaded = loadedColumns(task);
    if (loaded.isEmpty())
        return {};
    const auto found = session.run(Query(sequencesSql, {task.table.name.quoted().toUtf8()}));
    if (found.isError())
        return {QStringLiteral("Whether a sequence is behind the loaded ids could not be read: %1")
                    .arg(found.error().message)};
    QStringList notes;
    for (qsizetype row = 0; found && row < found->rowCount(); ++row) {
        Sequence sequence{found->text(row, 0), found->text(row, 1), found->integer(row, 2)};
        if (!loaded.contains(sequence.column))
            continue;
        const auto measured = measure(session, task.table.name, sequence);
        if (measured.isError())
            notes << QStringLiteral("Whether sequence %1 is behind the loaded ids could not be read: %2")
                         .arg(sequence.name, measured.error().message);
        if (measured && sequence.steps > 0)
            notes << noteOf(session, sequence, task.file.settings.movesSequences);
    }
    return notes;
}

} // namespace Shardboard
