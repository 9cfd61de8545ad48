// SPDX-License-Identifier: GPL-3.0-or-later
#include "dashboard/sourcecatalog.h"

#include "connection/values/sqlquote.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace Shardboard {

namespace {

using namespace Qt::StringLiterals;

QSet<QString> levelNames(const Document &document)
{
    QSet<QString> names;
    for (const Source &source : document.sources) {
        for (const Source::Level &level : source.levels)
            names.insert(level.rollup);
    }
    return names;
}

/// Every level's name with its parts, as a parameter: [{"level", "schema", "name"}].
QByteArray levelsParameter(const Document &document)
{
    QStringList names = levelNames(document).values();
    names.sort();
    QJsonArray levels;
    for (const QString &name : names) {
        const QualifiedName parts = parseQualifiedName(name);
        levels.append(QJsonObject{{u"level"_s, name}, {u"schema"_s, parts.schema}, {u"name"_s, parts.name}});
    }
    return QJsonDocument(levels).toJson(QJsonDocument::Compact);
}

const QString tableColumns = u"quote_ident(n.nspname) || '.' || quote_ident(c.relname),\n"
                             "       (SELECT json_agg(a.attname) FROM pg_attribute AS a\n"
                             "         WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)"_s;

// Finite, and whole milliseconds: what the client counts in.
const QString completeMilliseconds
    = u"CASE WHEN isfinite(s.complete_until) THEN floor(extract(epoch FROM s.complete_until) * 1000)::bigint END"_s;

void takeTables(const ResultSet &answer, QHash<QString, SourceCatalog::Table> &tables)
{
    for (qsizetype row = 0; row < answer.rowCount(); ++row) {
        SourceCatalog::Table table;
        table.name = answer.text(row, 1);
        const QJsonArray columns = QJsonDocument::fromJson(answer.cell(row, 2).toByteArray()).array();
        for (const QJsonValue &column : columns)
            table.columns.insert(column.toString());
        tables.insert(answer.text(row, 0), table);
    }
}

void takeStatus(const ResultSet &answer, int column, QHash<QString, qint64> &completeUntil)
{
    for (qsizetype row = 0; row < answer.rowCount(); ++row) {
        if (!answer.isNull(row, column))
            completeUntil.insert(answer.text(row, 0), answer.integer(row, column));
    }
}

bool isAbsent(const ServerError &error)
{
    // undefined_table, invalid_schema_name: never set up here. insufficient_privilege: set up, but not for this user.
    return error.sqlState == u"42P01" || error.sqlState == u"3F000" || error.sqlState == u"42501";
}

std::optional<qint64> isoTime(const QJsonValue &value)
{
    const QDateTime time = QDateTime::fromString(value.toString(), Qt::ISODateWithMs);
    return time.isValid() ? std::optional(time.toMSecsSinceEpoch()) : std::nullopt;
}

} // namespace

