// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/import/duplicatefinder.h"

#include "connection/syncsession.h"

#include <algorithm>

namespace Shardboard {

namespace {

const QString staged = QStringLiteral("pg_temp.shardboard_import");

// An index with a condition, over an expression or with a column that is not loaded says nothing about a row yet.
const QString keysSql = QStringLiteral(R"(
select c.relname, string_agg(a.attname, ', ' order by k.place), string_agg(format('s.%I', a.attname), ', ' order by k.place),
       string_agg(format('t.%1$I = s.%1$I', a.attname), ' and ' order by k.place)
  from pg_index i
  join pg_class c on c.oid = i.indexrelid
  cross join lateral unnest(i.indkey) with ordinality as k(attnum, place)
  join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
  left join pg_attribute b on b.attrelid = to_regclass($2) and b.attname = a.attname
 where i.indrelid = to_regclass($1) and i.indisunique and i.indisvalid and i.indimmediate
   and i.indpred is null and i.indexprs is null and k.place <= i.indnkeyatts
 group by c.relname
having bool_and(b.attnum is not null))");

} // namespace

DuplicateFinder::DuplicateFinder(SyncSession &session, const LoadContext &context)
    : m_session(session), m_context(context)
{
    EncoderSettings settings = context.encoder;
    settings.table = staged;
    m_copyStatement = makeEncoder(settings)->copyStatement();
}

Completion DuplicateFinder::prepare()
{
    const QString make
        = QStringLiteral("CREATE TEMPORARY TABLE shardboard_import ON COMMIT DROP AS SELECT %1 FROM %2 LIMIT 0")
              .arg(m_context.encoder.columns, m_context.encoder.table);
    const QString number
        = QStringLiteral("ALTER TABLE %1 ADD COLUMN shardboard_row bigint GENERATED ALWAYS AS IDENTITY").arg(staged);
    for (const QString &sql : {make, number}) {
        if (const auto made = m_session.run(Query(sql)); !made)
            return made.failure<Nothing>();
    }
    const auto keys = m_session.run(Query(keysSql, {m_context.encoder.table.toUtf8(), staged.toUtf8()}));
    if (!keys)
        return keys.failure<Nothing>();
    for (qsizetype row = 0; row < keys->rowCount(); ++row)
        m_keys << Key{keys->text(row, 0), keys->text(row, 1), keys->text(row, 2), keys->text(row, 3)};
    m_isPrepared = true;
    return Nothing{};
}

Completion DuplicateFinder::stage(QByteArrayView rows)
{
    const auto emptied = m_session.run(Query(QStringLiteral("TRUNCATE %1 RESTART IDENTITY").arg(staged)));
    if (!emptied)
        return emptied.failure<Nothing>();
    const auto copied
        = m_session.copyIn(m_copyStatement, [&rows]() -> Outcome<QByteArrayView> { return takeBlock(rows); });
    return copied ? Completion(Nothing{}) : copied.failure<Nothing>();
}

Completion DuplicateFinder::findInTable(const Key &key, std::vector<Duplicate> &found)
{
    const auto answer
        = m_session.run(Query(QStringLiteral("SELECT DISTINCT s.shardboard_row FROM %1 AS s JOIN %2 AS t ON %3")
                                  .arg(staged, m_context.encoder.table, key.join)));
    if (!answer)
        return answer.failure<Nothing>();
    const QString reason = QStringLiteral("the server refused it: a row with the same %1 is there already (%2)")
                               .arg(key.columns, key.name);
    for (qsizetype row = 0; row < answer->rowCount(); ++row)
        found.push_back({size_t(answer->integer(row, 0) - 1), reason.toUtf8()});
    return Nothing{};
}

Completion DuplicateFinder::findInFile(const Key &key, std::vector<size_t> &found)
{
    const auto answer = m_session.run(Query(QStringLiteral(
        "SELECT shardboard_row FROM (SELECT s.shardboard_row, row_number() OVER (PARTITION BY %2 ORDER BY "
        "s.shardboard_row) AS place FROM %1 AS s WHERE (%2) IS NOT NULL) AS numbered WHERE place > 1")
                                                .arg(staged, key.stagedColumns)));
    if (!answer)
        return answer.failure<Nothing>();
    for (qsizetype row = 0; row < answer->rowCount(); ++row)
        found.push_back(size_t(answer->integer(row, 0) - 1));
    return Nothing{};
}

Outcome<DuplicateFinder::Findings> DuplicateFinder::find(QByteArrayView rows)
{
    Findings found;
    if (m_keys.isEmpty())
        return found;
    if (const auto copied = stage(rows); !copied)
        return copied.failure<Findings>();
    for (const Key &key : std::as_const(m_keys)) {
        if (const auto asked = findInTable(key, found.refused); !asked)
            return asked.failure<Findings>();
        if (const auto asked = findInFile(key, found.later); !asked)
            return asked.failure<Findings>();
    }
    const auto byRow = [](const Duplicate &a, const Duplicate &b) { return a.row < b.row; };
    const auto sameRow = [](const Duplicate &a, const Duplicate &b) { return a.row == b.row; };
    std::stable_sort(found.refused.begin(), found.refused.end(), byRow);
    found.refused.erase(std::unique(found.refused.begin(), found.refused.end(), sameRow), found.refused.end());
    std::sort(found.later.begin(), found.later.end());
    found.later.erase(std::unique(found.later.begin(), found.later.end()), found.later.end());
    std::erase_if(found.later, [&](size_t row) {
        return std::binary_search(found.refused.begin(), found.refused.end(), Duplicate{row, {}}, byRow);
    });
    return found;
}

} // namespace Shardboard
