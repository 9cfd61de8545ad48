// SPDX-License-Identifier: GPL-3.0-or-later
// The other half of the refresher: one round trip to the server and back.
#include "connection/registrytrust.h"
#include "connection/sqlinspection.h"
#include "dashboard/refresher_p.h"

#include <QThreadPool>

#include <algorithm>

namespace Shardboard {

using namespace std::chrono_literals;

namespace {

using namespace Qt::StringLiterals;

const QString undefinedTable = u"42P01"_s;
constexpr auto slowAfter = 150ms; // a refresh that takes less needs no progress line, which would only flicker

// What a dashboard keeps in memory at most, whatever its queries give: a share of 192 MiB for each statement.
ResultLimits limitsFor(qsizetype statements)
{
    constexpr qsizetype bytesOfAll = 192 << 20;
    constexpr qsizetype bytesOfOne = 32 << 20;
    return {.rows = 100'000, .bytes = std::min(bytesOfOne, bytesOfAll / statements), .cellBytes = 1 << 20};
}

} // namespace

RequestContext Refresher::Impl::context() const
{
    RequestContext context{document, m_catalog, {}, span, now(), zone()};
    for (const VariableState &state : m_variables)
        context.variables.insert(
            state.variable().name, state.value.isEmpty() ? std::nullopt : std::optional(state.value));
    return context;
}

bool Refresher::Impl::canSend() const
{
    const Session::State state = m_session.state();
    return !m_isLinkLost
        && (state == Session::State::Idle || state == Session::State::Busy || state == Session::State::Cancelling);
}

void Refresher::Impl::begin()
{
    if (m_flight || m_builds > 0)
        return; // what comes next goes on from what is being built
    const auto statements = canSend() && resolveSpan() ? gatherStatements() : QList<Statement>();
    if (statements.isEmpty())
        finish();
    else
        send(statements);
}

/// The range of this refresh. One that makes no sense is told by every panel that would have shown it.
bool Refresher::Impl::resolveSpan()
{
    const auto resolved = resolveTimeRange(timeRange, m_clock(), zone());
    if (resolved) {
        span = *resolved;
        return true;
    }
    for (PanelSlot &each : m_slots) {
        if (each.isDue()) {
            each.takeWish();
            failPanel(each, resolved.error());
        }
    }
    return false;
}

QList<Refresher::Impl::Statement> Refresher::Impl::gatherStatements()
{
    QList<Statement> statements;
    const bool isForNews
        = std::any_of(m_slots.begin(), m_slots.end(), [](const PanelSlot &slot) { return slot.isDueForNews(); });
    if (isForNews)
        m_sinceNews.start();
    // Nothing of a document, and nothing in schema shardboard, runs before the server has said what must not.
    if (!m_outside) {
        if (isAnythingDue())
            addRules(statements);
        return statements;
    }
    const bool isCatalogWanted = !document.sources.isEmpty() && (m_isCatalogDue || !m_hasCatalog);
    if (isCatalogWanted)
        addCatalog(statements);
    // Without the catalogue nothing can be routed: the panels come with the next round trip, at once.
    if (!document.sources.isEmpty() && !m_hasCatalog)
        return statements;
    const qsizetype before = statements.size();
    addChoices(statements);
    addPanels(statements);
    if (!document.sources.isEmpty() && !isCatalogWanted && statements.size() > before)
        addStatus(statements);
    return statements;
}

bool Refresher::Impl::isAnythingDue() const
{
    return std::any_of(m_slots.begin(), m_slots.end(), [](const PanelSlot &slot) { return slot.isDue(); })
        || std::any_of(m_variables.begin(), m_variables.end(), [](const VariableState &state) { return state.isDue; });
}

void Refresher::Impl::addRules(QList<Statement> &statements)
{
    const auto functions = std::make_shared<std::optional<Outcome<ResultSet>>>();
    const Answer keep = [functions](const Outcome<ResultSet> &outcome) { *functions = outcome; };
    const Answer take = [this, functions](const Outcome<ResultSet> &outcome) { takeRules(**functions, outcome); };
    statements.append({Query(u"SELECT pg_backend_pid(), pg_is_in_recovery()"_s),
        [this](const Outcome<ResultSet> &outcome) { takeWayOfNews(outcome); }, {}});
    statements.append({volatileFunctionsQuery(), keep, {}});
    statements.append({RegistryTrust::query(), take, {}});
}

void Refresher::Impl::takeRules(const Outcome<ResultSet> &functions, const Outcome<ResultSet> &foreignObjects)
{
    if (functions.isCancelled() || foreignObjects.isCancelled())
        return; // the session was closed
    const Completion trust
        = document.sources.isEmpty() ? Completion(Nothing{}) : RegistryTrust::verdict(foreignObjects);
    if (!functions || !trust) {
        failAll(functions.isError() ? functions.error() : trust.error());
        return;
    }
    m_outside = readOutsideFunctions(*functions);
}

std::optional<ServerError> Refresher::Impl::refusal(const Query &query)
{
    constexpr qsizetype mostRefusals = 1000;
    const auto known = m_refusals.constFind(query.sql);
    if (known != m_refusals.constEnd())
        return *known;
    if (m_refusals.size() >= mostRefusals)
        m_refusals.clear();
    return *m_refusals.insert(query.sql, refuseBeyondReading(inspectSql(query.sql), *m_outside));
}

void Refresher::Impl::failAll(const ServerError &error)
{
    for (PanelSlot &each : m_slots) {
        if (each.isDue()) {
            each.takeWish();
            failPanel(each, error);
        }
    }
    for (VariableState &state : m_variables)
        state.isDue = false;
}

void Refresher::Impl::addCatalog(QList<Statement> &statements)
{
    m_isCatalogDue = false;
    const auto queries = sourceCatalogQueries(document);
    const auto tables = std::make_shared<std::optional<Outcome<ResultSet>>>();
    const Answer keep = [tables](const Outcome<ResultSet> &outcome) { *tables = outcome; };
    const Answer take
        = [this, tables](const Outcome<ResultSet> &outcome) { takeCatalog(readSourceCatalog(**tables, outcome)); };
    statements.append({queries.at(0), keep, {}});
    statements.append({queries.at(1), take, {}});
}

/// In front, so that panels are built knowing how far the rollups are.
void Refresher::Impl::addStatus(QList<Statement> &statements)
{
    // Without an answer nothing is wrong but that nobody knows how far the rollups are.
    const Answer take = [this](const Outcome<ResultSet> &outcome) {
        if (outcome)
            readRollupStatus(*outcome, m_catalog);
    };
    statements.prepend({rollupStatusQuery(document, m_catalog), take, {}});
}

void Refresher::Impl::addChoices(QList<Statement> &statements)
{
    for (VariableState &state : m_variables) {
        if (!state.isDue)
            continue;
        state.isDue = false;
        state.isUnderWay = true;
        state.askedAt = now();
        const QString name = state.variable().name;
        auto query = requestChoices(state.sql(), context());
        if (const auto refused = query ? refusal(*query) : std::nullopt)
            query = *refused;
        if (query) {
            const Answer take = [this, name](const Outcome<ResultSet> &rows) { takeChoices(name, rows); };
            statements.append({*query, take, {}});
            continue;
        }
        state.isUnderWay = false;
        state.error = query.error();
        QMetaObject::invokeMethod(
            m_refresher, [this, name] { Q_EMIT m_refresher->choicesChanged(name); }, Qt::QueuedConnection);
    }
}

const VariableState *Refresher::Impl::missingVariable(const PanelSlot &slot) const
{
    const auto found = std::find_if(m_variables.begin(), m_variables.end(), [&](const VariableState &state) {
        return state.isMissing() && slot.sql().variables().contains(state.variable().name);
    });
    return found == m_variables.end() ? nullptr : &*found;
}

void Refresher::Impl::addPanels(QList<Statement> &statements)
{
    const qsizetype first = statements.size();
    for (PanelSlot &each : m_slots) {
        const QString id = each.panel().id;
        if (!each.isDue() || !isVisible(id) || (isPaused && each.isDueForNews()))
            continue;
        const VariableState *missing = missingVariable(each);
        if (missing && missing->isUnderWay)
            continue; // the first choice will be its value
        auto request = missing ? Outcome<PanelRequest>(
                           ServerError::usage(u"Choose a value for “%1” first."_s.arg(missing->variable().name)))
                               : each.makeRequest(context());
        if (const auto refused = request ? refusal(request->query) : std::nullopt)
            request = *refused;
        each.takeWish();
        if (!request) {
            failPanel(each, request.error());
            continue;
        }
        const auto same = std::find_if(statements.begin() + first, statements.end(),
            [&](const Statement &statement) { return statement.query == request->query; });
        if (same == statements.end())
            statements.append({request->query, {}, {{id, *request}}});
        else
            same->panels.insert(id, *request);
    }
    for (auto it = statements.begin() + first; it != statements.end(); ++it)
        it->answer = [this, panels = it->panels](const Outcome<ResultSet> &rows) { takePanels(panels, rows); };
}

void Refresher::Impl::send(const QList<Statement> &statements)
{
    const quint64 number = ++m_flightNumber;
    QList<Query> queries;
    m_flight.emplace();
    for (const Statement &statement : statements) {
        queries.append(statement.query);
        queries.last().limits = limitsFor(statements.size());
        m_flight->answers.append(statement.answer);
        m_flight->panels.insert(statement.panels);
    }
    m_flight->handle = m_session.runPipeline(
        queries, m_refresher,
        [this, number](qsizetype index, const Outcome<ResultSet> &outcome) { answered(number, index, outcome); },
        [this, number] { landed(number); });
    m_progress.start(slowAfter);
    if (m_isStarted)
        return;
    m_isStarted = true;
    m_duration.start();
    Q_EMIT m_refresher->refreshStarted();
}

void Refresher::Impl::answered(quint64 flight, qsizetype index, const Outcome<ResultSet> &outcome)
{
    if (flight != m_flightNumber || !m_flight)
        return; // replaced meanwhile
    if (outcome.isError() && outcome.error().connectionLost)
        m_isLinkLost = true; // before the session says so
    const Answer answer = m_flight->answers.at(index); // a copy: it may end the flight
    answer(outcome);
}

void Refresher::Impl::landed(quint64 flight)
{
    if (flight != m_flightNumber || !m_flight)
        return;
    m_flight.reset();
    m_progress.stop();
    begin(); // what was wished for meanwhile
}

void Refresher::Impl::finish()
{
    if (!m_isStarted)
        return;
    m_isStarted = false;
    emitChanges();
    Q_EMIT m_refresher->refreshFinished(std::chrono::milliseconds(m_duration.elapsed()));
}

void Refresher::Impl::showProgress()
{
    if (!m_flight)
        return;
    for (auto it = m_flight->panels.cbegin(); it != m_flight->panels.cend(); ++it) {
        PanelSlot *waiting = slot(it.key());
        waiting->setRefreshing(true);
        noteChange(*waiting);
    }
}

void Refresher::Impl::takeCatalog(const Outcome<SourceCatalog> &catalog)
{
    if (catalog) {
        // What was routed by the old one is on its way all the same; it is asked for again where it belongs.
        if (m_hasCatalog && catalog->tables != m_catalog.tables)
            wantAll();
        m_catalog = *catalog;
        m_hasCatalog = true;
        return;
    }
    if (m_hasCatalog || catalog.isCancelled())
        return; // the known one still serves; what has gone from the server fails where it is read
    failAll(catalog.error());
}

void Refresher::Impl::takeChoices(const QString &name, const Outcome<ResultSet> &rows)
{
    VariableState &state = *variable(name);
    state.isUnderWay = false;
    if (rows.isCancelled())
        return;
    state.error = rows.isError() ? std::optional(rows.error()) : std::nullopt;
    const bool isChosen = rows && state.takeChoices(*rows);
    Q_EMIT m_refresher->choicesChanged(name);
    if (isChosen)
        Q_EMIT m_refresher->variableChanged(name);
}

void Refresher::Impl::takePanels(const QHash<QString, PanelRequest> &requests, const Outcome<ResultSet> &rows)
{
    for (auto it = requests.cbegin(); it != requests.cend(); ++it) {
        m_flight->panels.remove(it.key());
        takePanel(*slot(it.key()), it.value(), rows);
    }
}

void Refresher::Impl::takePanel(PanelSlot &slot, PanelRequest request, const Outcome<ResultSet> &rows)
{
    if (!rows)
        noteChange(slot);
    if (rows.isCancelled()) {
        // Not by us, who drop what we cancel: the session was closed.
        slot.setRefreshing(false);
        slot.wantAll();
        return;
    }
    if (rows.isError()) {
        slot.fail(rows.error());
        if (rows.error().sqlState == undefinedTable)
            m_isCatalogDue = true; // a table that was there has gone, or moved
        return;
    }
    request.completeUntil = completeUntilOf(request.rollups, m_catalog); // the status came with this very answer
    build(slot, request, *rows);
}

// Merging and reading rows takes time where there are many: not on the thread that draws.
void Refresher::Impl::build(const PanelSlot &slot, const PanelRequest &request, const ResultSet &rows)
{
    ++m_builds;
    const auto input = std::make_shared<PanelSlot::Build>(slot.startBuild(request, rows));
    QThreadPool::globalInstance()->start([this, input, mailbox = m_mailbox, number = m_documentNumber, shown = span] {
        const auto built = std::make_shared<PanelSlot::Built>(PanelSlot::build(*input));
        mailbox->post([this, input, built, number, shown] { takeBuilt(*input, *built, number, shown); });
    });
}

void Refresher::Impl::takeBuilt(
    const PanelSlot::Build &input, const PanelSlot::Built &built, quint64 documentNumber, const TimeSpan &shown)
{
    --m_builds;
    PanelSlot *found = documentNumber == m_documentNumber ? slot(input.panel.id) : nullptr; // another one by now
    if (found) {
        found->succeed(input.request, built, shown, now());
        noteChange(*found);
    }
    if (m_builds == 0 && !m_flight)
        begin();
}

} // namespace Shardboard
