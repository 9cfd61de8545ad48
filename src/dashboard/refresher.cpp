// SPDX-License-Identifier: GPL-3.0-or-later
#include "dashboard/refresher_p.h"

#include "dashboard/zonetime.h"

#include <algorithm>

namespace Shardboard {

using namespace std::chrono_literals;

Refresher::Refresher(Session &session, Clock clock, QObject *parent)
    : QObject(parent), m_impl(std::make_unique<Impl>(this, session, std::move(clock)))
{
}

Refresher::~Refresher() = default;

void Refresher::setDocument(const TrustedDocument &trusted, const QHash<QString, QString> &values)
{
    m_impl->setDocument(trusted.document(), values);
}

void Refresher::setTimeRange(const TimeRange &range)
{
    m_impl->setTimeRange(range);
}

void Refresher::setVariable(const QString &name, const QString &value)
{
    m_impl->setVariable(name, value);
}

void Refresher::setPlotWidth(const QString &panelId, int pixels)
{
    m_impl->setPlotWidth(panelId, pixels);
}

void Refresher::setVisiblePanels(const QSet<QString> &panelIds)
{
    m_impl->setVisiblePanels(panelIds);
}

void Refresher::refresh()
{
    m_impl->refresh();
}

void Refresher::setPaused(bool paused)
{
    m_impl->setPaused(paused);
}

bool Refresher::isPaused() const
{
    return m_impl->isPaused;
}

QString Refresher::pollingReason() const
{
    return m_impl->pollingReason;
}

std::chrono::milliseconds Refresher::pollInterval() const
{
    return m_impl->pollInterval;
}

void Refresher::setPollInterval(std::chrono::milliseconds interval)
{
    m_impl->setPollInterval(interval);
}

const Document &Refresher::document() const
{
    return m_impl->document;
}

TimeRange Refresher::timeRange() const
{
    return m_impl->timeRange;
}

TimeSpan Refresher::span() const
{
    return m_impl->span;
}

QString Refresher::variable(const QString &name) const
{
    const VariableState *state = m_impl->variable(name);
    return state ? state->value : QString();
}

QList<Refresher::Choice> Refresher::choices(const QString &variable) const
{
    const VariableState *state = m_impl->variable(variable);
    return state ? state->choices : QList<Choice>();
}

std::optional<ServerError> Refresher::choicesError(const QString &variable) const
{
    const VariableState *state = m_impl->variable(variable);
    return state ? state->error : std::nullopt;
}

SharedPanelData Refresher::data(const QString &panelId) const
{
    const PanelSlot *slot = m_impl->slot(panelId);
    return slot ? slot->data() : nullptr;
}

Refresher::Impl::Impl(Refresher *refresher, Session &session, Clock clock)
    : m_refresher(refresher), m_session(session), m_clock(std::move(clock)), m_mailbox(Mailbox::create(refresher))
{
    m_timer.setSingleShot(true);
    m_progress.setSingleShot(true);
    QObject::connect(&m_timer, &QTimer::timeout, refresher, [this] { begin(); });
    QObject::connect(&m_poll, &QTimer::timeout, refresher, [this] { newsMissed(); });
    QObject::connect(&m_progress, &QTimer::timeout, refresher, [this] { showProgress(); });
    QObject::connect(&session, &Session::opened, refresher, [this] { opened(); });
    QObject::connect(
        &session, &Session::stateChanged, refresher, [this](Session::State state) { stateChanged(state); });
    QObject::connect(&session, &Session::lost, refresher, [this](const ServerError &error) { linkLost(error); });
    QObject::connect(&session, &Session::failed, refresher, [this](const ServerError &error) { linkLost(error); });
    QObject::connect(&session, &Session::notified, refresher, [this](const Notification &news) { notified(news); });
    QObject::connect(&session, &Session::relistened, refresher, [this] { newsMissed(); });
    session.listen(newsChannel);
}

PanelSlot *Refresher::Impl::slot(const QString &panelId)
{
    const auto found = std::find_if(
        m_slots.begin(), m_slots.end(), [&](const PanelSlot &slot) { return slot.panel().id == panelId; });
    return found == m_slots.end() ? nullptr : &*found;
}

VariableState *Refresher::Impl::variable(const QString &name)
{
    const auto found = std::find_if(m_variables.begin(), m_variables.end(),
        [&](const VariableState &state) { return state.variable().name == name; });
    return found == m_variables.end() ? nullptr : &*found;
}

QTimeZone Refresher::Impl::zone() const
{
    return zoneByName(document.timeZone);
}

void Refresher::Impl::wantAll()
{
    for (PanelSlot &slot : m_slots)
        slot.wantAll();
}

// A timer even for "at once": what one turn of the event loop wishes for becomes one refresh.
void Refresher::Impl::schedule(std::chrono::milliseconds delay)
{
    if (!m_timer.isActive() || m_timer.remainingTimeAsDuration() > delay)
        m_timer.start(delay);
}

/// What the user asks for does not wait behind what nobody wants any more.
void Refresher::Impl::replaceFlight()
{
    if (m_flight) {
        m_flight->handle.cancel();
        for (auto it = m_flight->panels.cbegin(); it != m_flight->panels.cend(); ++it)
            slot(it.key())->wantAll();
        for (VariableState &state : m_variables) {
            state.isDue = state.isDue || state.isUnderWay;
            state.isUnderWay = false;
        }
        m_flight.reset();
        ++m_flightNumber;
        m_progress.stop();
    }
    schedule(0ms);
}

void Refresher::Impl::setDocument(const Document &newDocument, const QHash<QString, QString> &values)
{
    replaceFlight();
    ++m_documentNumber;
    document = newDocument;
    timeRange = document.timeRange;
    m_visible.reset();
    m_catalog = {};
    m_hasCatalog = false;
    m_slots.clear();
    for (const Panel &panel : document.panels)
        m_slots.emplace_back(panel);
    m_variables.clear();
    for (const Variable &each : document.variables) {
        VariableState &state = m_variables.emplace_back(each);
        state.value = values.value(each.name, state.value);
    }
    Q_EMIT m_refresher->timeRangeChanged();
    for (const PanelSlot &each : m_slots)
        noteChange(each);
}

void Refresher::Impl::setTimeRange(const TimeRange &range)
{
    if (range == timeRange)
        return;
    timeRange = range;
    wantAll();
    choicesDependOn(QStringLiteral("from"));
    choicesDependOn(QStringLiteral("to"));
    replaceFlight();
    Q_EMIT m_refresher->timeRangeChanged();
}

void Refresher::Impl::setVariable(const QString &name, const QString &value)
{
    VariableState *state = variable(name);
    if (!state || state->value == value)
        return;
    state->value = value;
    for (PanelSlot &each : m_slots) {
        if (each.sql().variables().contains(name))
            each.wantAll();
    }
    choicesDependOn(name);
    replaceFlight();
    Q_EMIT m_refresher->variableChanged(name);
}

void Refresher::Impl::choicesDependOn(const QString &macro)
{
    for (VariableState &state : m_variables) {
        if (state.hasQuery() && (state.sql().variables().contains(macro) || state.sql().builtIns().contains(macro)))
            state.isDue = true;
    }
}

void Refresher::Impl::setPlotWidth(const QString &panelId, int pixels)
{
    PanelSlot *resized = slot(panelId);
    if (!resized || pixels <= 0 || resized->plotWidth == pixels)
        return;
    resized->plotWidth = pixels;
    if (resized->isDue() || !m_hasCatalog)
        return;
    // Most widths change nothing: steps are few.
    const auto wanted = resized->makeRequest(context());
    const bool isUnderWay = m_flight && m_flight->panels.contains(panelId);
    const auto &asked = isUnderWay ? m_flight->panels.constFind(panelId)->route
        : resized->answered()      ? resized->answered()->route
                                   : Route();
    if (!wanted || wanted->route.stepMilliseconds == asked.stepMilliseconds)
        return;
    resized->wantAll();
    schedule(gatherNews);
}

void Refresher::Impl::setVisiblePanels(const QSet<QString> &panelIds)
{
    m_visible = panelIds;
    schedule(0ms);
}

void Refresher::Impl::refresh()
{
    m_isCatalogDue = true;
    for (VariableState &state : m_variables)
        state.isDue = state.hasQuery();
    wantAll();
    replaceFlight();
}

void Refresher::Impl::setPaused(bool paused)
{
    isPaused = paused;
    if (!paused)
        schedule(0ms);
}

// The session listens before it says that it is open, so what is asked for from here on misses no news. Those of the
// time without a link are lost: all is asked for again.
void Refresher::Impl::opened()
{
    m_isLinkLost = false;
    m_outside.reset(); // it may be another server, or another version of it
    m_refusals.clear();
    refresh();
}

void Refresher::Impl::stateChanged(Session::State state)
{
    if (state == Session::State::Idle && !m_flight && isAnythingDue())
        schedule(gatherNews);
}

void Refresher::Impl::linkLost(const ServerError &error)
{
    m_isLinkLost = true;
    for (PanelSlot &each : m_slots) {
        if (each.panel().kind != Panel::Kind::Text)
            failPanel(each, error);
    }
}

void Refresher::Impl::failPanel(PanelSlot &slot, const ServerError &error)
{
    slot.fail(error);
    noteChange(slot);
}

// Told from a clean stack and once a turn: whoever listens may call back, even with another document.
void Refresher::Impl::noteChange(const PanelSlot &slot)
{
    if (m_changed.isEmpty())
        QMetaObject::invokeMethod(
            m_refresher, [this] { emitChanges(); }, Qt::QueuedConnection);
    if (!m_changed.contains(slot.panel().id))
        m_changed.append(slot.panel().id);
}

void Refresher::Impl::emitChanges()
{
    const QStringList changed = std::exchange(m_changed, {});
    for (const QString &id : changed) {
        if (slot(id))
            Q_EMIT m_refresher->panelChanged(id);
    }
}

} // namespace Shardboard
