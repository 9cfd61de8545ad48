// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMainWindow>

class QStackedWidget;

namespace Shardboard {

class Banner;
class ConnectionBook;
class ConnectionController;
class IoThread;
class RunningWork;
class Sidebar;
class StartPage;
class StatusStrip;
class WindowActions;
struct WizardContext;
enum class Command;
struct Profile;

/// What the window is built on; everything outlives it.
struct WorkbenchParts
{
    IoThread &io;
    ConnectionBook &book;
    ConnectionController &connection;
    RunningWork &work;
};

/// The window: sidebar, the pages in the middle, the banner above and the status strip below them, menus and keys.
class MainWindow final : public QMainWindow
{
    Q_OBJECT

public:
    enum Page { Start, Dashboards };

    explicit MainWindow(const WorkbenchParts &parts);
    ~MainWindow() override;

    StartPage &startPage() { return *m_start; }
    void goTo(Page page);

protected:
    void closeEvent(QCloseEvent *event) override;

private:
    void setupPages();
    void setupActions();
    void setupConnection();
    void restoreWindow();
    void saveWindow() const;
    void perform(Command command);
    void chooseTheme(Command command);
    void toggleFullScreen();
    void showLink();
    void askPassword(const Profile &profile, const QString &refusal);
    WizardContext wizardContext() const;
    void setUpBlueprint(const QString &name);
    void importFile();
    void editProfile(const Profile &profile);
    void saveProfile(const Profile &profile, bool connectNow);

    WorkbenchParts m_parts;
    WindowActions *m_actions;
    QWidget *m_stripe;
    Sidebar *m_sidebar;
    Banner *m_banner;
    QStackedWidget *m_pages;
    StartPage *m_start;
    StatusStrip *m_status;
};

} // namespace Shardboard
