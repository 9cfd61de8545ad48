// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dashboard/paneldata.h"
#include "dashboard/panelrequest.h"

#include <functional>
#include <optional>

namespace Shardboard {

/// One panel on a refresher's list: what it shows, what that came from, and what it waits for.
class PanelSlot
{
public:
    explicit PanelSlot(const Panel &panel);

    const Panel &panel() const { return m_panel; }
    const SqlTemplate &sql() const { return m_sql; }
    SharedPanelData data() const { return m_data; }
    int plotWidth = 600; ///< pixels; until the panel has been laid out

    /// Asks for all of it, or for what moved since a moment on.
    void wantAll();
    void wantSince(qint64 moment);
    bool isDue() const { return m_wish != Wish::Nothing; }
    bool isDueForNews() const { return m_wish == Wish::News; }
    void takeWish() { m_wish = Wish::Nothing; } ///< it is on its way

    /// What to send for the wish.
    Outcome<PanelRequest> makeRequest(const RequestContext &context) const;
    /// Of the last answer, when that was a good one.
    const std::optional<PanelRequest> &answered() const { return m_answered; }

    /// What an answer becomes, on its way to a worker thread.
    struct Build
    {
        Panel panel;
        PanelRequest request;
        ResultSet shown; ///< rows behind what is shown, for an answer that continues it
        ResultSet fresh;
    };
    struct Built
    {
        Outcome<PanelData> data;
        ResultSet rows; ///< all of them, where there is data
    };
    Build startBuild(const PanelRequest &request, const ResultSet &rows) const;
    /// Any thread.
    static Built build(const Build &input);
    void succeed(const PanelRequest &request, const Built &built, const TimeSpan &span, qint64 now);
    /// What was shown stays, as stale.
    void fail(const ServerError &error);
    void setRefreshing(bool isRefreshing);
    /// False when that is what the panel says already.
    bool setCompleteUntil(std::optional<qint64> completeUntil);

private:
    enum class Wish { Nothing, News, All };

    void change(const std::function<void(PanelData &)> &edit);

    Panel m_panel;
    SqlTemplate m_sql;
    std::optional<ServerError> m_sqlError; ///< of a document that was not checked
    SharedPanelData m_data;
    Wish m_wish = Wish::All;
    qint64 m_newsFrom = 0;
    std::optional<PanelRequest> m_answered;
    ResultSet m_rows; ///< behind the data, all of them
};

} // namespace Shardboard
