// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/mailbox.h"
#include "connection/session.h"
#include "dashboard/panelslot.h"
#include "dashboard/refresher.h"
#include "dashboard/variablestate.h"

#include <QElapsedTimer>
#include <QHash>
#include <QSet>
#include <QTimer>

namespace Shardboard {

inline constexpr std::chrono::milliseconds gatherNews{100}; ///< a run in several batches notifies several times
inline const QString newsChannel = QStringLiteral("shardboard_rollup");

/// The refresher's works: wishes are noted at panels and variables, a timer gathers them, and one flight at a time
/// takes all that can be sent to the server and brings the answers back.
class Refresher::Impl
{
public:
    Impl(Refresher *refresher, Session &session, Clock clock);

    // Wishes
    void setDocument(const Document &document, const QHash<QString, QString> &values);
    void setTimeRange(const TimeRange &range);
    void setVariable(const QString &name, const QString &value);
    void setPlotWidth(const QString &panelId, int pixels);
    void setVisiblePanels(const QSet<QString> &panelIds);
    void refresh();
    void setPaused(bool paused);

    // The session's news
    void opened();
    void stateChanged(Session::State state);
    void linkLost(const ServerError &error);
    void notified(const Notification &notification);
    void newsMissed();
    void setPollInterval(std::chrono::milliseconds interval);

    PanelSlot *slot(const QString &panelId);
    VariableState *variable(const QString &name);

    Document document;
    TimeRange timeRange;
    TimeSpan span;
    bool isPaused = false;
    QString pollingReason; ///< empty: notifications arrive
    std::chrono::milliseconds pollInterval = std::chrono::seconds(30);

private:
    using Answer = std::function<void(const Outcome<ResultSet> &)>;
    struct Statement
    {
        Query query;
        Answer answer;
        QHash<QString, PanelRequest> panels; ///< it is for, by id
    };
    /// A pipeline under way. Its panels have not been answered yet.
    struct Flight
    {
        RequestHandle handle;
        QList<Answer> answers;
        QHash<QString, PanelRequest> panels;
    };

    qint64 now() const { return m_clock().toMSecsSinceEpoch(); }
    QTimeZone zone() const;
    RequestContext context() const;
    bool canSend() const;
    std::chrono::milliseconds newsDelay() const;
    bool isVisible(const QString &panelId) const { return !m_visible || m_visible->contains(panelId); }
    void schedule(std::chrono::milliseconds delay);
    void replaceFlight();
    void wantAll();
    void failPanel(PanelSlot &slot, const ServerError &error);
    void noteChange(const PanelSlot &slot);
    void emitChanges();

    // A flight
    void begin();
    bool resolveSpan();
    QList<Statement> gatherStatements();
    bool isAnythingDue() const;
    void addRules(QList<Statement> &statements);
    void takeRules(const Outcome<ResultSet> &functions, const Outcome<ResultSet> &foreignObjects);
    void takeWayOfNews(const Outcome<ResultSet> &backend);
    /// Why the statement may not be sent, if so.
    std::optional<ServerError> refusal(const Query &query);
    void failAll(const ServerError &error);
    void addCatalog(QList<Statement> &statements);
    void addStatus(QList<Statement> &statements);
    void addChoices(QList<Statement> &statements);
    void addPanels(QList<Statement> &statements);
    const VariableState *missingVariable(const PanelSlot &slot) const;
    void send(const QList<Statement> &statements);
    void answered(quint64 flight, qsizetype index, const Outcome<ResultSet> &outcome);
    void landed(quint64 flight);
    void finish();
    void showProgress();

    // Answers
    void takeCatalog(const Outcome<SourceCatalog> &catalog);
    void takeChoices(const QString &name, const Outcome<ResultSet> &rows);
    void takePanels(const QHash<QString, PanelRequest> &requests, const Outcome<ResultSet> &rows);
    void takePanel(PanelSlot &slot, PanelRequest request, const Outcome<ResultSet> &rows);
    void build(const PanelSlot &slot, const PanelRequest &request, const ResultSet &rows);
    void takeBuilt(
        const PanelSlot::Build &input, const PanelSlot::Built &built, quint64 documentNumber, const TimeSpan &shown);

    // News
    /// The level that a rollup in the news is, or may have become; empty when none is.
    QString levelInNews(const QString &rollup) const;
    bool takeNews(PanelSlot &slot, const RollupNews &news, const TimeSpan &shown);
    void wantStaleChoices();
    void choicesDependOn(const QString &macro);

    Refresher *m_refresher;
    Session &m_session;
    Clock m_clock;
    const SharedMailbox m_mailbox; ///< for what worker threads have built
    int m_builds = 0; ///< under way
    quint64 m_documentNumber = 0; ///< what is built for an earlier document is dropped
    std::vector<PanelSlot> m_slots;
    std::vector<VariableState> m_variables;
    std::optional<QSet<QString>> m_visible;
    QStringList m_changed; ///< panels whose change has not been told yet
    std::optional<QSet<QString>> m_outside; ///< functions that may not be called on this server; nothing: not asked yet
    QHash<QString, std::optional<ServerError>> m_refusals; ///< of statements looked at, by their SQL
    SourceCatalog m_catalog;
    bool m_hasCatalog = false;
    bool m_isCatalogDue = false;
    bool m_isLinkLost = false;
    QTimer m_timer; ///< until the next flight
    QTimer m_poll; ///< where no notification arrives
    QTimer m_progress; ///< until a flight counts as slow
    std::optional<Flight> m_flight;
    quint64 m_flightNumber = 0; ///< answers of earlier ones are nobody's any more
    QElapsedTimer m_sinceNews; ///< since the last flight that news of rollups caused
    QElapsedTimer m_duration;
    bool m_isStarted = false; ///< refreshStarted() was said
};

} // namespace Shardboard
