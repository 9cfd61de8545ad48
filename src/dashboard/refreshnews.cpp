// SPDX-License-Identifier: GPL-3.0-or-later
// The refresher's third part: what notifications of rollups make due.
#include "connection/values/sqlquote.h"
#include "dashboard/refresher_p.h"
#include "dashboard/zonetime.h"

#include <algorithm>

namespace Shardboard {

using namespace std::chrono_literals;

namespace {

constexpr auto gatherNews = 100ms; // a run in several batches notifies several times
constexpr auto newsInterval = 1000ms; // any role may notify, and as often as it likes
constexpr qint64 choicesLifetime = 60'000; // milliseconds before news make choices be asked for again
const QString newsChannel = QStringLiteral("shardboard_rollup");

} // namespace

void Refresher::Impl::newsMissed()
{
    m_isCatalogDue = true;
    wantAll();
    if (!isPaused)
        schedule(newsDelay());
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
