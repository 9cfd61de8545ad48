// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/workbench/dashboardtab.h"

#include <QTabWidget>

#include <functional>
#include <optional>

namespace Shardboard {

class DashboardsPage;
class UntrustedTab;

/// The tabs in the middle: the list of dashboards, and those that are open. Which are open is remembered per
/// connection.
class Workspace final : public QTabWidget
{
    Q_OBJECT

public:
    Workspace(const Library &library, TrustStore &trust, QWidget *parent = nullptr);

    /// Opens what was open when this connection (`key`) was last left. `target` says where, for people.
    void attach(Server &server, const QString &key, const QString &target);
    /// Remembers what is open and closes it; unsaved changes are gone, so confirmLeave() first.
    void detach();
    void openDashboard(const QString &id);
    /// The dashboard over the rollups of that schema, a copy of its own unless it is public.
    void openForSchema(const QString &id, const QString &schema);
    void openFile(const QString &path);
    /// What the command line said, for the dashboards opened from now on.
    void setStartValues(const std::optional<TimeRange> &range, const QHash<QString, QString> &variables);
    DashboardsPage &listPage() { return *m_list; }
    DashboardTab *currentTab() const;
    QList<DashboardTab *> tabs() const;
    /// Those that wait to be approved.
    QList<UntrustedTab *> untrustedTabs() const;
    void closeCurrent();
    bool hasUnsavedChanges() const;
    /// Runs `leave` at once when nothing is unsaved, else when the user has saved or given the changes up.
    void confirmLeave(std::function<void()> leave);

Q_SIGNALS:
    void fullScreenRequested(bool isFullScreen);
    void connectionNeeded(); ///< a dashboard was to be opened while there is no server
    void failed(const Shardboard::ServerError &error, const QString &title);

private:
    void open(const DashboardSource &source, const Outcome<Document> &document);
    bool goToOpen(const DashboardSource &source);
    void openTrusted(const DashboardSource &source, const TrustedDocument &trusted, int index);
    void askToTrust(const DashboardSource &source, const Document &document);
    void closeTab(int index);
    void askAbout(const QList<DashboardTab *> &modified, std::function<void()> leave);
    void remember();
    void restore();
    void showTitle(DashboardTab *tab);

    const Library &m_library;
    TrustStore &m_trust;
    DashboardsPage *m_list;
    Server *m_server = nullptr;
    QString m_key;
    QString m_target;
    std::optional<TimeRange> m_range;
    QHash<QString, QString> m_variables;
};

} // namespace Shardboard
