// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/outcome.h"
#include "connection/values/query.h"
#include "connection/values/resultset.h"
#include "dashboard/document.h"

#include <QHash>
#include <QSet>

#include <optional>

namespace Shardboard {

/// What of a document's sources a server has.
struct SourceCatalog
{
    struct Table
    {
        QString name; ///< schema and name, quoted for SQL
        QSet<QString> columns;
        bool operator==(const Table &) const = default;
    };
    QHash<QString, Table> tables; ///< of each level that is there, by Source::Level::rollup
    QHash<QString, qint64> completeUntil; ///< of each registered rollup that has it; milliseconds since 1970-01-01 UTC
    /// Levels that are registered under another name: a level without a schema finds the only rollup of its name in
    /// whichever schema, one with a schema that of its table.
    QHash<QString, QString> registered;

    /// The level that a registered rollup is; its own name where it is none.
    QString levelOf(const QString &rollup) const { return registered.key(rollup, rollup); }
    bool operator==(const SourceCatalog &) const = default;
};

/// Two statements for one pipeline: levels that are tables by that name, and levels that are registered rollups.
QList<Query> sourceCatalogQueries(const Document &document);
/// A registered rollup wins over a table of its name. A server without Shardboard's schema has no registered ones; any
/// other error is the outcome.
Outcome<SourceCatalog> readSourceCatalog(const Outcome<ResultSet> &tables, const Outcome<ResultSet> &rollups);

/// How far the rollups of the document are, for each refresh: cheaper than the whole catalogue.
Query rollupStatusQuery(const Document &document, const SourceCatalog &catalog);
/// Takes the answer in; one that failed because there is no such schema leaves everything as it is.
void readRollupStatus(const ResultSet &answer, SourceCatalog &catalog);

/// The document over the rollups of one schema: every level that names none gets it.
Document inSchema(Document document, const QString &schema);

/// What a rollup's run tells on channel shardboard_rollup.
struct RollupNews
{
    QString rollup;
    std::optional<TimeSpan> touched; ///< nothing: anywhere
    std::optional<qint64> completeUntil;
};
/// Nothing for a payload that names no rollup.
std::optional<RollupNews> parseRollupNews(const QString &payload);

} // namespace Shardboard
