// SPDX-License-Identifier: GPL-3.0-or-later
#include "dashboard/panelslot.h"

#include "dashboard/panelbuilder.h"

#include <algorithm>

namespace Shardboard {

PanelSlot::PanelSlot(const Panel &panel) : m_panel(panel)
{
    auto data = std::make_shared<PanelData>();
    if (panel.kind == Panel::Kind::Text) {
        data->state = PanelData::State::Ready;
        m_wish = Wish::Nothing;
    }
    m_data = data;
    auto sql = SqlTemplate::parse(panel.sql);
    if (sql)
        m_sql = std::move(sql).value();
    else
        m_sqlError = sql.error();
}

void PanelSlot::wantAll()
{
    if (m_panel.kind != Panel::Kind::Text)
        m_wish = Wish::All;
}

void PanelSlot::wantSince(qint64 moment)
{
    if (m_wish == Wish::All || m_panel.kind == Panel::Kind::Text)
        return;
    m_newsFrom = m_wish == Wish::News ? std::min(m_newsFrom, moment) : moment;
    m_wish = Wish::News;
}

Outcome<PanelRequest> PanelSlot::makeRequest(const RequestContext &context) const
{
    if (m_sqlError)
        return *m_sqlError;
    const auto whole = requestPanel(m_panel, m_sql, plotWidth, context);
    if (!whole || m_wish != Wish::News || !m_panel.incremental || !m_answered)
        return whole;
    const auto rest = continueRequest(m_sql, *whole, *m_answered, m_newsFrom, context);
    return rest ? Outcome<PanelRequest>(*rest) : whole;
}

void PanelSlot::change(const std::function<void(PanelData &)> &edit)
{
    auto data = std::make_shared<PanelData>(*m_data);
    edit(*data);
    m_data = data;
}

PanelSlot::Build PanelSlot::startBuild(const PanelRequest &request, const ResultSet &rows) const
{
    return {m_panel, request, m_rows, rows};
}

PanelSlot::Built PanelSlot::build(const Build &input)
{
    const PanelRequest &request = input.request;
    Outcome<ResultSet> all = input.fresh;
    if (request.continuedFrom)
        all = mergeRows(
            input.shown, input.fresh, input.panel.timeColumn, {request.route.span.begin, *request.continuedFrom});
    if (!all)
        return {all.failure<PanelData>(), {}};
    return {buildPanelData(input.panel, *all, request.route.stepMilliseconds), *all};
}

void PanelSlot::succeed(const PanelRequest &request, const Built &built, const TimeSpan &span, qint64 now)
{
    if (!built.data) {
        fail(built.data.error());
        change([&](PanelData &data) { data.sql = request.shown; });
        return;
    }
    auto data = std::make_shared<PanelData>(*built.data);
    data->span = span;
    data->completeUntil = request.completeUntil;
    data->updatedAt = now;
    data->routedTo = request.route.rollup;
    data->sql = request.shown;
    m_data = data;
    m_rows = built.rows;
    // A part cannot be continued where rows were left out.
    m_answered = built.rows.hasMoreRows ? std::nullopt : std::optional(request);
}

void PanelSlot::fail(const ServerError &error)
{
    m_answered.reset(); // news may have been missed: nothing to continue
    change([&](PanelData &data) {
        data.state = data.updatedAt > 0 ? PanelData::State::Stale : PanelData::State::Failed;
        data.isRefreshing = false;
        data.error = error;
    });
}

void PanelSlot::setRefreshing(bool isRefreshing)
{
    change([&](PanelData &data) { data.isRefreshing = isRefreshing; });
}

bool PanelSlot::setCompleteUntil(std::optional<qint64> completeUntil)
{
    if (m_data->completeUntil == completeUntil || m_data->updatedAt == 0)
        return false;
    change([&](PanelData &data) { data.completeUntil = completeUntil; });
    return true;
}

} // namespace Shardboard
