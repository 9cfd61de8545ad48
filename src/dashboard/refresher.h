// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dashboard/document.h"
#include "dashboard/paneldata.h"
#include "dashboard/trust.h"

#include <QHash>
#include <QObject>
#include <QSet>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

namespace Shardboard {

class Session;

/// Keeps the panels of one dashboard filled, politely: all due queries in one pipelined round trip, identical ones sent
/// once, hidden panels not at all, at most one refresh under way (a newer wish replaces it and cancels it on the
/// server), and a new one when a rollup says that it moved. Only where no notification can arrive, behind a pooler and
/// on a standby, it refreshes at an interval instead. Lives on the GUI thread with the session it is given (a
/// SessionPurpose::Dashboard one, not owned).
class Refresher : public QObject
{
    Q_OBJECT

public:
    using Clock = std::function<QDateTime()>;

    Refresher(Session &session, Clock clock, QObject *parent = nullptr);
    ~Refresher() override;

    /// Starts over with another document; variables take their defaults, then `values`. The one way for a document's
    /// statements to a server.
    void setDocument(const TrustedDocument &document, const QHash<QString, QString> &values = {});
    void setTimeRange(const TimeRange &range);
    /// An empty value means all.
    void setVariable(const QString &name, const QString &value);
    /// How many points are worth asking for (pixels of a panel's plot), so that the step fits; per panel.
    void setPlotWidth(const QString &panelId, int pixels);
    /// All are visible until this is called. One that comes into view is filled when it has missed something.
    void setVisiblePanels(const QSet<QString> &panelIds);
    /// All visible panels, now; also looks again for rollups and choices.
    void refresh();
    /// While paused, news of rollups wait; what the user asks for is still done.
    void setPaused(bool paused);
    bool isPaused() const;

    /// Why panels are refreshed at an interval and not by notifications; empty: notifications arrive.
    QString pollingReason() const;
    std::chrono::milliseconds pollInterval() const; ///< 30 s unless set
    void setPollInterval(std::chrono::milliseconds interval);

    const Document &document() const;
    TimeRange timeRange() const;
    TimeSpan span() const; ///< as of the last refresh
    QString variable(const QString &name) const;
    struct Choice
    {
        QString value;
        QString label;
    };
    /// Empty as long as they are not known, for a text variable, and when they could not be had: then choicesError()
    /// says why.
    QList<Choice> choices(const QString &variable) const;
    std::optional<ServerError> choicesError(const QString &variable) const;
    SharedPanelData data(const QString &panelId) const; ///< never null for a panel of the document

Q_SIGNALS:
    void panelChanged(const QString &panelId);
    void choicesChanged(const QString &variable);
    void timeRangeChanged();
    void pollingReasonChanged();
    void variableChanged(const QString &name); ///< by setVariable(), or because the first choice is its default
    void refreshStarted();
    void refreshFinished(std::chrono::milliseconds duration);

private:
    class Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace Shardboard
