// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dashboard/refresher.h"
#include "ui/dashboard/dashboardbar.h"
#include "ui/dashboard/dashboardeditor.h"

#include <QTimer>
#include <QWidget>

class QScrollArea;

namespace Shardboard {

class DashboardCanvas;
class ElidedLabel;
class ErrorView;
class Session;

/// A dashboard as a page: bar, panels, and a foot that says how fresh they are. Reads through the session it is given
/// (a SessionPurpose::Dashboard one that outlives it, opened by its owner), only while it is on screen. Saving is the
/// owner's: it gets the document by signal and answers with markSaved() or showError().
class DashboardView final : public QWidget
{
    Q_OBJECT

public:
    using Clock = Refresher::Clock;

    /// `variables` override the document's defaults.
    DashboardView(Session &session, const TrustedDocument &trusted, const QHash<QString, QString> &variables = {},
        QWidget *parent = nullptr, Clock clock = &QDateTime::currentDateTimeUtc);
    ~DashboardView() override;

    const Document &document() const { return m_editor.document(); }
    bool isModified() const { return m_editor.isModified(); }
    bool isEditing() const { return m_isEditing; }
    bool isKiosk() const { return m_isKiosk; }
    DashboardCanvas &canvas() { return *m_canvas; }
    DashboardBar &bar() { return *m_bar; }
    DashboardEditor &editor() { return m_editor; }
    const DashboardActions &actions() const { return m_actions; }
    Refresher &refresher() { return m_refresher; }
    QString freshness() const;

    /// Starts a new history of zooms.
    void setTimeRange(const TimeRange &range);
    void markSaved();
    /// Above the panels, until the next success: `title` says what did not happen.
    void showError(const QString &title, const ServerError &error);
    /// Nothing but panels: the bar goes, Esc brings it back.
    void setKiosk(bool isKiosk);

public Q_SLOTS:
    void refresh();
    void zoomTo(const Shardboard::TimeSpan &span);
    void zoomOut(); ///< to where the last zoom came from; without one to twice the span
    void setPaused(bool isPaused);
    void setEditing(bool isEditing);

Q_SIGNALS:
    void saveRequested(const Shardboard::Document &document);
    void saveCopyRequested(const Shardboard::Document &document);
    void titleChanged(const QString &title);
    void modifiedChanged(bool isModified);
    void fullScreenRequested(bool isFullScreen);

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void setupLayout();
    void setupActions();
    void setupCanvas();
    void setupRefresher();
    void takeDocument(const Document &document);
    void tellVisiblePanels();
    void showLink();
    void showTimeRange();
    void showVariable(const QString &name);
    void showFreshness();
    void askPanelTitle(const QString &panelId);
    void askDashboardTitle();
    void toggleAlone(const QString &panelId);
    void requestSave();
    void exportPicture();
    void exportCsv();
    QTimeZone zone() const;

    Session &m_session;
    Clock m_clock;
    Refresher m_refresher;
    DashboardEditor m_editor;
    DashboardActions m_actions;
    DashboardBar *m_bar;
    ErrorView *m_error;
    QScrollArea *m_scroll;
    DashboardCanvas *m_canvas;
    ElidedLabel *m_foot;
    QTimer m_footTimer;
    QList<TimeRange> m_zooms; ///< where each zoom came from, the latest last
    TrustedDocument m_start; ///< what runs: edits move and name panels, their statements stay
    QHash<QString, QString> m_startValues;
    bool m_isStarted = false;
    bool m_isEditing = false;
    bool m_isKiosk = false;
};

} // namespace Shardboard
