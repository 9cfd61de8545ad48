// SPDX-License-Identifier: GPL-3.0-or-later
// The refresher's third part: what notifications of rollups make due.
#include "connection/values/sqlquote.h"
#include "dashboard/refresher_p.h"
#include "dashboard/zonetime.h"

#include <QCoreApplication>

#include <algorithm>
#include <utility>

namespace Shardboard {

using namespace std::chrono_literals;

namespace {

constexpr auto newsInterval = 1000ms; // any role may notify, and as often as it likes
constexpr qint64 choicesLifetime = 60'000; // milliseconds before news make choices be asked for again

} // namespace

void Refresher::Impl::newsMissed()
{
    m_isCatalogDue = true;
    wantAll();
    if (!isPaused)
        schedule(newsDelay());
}

void Refresher::Impl::setPollInterval(std::chrono::milliseconds interval)
{
    pollInterval = interval;
    if (!pollingReason.isEmpty())
        m_poll.start(pollInterval);
}

/// Takes the answer to wayOfNewsQuery(). A pooler makes up the process id that it gives its clients; in transaction
/// mode it accepts LISTEN and drops every notification. A standby refuses LISTEN.
void Refresher::Impl::takeWayOfNews(const Outcome<ResultSet> &backend)
{
    if (!backend || backend->rowCount() != 1)
        return; // the next refresh asks again where the link is well
    QString reason;
    if (backend->boolean(0, 1))
        reason = QCoreApplication::translate("Refresher", "This server is a standby, which sends no notifications.");
    else if (backend->integer(0, 0) != m_session.peer().backendPid)
        reason = QCoreApplication::translate(
            "Refresher", "The connection goes through a connection pooler, which may drop notifications.");
    if (reason.isEmpty())
        m_poll.stop();
    else
        m_poll.start(pollInterval);
    if (std::exchange(pollingReason, reason) != reason)
        Q_EMIT m_refresher->pollingReasonChanged();
}

std::chrono::milliseconds Refresher::Impl::newsDelay() const
{
    if (!m_sinceNews.isValid() || m_sinceNews.hasExpired(newsInterval.count()))
        return gatherNews;
    return std::max(gatherNews, newsInterval - std::chrono::milliseconds(m_sinceNews.elapsed()));
}

void Refresher::Impl::notified(const Notification &notification)
{
    if (notification.channel != newsChannel)
        return;
    auto news = parseRollupNews(notification.payload);
    if (news)
        news->rollup = levelInNews(news->rollup);
    if (!news || news->rollup.isEmpty())
        return;
    if (!m_catalog.tables.contains(news->rollup)) {
        m_isCatalogDue = true; // made since we looked
        wantAll();
    }
    if (news->completeUntil)
        m_catalog.completeUntil.insert(news->rollup, *news->completeUntil);
    const auto shown = resolveTimeRange(timeRange, m_clock(), zone());
    bool isAnythingShown = false;
    for (PanelSlot &each : m_slots)
        isAnythingShown = takeNews(each, *news, shown ? *shown : span) || isAnythingShown;
    if (!isAnythingShown)
        return;
    wantStaleChoices();
    if (!isPaused)
        schedule(newsDelay());
}

QString Refresher::Impl::levelInNews(const QString &rollup) const
{
    const QString level = m_catalog.levelOf(rollup);
    const QString bare = parseQualifiedName(rollup).name;
    QString candidate;
    for (const Source &source : document.sources) {
        for (const Source::Level &one : source.levels) {
            if (one.rollup == level)
                return level;
            // Of another schema, made since we looked.
            if (one.rollup == bare && !m_catalog.tables.contains(bare))
                candidate = bare;
        }
    }
    return candidate;
}

/// True when the panel has to ask again.
bool Refresher::Impl::takeNews(PanelSlot &slot, const RollupNews &news, const TimeSpan &shown)
{
    if (slot.panel().kind == Panel::Kind::Text)
        return false;
    if (!slot.answered()) {
        // Nothing to continue: the whole is due already, or failed and may do better now.
        slot.wantAll();
        return true;
    }
    const PanelRequest &before = *slot.answered();
    if (!before.rollups.contains(news.rollup))
        return false;
    if (!news.touched) {
        slot.wantAll();
        return true;
    }
    // Buckets that were open when the panel asked are other ones now that they are closed, touched or not.
    const qint64 begin = std::min(news.touched->begin, before.firstOpenMoment());
    const qint64 end = std::max(news.touched->end, news.completeUntil.value_or(news.touched->end));
    if (shown.overlaps({begin, end})) {
        slot.wantSince(begin);
        return true;
    }
    if (slot.setCompleteUntil(news.completeUntil))
        noteChange(slot);
    return false;
}

void Refresher::Impl::wantStaleChoices()
{
    for (VariableState &state : m_variables) {
        if (state.hasQuery() && now() - state.askedAt > choicesLifetime)
            state.isDue = true;
    }
}

} // namespace Shardboard
