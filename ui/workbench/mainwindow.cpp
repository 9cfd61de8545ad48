// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/workbench/mainwindow.h"

#include "admin/blueprint.h"
#include "admin/job.h"
#include "admin/rollup.h"
#include "connection/secretstore.h"
#include "connection/server.h"
#include "connection/syncsession.h"
#include "ui/common/messagebox.h"
#include "ui/common/serverpage.h"
#include "ui/common/theme.h"
#include "ui/connection/connectionbook.h"
#include "ui/connection/connectioncontroller.h"
#include "ui/connection/democard.h"
#include "ui/connection/pastebox.h"
#include "ui/connection/startpage.h"
#include "ui/wizards/wizardcontext.h"
#include "ui/workbench/aboutdialog.h"
#include "ui/workbench/banner.h"
#include "ui/workbench/commandpalette.h"
#include "ui/workbench/dashboardspage.h"
#include "ui/workbench/democontroller.h"
#include "ui/workbench/keysdialog.h"
#include "ui/workbench/paletteentries.h"
#include "ui/workbench/profiledialogs.h"
#include "ui/workbench/runningwork.h"
#include "ui/workbench/samplecontroller.h"
#include "ui/workbench/serverpages.h"
#include "ui/workbench/sidebar.h"
#include "ui/workbench/statusstrip.h"
#include "ui/workbench/windowactions.h"
#include "ui/workbench/wizardopener.h"
#include "ui/workbench/workspace.h"

#include <QAbstractButton>
#include <QAction>
#include <QApplication>
#include <QCloseEvent>
#include <QMenuBar>
#include <QPushButton>
#include <QSettings>
#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>

