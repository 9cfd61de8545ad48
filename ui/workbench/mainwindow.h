// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMainWindow>

class QStackedWidget;

namespace Shardboard {

class Banner;
class DemoCard;
class ConnectionBook;
class ConnectionController;
class IoThread;
class DemoController;
class Library;
class RunningWork;
class SampleController;
class Sidebar;
class StartPage;
class StatusStrip;
class WindowActions;
class Workspace;
struct WizardContext;
enum class Command;
struct Profile;

/// What the window is built on; everything outlives it.
struct WorkbenchParts
{
    IoThread &io;
    ConnectionBook &book;
    ConnectionController &connection;
    Library &library;
    RunningWork &work;
    SampleController &sample;
    DemoController &demo;
};

/// The window: sidebar, the pages in the middle, the banner above and the status strip below them, menus and keys.
class MainWindow final : public QMainWindow
{
    Q_OBJECT

public:
    enum Page { Start, Dashboards };
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

protected:
    void closeEvent(QCloseEvent *event) override;

private:
    void setupPages();
    void setupActions();
    void setupConnection();
    void setupWorkspace();
    void setupDemo();
    void afterConnecting();
    void lookForPipelines();
    void restoreWindow();
    void saveWindow() const;
    void perform(Command command);
    void chooseTheme(Command command);
    void setFullScreen(bool isFull);
    void refreshCurrent();
    void showLink();
    void askPassword(const Profile &profile, const QString &refusal);
    WizardContext wizardContext() const;
    void setUpBlueprint(const QString &name);
    void importFile();
    void showSampleDialog();
    void editProfile(const Profile &profile);
    void saveProfile(const Profile &profile, bool connectNow);

    WorkbenchParts m_parts;
    QStringList m_waitingIds;
    QStringList m_waitingFiles;
    bool m_wantsKiosk = false;
    bool m_mayClose = false;
    WindowActions *m_actions;
    QWidget *m_stripe;
    Sidebar *m_sidebar;
    Banner *m_banner;
    QStackedWidget *m_pages;
    StartPage *m_start;
    DemoCard *m_demoCard;
    Workspace *m_workspace;
    StatusStrip *m_status;
};

} // namespace Shardboard
