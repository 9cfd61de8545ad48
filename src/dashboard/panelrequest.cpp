// SPDX-License-Identifier: GPL-3.0-or-later
#include "dashboard/panelrequest.h"

#include <algorithm>

namespace Shardboard {

namespace {

using namespace Qt::StringLiterals;

Outcome<Source> sourceByName(const Document &document, const QString &name)
{
    const auto found = std::find_if(
        document.sources.begin(), document.sources.end(), [&](const Source &s) { return s.name == name; });
    if (found == document.sources.end())
        return ServerError::usage(u"“%1” is none of the dashboard's sources."_s.arg(name));
    return *found;
}

Outcome<Route> routeTo(const QString &name, const RouteWish &wish, const RequestContext &context)
{
    const auto source = sourceByName(context.document, name);
    return source ? chooseRoute(*source, context.catalog, wish) : source.failure<Route>();
}

/// The source whose buckets the steps are made of: the one the panel names, else the first its SQL does.
QString leadingSource(const QString &named, const SqlTemplate &sql)
{
    if (!named.isEmpty() || sql.sources().isEmpty())
        return named;
    return *std::min_element(sql.sources().begin(), sql.sources().end());
}

/// A further source of the same statement must bear the step of the leading one.
Outcome<Route> routeBeside(const QString &name, const Route &leading, const RequestContext &context)
{
    auto source = sourceByName(context.document, name);
    if (!source)
        return source.failure<Route>();
    Source fitting = *source;
    fitting.levels.removeIf(
        [&](const Source::Level &level) { return leading.stepMilliseconds % (level.bucketSeconds * 1000) != 0; });
    const RouteWish wish{leading.span, 1, true, context.zone};
    return chooseRoute(fitting.levels.isEmpty() ? *source : fitting, context.catalog, wish);
}

struct Filled
{
    Route route;
    QSet<QString> rollups;
    std::optional<qint64> completeUntil; ///< of all that is read, the least
    SqlTemplate::Values values;
};

Outcome<Filled> fill(
    const QString &namedSource, const SqlTemplate &sql, const RouteWish &wish, const RequestContext &context)
{
    Filled filled;
    const QString leading = leadingSource(namedSource, sql);
    if (leading.isEmpty()) {
        filled.route = chooseStep(wish);
    } else {
        const auto route = routeTo(leading, wish, context);
        if (!route)
            return route.failure<Filled>();
        filled.route = *route;
        filled.rollups.insert(route->rollup);
        filled.values.tables.insert(leading, route->table);
    }
    for (const QString &name : sql.sources() - QSet<QString>{leading}) {
        const auto route = routeBeside(name, filled.route, context);
        if (!route)
            return route.failure<Filled>();
        filled.rollups.insert(route->rollup);
        filled.values.tables.insert(name, route->table);
    }
    filled.completeUntil = completeUntilOf(filled.rollups, context.catalog);
    filled.values.variables = context.variables;
    filled.values.from = filled.route.span.begin;
    filled.values.to = filled.route.span.end;
    filled.values.complete = std::min(context.now, filled.completeUntil.value_or(context.now));
    filled.values.stepMilliseconds = filled.route.stepMilliseconds;
    return filled;
}

std::optional<ServerError> missingNeed(const Panel &panel, const Route &route, const SourceCatalog &catalog)
{
    const QSet<QString> columns = catalog.tables.value(route.rollup).columns;
    for (const Need &need : panel.needs) {
        if (!columns.contains(need.column))
            return ServerError::usage(need.otherwise, u"%1 has no column “%2”."_s.arg(route.table, need.column));
    }
    return std::nullopt;
}

Query shapeOf(const SqlTemplate &sql, SqlTemplate::Values values)
{
    values.from = values.to = values.complete = 0;
    return sql.render(values);
}

/// So that whoever looks at the server sees where a statement comes from. The id is made of letters, digits and dashes.
void tag(Query &query, const Document &document)
{
    query.sql.prepend(u"/* shardboard dashboard %1 */ "_s.arg(document.id));
}

} // namespace

Outcome<PanelRequest> requestPanel(
    const Panel &panel, const SqlTemplate &sql, int plotWidth, const RequestContext &context)
{
    const RouteWish wish{
        context.span, pointsFor(panel, plotWidth), panel.kind == Panel::Kind::TimeSeries, context.zone};
    const auto filled = fill(panel.source, sql, wish, context);
    if (!filled)
        return filled.failure<PanelRequest>();
    if (const auto missing = missingNeed(panel, filled->route, context.catalog))
        return *missing;
    PanelRequest request;
    request.route = filled->route;
    request.rollups = filled->rollups;
    request.values = filled->values;
    request.completeUntil = filled->completeUntil;
    request.query = sql.render(filled->values);
    request.shown = describeQuery(request.query);
    request.shape = shapeOf(sql, filled->values);
    tag(request.query, context.document);
    return request;
}

std::optional<PanelRequest> continueRequest(const SqlTemplate &sql, const PanelRequest &whole,
    const PanelRequest &before, qint64 touchedFrom, const RequestContext &context)
{
    const TimeSpan &span = whole.route.span;
    const qint64 step = whole.route.stepMilliseconds;
    const qint64 moved = span.begin - before.route.span.begin;
    if (whole.shape != before.shape || moved < 0 || moved % step != 0)
        return std::nullopt;
    const qint64 changed = std::clamp(std::min(touchedFrom, before.firstOpenMoment()), span.begin, span.end - 1);
    PanelRequest request = whole;
    request.continuedFrom = span.begin + (changed - span.begin) / step * step;
    request.values.from = *request.continuedFrom;
    request.query = sql.render(request.values);
    tag(request.query, context.document);
    return request;
}

std::optional<qint64> completeUntilOf(const QSet<QString> &rollups, const SourceCatalog &catalog)
{
    std::optional<qint64> least;
    for (const QString &rollup : rollups) {
        const auto known = catalog.completeUntil.constFind(rollup);
        if (known != catalog.completeUntil.constEnd())
            least = std::min(*known, least.value_or(*known));
    }
    return least;
}

Outcome<Query> requestChoices(const SqlTemplate &sql, const RequestContext &context)
{
    const RouteWish wish{context.span, 1, false, context.zone};
    const auto filled = fill({}, sql, wish, context);
    if (!filled)
        return filled.failure<Query>();
    Query query = sql.render(filled->values);
    tag(query, context.document);
    return query;
}

} // namespace Shardboard