QList<Query> sourceCatalogQueries(const Document &document)
{
    const QByteArray levels = levelsParameter(document);
    const QString tables = u"SELECT l.level, "_s + tableColumns
        + u"\n  FROM json_to_recordset($1::json) AS l(level text, schema text, name text)\n"
          "  JOIN pg_class AS c ON c.relname = l.name AND c.relkind IN ('r', 'p', 'v', 'm', 'f')\n"
          "  JOIN pg_namespace AS n ON n.oid = c.relnamespace\n"
          " WHERE CASE l.schema WHEN '' THEN pg_table_is_visible(c.oid) ELSE n.nspname = l.schema END"_s;
    // By the name it is registered by, or that of its table; else, where nothing is in sight by that name, the only one
    // in the schemas that hold rollups: of a blueprint that was applied to another schema.
    const QString rollups
        = u"WITH l AS (SELECT * FROM json_to_recordset($1::json) AS l(level text, schema text, name text)),\n"
          "g AS MATERIALIZED (\n"
          "SELECT r.name, r.complete_until, t.oid, t.relnamespace\n"
          "  FROM shardboard.rollup_status AS r JOIN pg_class AS t ON t.oid = to_regclass(r.target)),\n"
          "near AS (\n"
          "SELECT l.level, t.oid, count(*) OVER (PARTITION BY l.level) AS namesakes\n"
          "  FROM l JOIN pg_class AS t ON t.relname = l.name AND t.relkind IN ('r', 'p', 'v', 'm', 'f')\n"
          " WHERE l.schema = '' AND to_regclass(quote_ident(l.name)) IS NULL\n"
          "   AND t.relnamespace IN (SELECT g.relnamespace FROM g)\n"
          "   AND NOT EXISTS (SELECT FROM g WHERE g.name = l.level)),\n"
          "s AS (\n"
          "SELECT l.level, g.oid, g.name, g.complete_until FROM l\n"
          "  JOIN g ON g.name = l.level OR (l.schema <> '' AND g.oid = to_regclass(format('%I.%I', l.schema, "
          "l.name)))\n"
          " UNION ALL\n"
          "SELECT near.level, near.oid, coalesce(g.name, near.level), g.complete_until\n"
          "  FROM near LEFT JOIN g USING (oid) WHERE near.namesakes = 1)\n"
          "SELECT s.level, "_s
        + tableColumns + u",\n       "_s + completeMilliseconds
        + u", s.name\n  FROM s\n"
          "  JOIN pg_class AS c ON c.oid = s.oid\n"
          "  JOIN pg_namespace AS n ON n.oid = c.relnamespace"_s;
    return {Query(tables, {levels}), Query(rollups, {levels})};
}

Outcome<SourceCatalog> readSourceCatalog(const Outcome<ResultSet> &tables, const Outcome<ResultSet> &rollups)
{
    if (!tables)
        return tables.failure<SourceCatalog>();
    SourceCatalog catalog;
    takeTables(*tables, catalog.tables);
    if (rollups.isOk()) {
        takeTables(*rollups, catalog.tables);
        takeStatus(*rollups, 3, catalog.completeUntil);
        for (qsizetype row = 0; row < rollups->rowCount(); ++row)
            if (const QString name = rollups->text(row, 4); name != rollups->text(row, 0))
                catalog.registered.insert(rollups->text(row, 0), name);
    } else if (rollups.isCancelled() || !isAbsent(rollups.error())) {
        return rollups.failure<SourceCatalog>();
    }
    return catalog;
}

Query rollupStatusQuery(const Document &document, const SourceCatalog &catalog)
{
    QStringList names = levelNames(document).values();
    names.sort();
    QJsonArray levels;
    for (const QString &name : std::as_const(names))
        levels.append(QJsonObject{{u"level"_s, name}, {u"name"_s, catalog.registered.value(name, name)}});
    return Query(u"SELECT l.level, "_s + completeMilliseconds
            + u"\n  FROM json_to_recordset($1::json) AS l(level text, name text)\n"
              "  JOIN shardboard.rollup_status AS s ON s.name = l.name"_s,
        {QJsonDocument(levels).toJson(QJsonDocument::Compact)});
}

void readRollupStatus(const ResultSet &answer, SourceCatalog &catalog)
{
    takeStatus(answer, 1, catalog.completeUntil);
}

Document inSchema(Document document, const QString &schema)
{
    for (Source &source : document.sources) {
        for (Source::Level &level : source.levels) {
            const QualifiedName name = parseQualifiedName(level.rollup);
            if (name.schema.isEmpty())
                level.rollup = QualifiedName{schema, name.name}.quoted();
        }
    }
    return document;
}

std::optional<RollupNews> parseRollupNews(const QString &payload)
{
    const QJsonObject object = QJsonDocument::fromJson(payload.toUtf8()).object();
    RollupNews news;
    news.rollup = object.value(u"rollup").toString();
    if (news.rollup.isEmpty())
        return std::nullopt;
    const auto from = isoTime(object.value(u"from"));
    const auto to = isoTime(object.value(u"to"));
    if (from && to && *from < *to)
        news.touched = TimeSpan{*from, *to};
    news.completeUntil = isoTime(object.value(u"complete_until"));
    return news;
}

} // namespace Shardboard
