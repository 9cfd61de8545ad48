// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/outcome.h"
#include "connection/values/query.h"
#include "dashboard/document.h"
#include "dashboard/routing.h"
#include "dashboard/sourcecatalog.h"
#include "dashboard/sqltemplate.h"

#include <QHash>
#include <QTimeZone>

#include <optional>

namespace Shardboard {

/// What a panel's SQL, a variable's too, is filled from.
struct RequestContext
{
    const Document &document;
    const SourceCatalog &catalog;
    QHash<QString, std::optional<QString>> variables; ///< nullopt: all
    TimeSpan span;
    qint64 now = 0; ///< milliseconds since 1970-01-01 UTC
    QTimeZone zone;
};

/// One statement for one panel, and what it takes to continue it later.
struct PanelRequest
{
    Query query; ///< to be sent
    QString shown; ///< the statement over the whole span, for Show SQL
    Route route;
    QSet<QString> rollups; ///< every level it reads
    SqlTemplate::Values values; ///< the query was made of
    std::optional<qint64> completeUntil; ///< what is known of it
    Query shape; ///< the statement without its times: as long as it stays, answers go together
    std::optional<qint64> continuedFrom; ///< only rows from here on are asked for; the earlier ones are shown already

    /// Buckets from here on may differ from what an answer to this request says, even when no run touched them.
    qint64 firstOpenMoment() const { return std::min(values.complete, route.span.end); }
};

/// What to ask for a panel. An error, said in the panel, when no source is there or a needed column is missing.
Outcome<PanelRequest> requestPanel(
    const Panel &panel, const SqlTemplate &sql, int plotWidth, const RequestContext &context);

/// The same request cut to what may have changed since `before` was answered, given where runs touched first. Nothing
/// when the answers would not go together, so that the whole must be asked for.
std::optional<PanelRequest> continueRequest(const SqlTemplate &sql, const PanelRequest &whole,
    const PanelRequest &before, qint64 touchedFrom, const RequestContext &context);

/// Up to where all of these rollups are complete, as far as that is known.
std::optional<qint64> completeUntilOf(const QSet<QString> &rollups, const SourceCatalog &catalog);

/// Choices of a variable. An error when a source it names is not there.
Outcome<Query> requestChoices(const SqlTemplate &sql, const RequestContext &context);

} // namespace Shardboard