namespace Shardboard {

MainWindow::MainWindow(const WorkbenchParts &parts)
    : m_parts(parts)
    , m_actions(new WindowActions(*this))
    , m_wizards(new WizardOpener(parts, *this))
    , m_profiles(new ProfileDialogs(parts, *this))
    , m_stripe(new QWidget(this))
    , m_sidebar(new Sidebar(this))
    , m_transport(new Banner(this))
    , m_banner(new Banner(this))
    , m_pages(new QStackedWidget(this))
    , m_start(new StartPage(parts.book, this))
    , m_demoCard(new DemoCard(m_start))
    , m_workspace(new Workspace(parts.library, parts.trust, this))
    , m_serverPages(new ServerPages(*m_sidebar, *m_pages, *m_wizards, this))
    , m_status(new StatusStrip(parts.work, this))
{
    setWindowTitle(tr("Shardboard"));
    setupPages();
    setupCentre();
    setupActions();
    setupConnection();
    setupWorkspace();
    setupDemo();
    setupWizards();
    setupServerPages();
    restoreWindow();
    goTo(Start);
    m_start->pasteBox().setFocus();
}

MainWindow::~MainWindow() = default;

void MainWindow::setupPages()
{
    m_sidebar->addPage(Start, QStringLiteral("start"), tr("Start"));
    m_sidebar->addPage(Dashboards, QStringLiteral("dashboards"), tr("Dashboards"));
    m_pages->insertWidget(Start, m_start);
    m_pages->insertWidget(Dashboards, m_workspace);
    connect(m_sidebar, &Sidebar::pageChosen, this, [this](int page) { goTo(Page(page)); });
}

void MainWindow::setupCentre()
{
    m_stripe->setFixedHeight(3);
    m_stripe->setAutoFillBackground(true);
    m_stripe->hide();
    auto *right = new QVBoxLayout;
    right->setSpacing(0);
    right->addWidget(m_transport);
    right->addWidget(m_banner);
    right->addWidget(m_pages, 1);
    auto *row = new QHBoxLayout;
    row->setSpacing(0);
    row->addWidget(m_sidebar);
    row->addLayout(right, 1);
    auto *central = new QWidget(this);
    auto *column = new QVBoxLayout(central);
    column->setContentsMargins({});
    column->setSpacing(0);
    column->addWidget(m_stripe);
    column->addLayout(row, 1);
    column->addWidget(m_status);
    setCentralWidget(central);
}

void MainWindow::setupActions()
{
    m_actions->fill(*menuBar());
    m_actions->on(Command::NewConnection, this, [this] { m_profiles->edit(Profile{}); });
    m_actions->on(Command::RetryConnection, this, [this] { m_parts.connection.retryNow(); });
    m_actions->on(Command::Disconnect, this, [this] { disconnectFromServer(); });
    m_actions->on(Command::CloseTab, this, [this] { closeCurrent(); });
    m_actions->on(Command::GoToAnything, this, [this] { goToAnything(); });
    m_actions->on(Command::Quit, this, [this] { close(); });
    m_actions->on(Command::ShowKeys, this, [this] { KeysDialog::open(m_actions->all(), this); });
    m_actions->on(Command::About, this, [this] { AboutDialog::open(m_parts.connection.status(), this); });
    m_actions->on(Command::TryDemo, this, [this] { m_parts.demo.start(); });
    m_wizards->serve(*m_actions);
    setupViewActions();
}

void MainWindow::setupViewActions()
{
    for (const auto &[command, page] : {std::pair(Command::GoToStart, Start),
             std::pair(Command::GoToDashboards, Dashboards), std::pair(Command::GoToTables, Tables),
             std::pair(Command::GoToCluster, Cluster), std::pair(Command::GoToJobs, Jobs)})
        m_actions->on(command, this, [this, target = page] { goTo(target); });
    m_actions->on(Command::Refresh, this, [this] { refreshCurrent(); });
    m_actions->on(Command::Save, this, [this] {
        if (auto *tab = m_workspace->currentTab())
            tab->save();
    });
    m_actions->on(Command::FullScreen, this, [this] { setFullScreen(!(windowState() & Qt::WindowFullScreen)); });
    for (const auto &[command, mode] : {std::pair(Command::ThemeSystem, Theme::Mode::System),
             std::pair(Command::ThemeLight, Theme::Mode::Light), std::pair(Command::ThemeDark, Theme::Mode::Dark)}) {
        m_actions->on(command, this, [this, chosen = mode] { chooseTheme(chosen); });
        if (Theme::instance().mode() == mode)
            m_actions->action(command).setChecked(true);
    }
}

void MainWindow::setupWorkspace()
{
    connect(m_workspace, &Workspace::fullScreenRequested, this, &MainWindow::setFullScreen);
    connect(m_workspace, &Workspace::connectionNeeded, this, [this] {
        goTo(Start);
        m_banner->show(Tone::Warning, tr("Connect to a server first: dashboards read from it."));
    });
    connect(m_workspace, &Workspace::failed, this, [this](const ServerError &error, const QString &title) {
        m_banner->show(Tone::Error, QStringLiteral("%1: %2").arg(title, error.message));
    });
    connect(&m_workspace->listPage(), &DashboardsPage::setUpRequested, &m_actions->action(Command::SetUpTraffic),
        &QAction::trigger);
}

void MainWindow::setupWizards()
{
    connect(m_wizards, &WizardOpener::dashboardRequested, this, [this](const QString &id, const QString &schema) {
        goTo(Dashboards);
        m_workspace->openForSchema(id, schema);
    });
    connect(m_wizards, &WizardOpener::jobsRequested, this, [this] {
        if (m_serverPages->isAttached())
            goTo(Jobs);
    });
    connect(m_wizards, &WizardOpener::applied, this, [this] {
        if (!m_parts.connection.server())
            return;
        m_parts.connection.server()->rescan();
        lookForPipelines();
    });
}

void MainWindow::setupServerPages()
{
    connect(m_serverPages, &ServerPages::pageRequested, this, [this](int page) { goTo(Page(page)); });
}

void MainWindow::openWhenConnected(const QStringList &ids, const QStringList &files)
{
    m_waitingIds.append(ids);
    m_waitingFiles.append(files);
}

void MainWindow::goKioskWhenConnected()
{
    m_wantsKiosk = true;
}

void MainWindow::setupDemo()
{
    DemoController &demo = m_parts.demo;
    m_start->addCard(m_demoCard);
    connect(m_demoCard, &DemoCard::startRequested, &demo, &DemoController::start);
    connect(m_demoCard, &DemoCard::cancelRequested, &demo, &DemoController::cancel);
    connect(&demo, &DemoController::progressed, m_demoCard, &DemoCard::setStep);
    connect(&demo, &DemoController::startingChanged, this, [this] {
        m_demoCard->setStarting(m_parts.demo.isStarting());
        m_actions->action(Command::TryDemo).setEnabled(!m_parts.demo.isStarting());
    });
    connect(&demo, &DemoController::failed, this, [this](const ServerError &error) {
        m_start->showError(error, tr("The demo could not be started"));
        goTo(Start);
    });
    connect(&demo, &DemoController::ready, this, [this](const Profile &profile, const SampleSettings &live) {
        m_waitingIds.append(findBlueprint(DemoController::blueprintName())->dashboard);
        connectTo(profile);
        m_parts.sample.start(profile.settings, live);
    });
    connect(&m_parts.sample, &SampleController::failed, this, [this](const ServerError &error) {
        m_banner->show(Tone::Warning, tr("No more sample data is written: %1").arg(error.message));
    });
}

void MainWindow::goTo(Page page)
{
    m_pages->setCurrentIndex(page);
    m_sidebar->setCurrentPage(page);
}

void MainWindow::chooseTheme(Theme::Mode mode)
{
    QSettings().setValue(QStringLiteral("theme"), QVariant::fromValue(mode).toString());
    Theme::instance().apply(mode);
}

void MainWindow::setFullScreen(bool isFull)
{
    setWindowState(isFull ? windowState() | Qt::WindowFullScreen : windowState() & ~Qt::WindowFullScreen);
    menuBar()->setVisible(!isFull);
    m_sidebar->setVisible(!isFull);
    m_status->setVisible(!isFull);
    m_workspace->tabBar()->setVisible(!isFull);
    m_actions->action(Command::FullScreen).setChecked(isFull);
    if (auto *tab = m_workspace->currentTab())
        tab->view().setKiosk(isFull);
}

void MainWindow::refreshCurrent()
{
    if (ServerPage *page = m_serverPages->current())
        page->refresh();
    if (m_pages->currentIndex() != Dashboards)
        return;
    if (auto *tab = m_workspace->currentTab())
        tab->view().refresh();
    else
        m_workspace->listPage().reload();
}

void MainWindow::closeCurrent()
{
    if (m_pages->currentIndex() == Dashboards)
        m_workspace->closeCurrent();
}

void MainWindow::goToAnything()
{
    const auto openDashboard = [this](const QString &id) {
        goTo(Dashboards);
        m_workspace->openDashboard(id);
    };
    const auto connectToProfile = [this](const Profile &profile) { connectTo(profile); };
    auto *palette = new CommandPalette(dashboardEntries(m_parts.library, openDashboard)
            + connectionEntries(m_parts.book, connectToProfile) + actionEntries(*m_actions),
        this);
    palette->setAttribute(Qt::WA_DeleteOnClose);
    palette->open();
}

void MainWindow::restoreWindow()
{
    const QSettings settings;
    if (!restoreGeometry(settings.value(QStringLiteral("window/geometry")).toByteArray()))
        resize(1280, 820);
}

void MainWindow::saveWindow() const
{
    QSettings().setValue(QStringLiteral("window/geometry"), saveGeometry());
}

bool MainWindow::mayEndUnasked() const
{
    return (m_mayClose || !m_workspace->hasUnsavedChanges())
        && (m_mayStopWork || m_parts.work.titlesToAskAbout().isEmpty());
}

void MainWindow::confirmStopping(const QStringList &titles)
{
    QWidget *modal = QApplication::activeModalWidget();
    auto *box = makeMessageBox(QMessageBox::Warning, tr("Work is still running"),
        tr("Quitting cancels it on the server: %1. What has been done so far stays.")
            .arg(titles.join(QStringLiteral(", "))),
        QMessageBox::NoButton, modal ? modal : this);
    box->setObjectName(QStringLiteral("stopQuestion"));
    const QAbstractButton *stop = box->addButton(tr("Cancel it and quit"), QMessageBox::DestructiveRole);
    box->setDefaultButton(box->addButton(tr("Keep running"), QMessageBox::RejectRole));
    connect(box, &QMessageBox::buttonClicked, this, [this, stop](const QAbstractButton *button) {
        m_mayStopWork = button == stop;
        if (m_mayStopWork)
            close();
    });
    box->open();
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    if (const QStringList titles = m_parts.work.titlesToAskAbout(); !m_mayStopWork && !titles.isEmpty()) {
        event->ignore();
        confirmStopping(titles);
        return;
    }
    if (!m_mayClose && m_workspace->hasUnsavedChanges()) {
        event->ignore();
        m_workspace->confirmLeave([this] {
            m_mayClose = true;
            close();
        });
        return;
    }
    saveWindow();
    m_parts.connection.disconnectFromServer();
    QMainWindow::closeEvent(event);
}

} // namespace Shardboard
