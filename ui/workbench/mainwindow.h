// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/common/theme.h"
#include "ui/workbench/workbenchparts.h"

#include <QMainWindow>

class QStackedWidget;

namespace Shardboard {

class Banner;
class DemoCard;
class ProfileDialogs;
class ServerPages;
class Sidebar;
class StartPage;
class StatusStrip;
class WindowActions;
class WizardOpener;
class Workspace;
struct Profile;

/// The window: sidebar, the pages in the middle, the banner above and the status strip below them, menus and keys.
class MainWindow final : public QMainWindow
{
    Q_OBJECT

public:
    enum Page { Start, Dashboards, Tables, Cluster, Jobs };
    Q_ENUM(Page)

    explicit MainWindow(const WorkbenchParts &parts);
    ~MainWindow() override;

    StartPage &startPage() { return *m_start; }
    Workspace &workspace() { return *m_workspace; }
    /// Leaves the present server, after asking about what is unsaved, and goes to another.
    void connectTo(const Profile &profile);
    /// Opened as soon as there is a connection; an id of the library, or a file.
    void openWhenConnected(const QStringList &ids, const QStringList &files);
    /// Full screen and nothing but the dashboard, once there is one.
    void goKioskWhenConnected();
    void goTo(Page page);
    /// Nothing is unsaved, and no work is running that the user should decide about.
    bool mayEndUnasked() const;

protected:
    void closeEvent(QCloseEvent *event) override;

private:
    void setupPages();
    void setupCentre();
    void setupActions();
    void setupViewActions();
    void setupConnection();
    void setupWorkspace();
    void setupDemo();
    void setupWizards();
    void setupServerPages();
    void checkTransport();
    void afterConnecting();
    void leaveServer();
    void lookForPipelines();
    void restoreWindow();
    void saveWindow() const;
    void disconnectFromServer();
    void chooseTheme(Theme::Mode mode);
    void setFullScreen(bool isFull);
    void refreshCurrent();
    void goToAnything();
    void closeCurrent();
    void confirmStopping(const QStringList &titles);
    void showLink();
    void showTransport();
    void enableActions();

    WorkbenchParts m_parts;
    QStringList m_waitingIds;
    QStringList m_waitingFiles;
    bool m_wantsKiosk = false;
    bool m_mayClose = false;
    bool m_mayStopWork = false; ///< the user has agreed that it is cut off
    WindowActions *m_actions;
    WizardOpener *m_wizards;
    ProfileDialogs *m_profiles;
    QWidget *m_stripe;
    Sidebar *m_sidebar;
    Banner *m_transport; ///< as long as the way to the server is not safe
    Banner *m_banner;
    QStackedWidget *m_pages;
    StartPage *m_start;
    DemoCard *m_demoCard;
    Workspace *m_workspace;
    ServerPages *m_serverPages;
    StatusStrip *m_status;
};

} // namespace Shardboard
