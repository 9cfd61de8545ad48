// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/workbench/mainwindow.h"

#include "admin/blueprint.h"
#include "admin/job.h"
#include "admin/rollup.h"
#include "connection/secretstore.h"
#include "connection/server.h"
#include "connection/syncsession.h"
#include "ui/common/icons.h"
#include "ui/common/theme.h"
#include "ui/connection/connectionbook.h"
#include "ui/connection/connectioncontroller.h"
#include "ui/connection/democard.h"
#include "ui/connection/passwordprompt.h"
#include "ui/connection/pastebox.h"
#include "ui/connection/profileeditor.h"
#include "ui/connection/startpage.h"
#include "ui/wizards/blueprintwizard.h"
#include "ui/wizards/importwizard.h"
#include "ui/wizards/sampledialog.h"
#include "ui/workbench/aboutdialog.h"
#include "ui/workbench/banner.h"
#include "ui/workbench/dashboardspage.h"
#include "ui/workbench/democontroller.h"
#include "ui/workbench/keysdialog.h"
#include "ui/workbench/runningwork.h"
#include "ui/workbench/samplecontroller.h"
#include "ui/workbench/sidebar.h"
#include "ui/workbench/statusstrip.h"
#include "ui/workbench/windowactions.h"
#include "ui/workbench/workspace.h"

#include <QAction>
#include <QCloseEvent>
#include <QMenuBar>
#include <QSettings>
#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>

namespace Shardboard {

MainWindow::MainWindow(const WorkbenchParts &parts)
    : m_parts(parts)
    , m_actions(new WindowActions(*this))
    , m_stripe(new QWidget(this))
    , m_sidebar(new Sidebar(this))
    , m_banner(new Banner(this))
    , m_pages(new QStackedWidget(this))
    , m_start(new StartPage(parts.book, this))
    , m_demoCard(new DemoCard(m_start))
    , m_workspace(new Workspace(parts.library, this))
    , m_status(new StatusStrip(parts.work, this))
{
    setWindowTitle(tr("Shardboard"));
    setupPages();
    setupActions();
    setupConnection();
    setupWorkspace();
    setupDemo();
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

    m_stripe->setFixedHeight(3);
    m_stripe->setAutoFillBackground(true);
    m_stripe->hide();
    auto *right = new QVBoxLayout;
    right->setSpacing(0);
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
    connect(m_actions, &WindowActions::triggered, this, &MainWindow::perform);
    const auto mode = Theme::instance().mode();
    const Command current = mode == Theme::Mode::Light ? Command::ThemeLight
        : mode == Theme::Mode::Dark                    ? Command::ThemeDark
                                                       : Command::ThemeSystem;
    m_actions->action(current).setChecked(true);
}

void MainWindow::setupConnection()
{
    ConnectionController &connection = m_parts.connection;
    connect(m_start, &StartPage::connectRequested, this, &MainWindow::connectTo);
    connect(m_start, &StartPage::editRequested, this, &MainWindow::editProfile);
    connect(m_start, &StartPage::retryRequested, &connection, &ConnectionController::retryNow);
    connect(m_start, &StartPage::forgotten, this,
        [this](const QString &id) { m_parts.connection.secrets().remove(id, this, [](const Completion &) {}); });
    connect(m_status, &StatusStrip::retryRequested, &connection, &ConnectionController::retryNow);
    connect(m_banner, &Banner::actionTriggered, &connection, &ConnectionController::retryNow);
    connect(&connection, &ConnectionController::statusChanged, this, &MainWindow::showLink);
    connect(&connection, &ConnectionController::passwordWanted, this, &MainWindow::askPassword);
    connect(&connection, &ConnectionController::failed, this, [this](const ServerError &error) {
        m_start->showError(error, tr("Could not connect to %1").arg(m_parts.connection.status().target));
        goTo(Start);
    });
    connect(&connection, &ConnectionController::connected, this, &MainWindow::afterConnecting);
    connect(&connection, &ConnectionController::aboutToClose, m_workspace, &Workspace::detach);
    showLink();
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
    connect(
        &m_workspace->listPage(), &DashboardsPage::setUpRequested, this, [this] { perform(Command::SetUpTraffic); });
}

void MainWindow::connectTo(const Profile &profile)
{
    m_workspace->confirmLeave([this, profile] {
        m_start->clearError();
        m_parts.connection.connectTo(profile);
    });
}

void MainWindow::afterConnecting()
{
    const LinkStatus &status = m_parts.connection.status();
    m_start->clearError();
    if (!status.profile.id.isEmpty())
        m_parts.book.markUsed(status.profile.id);
    m_workspace->attach(*m_parts.connection.server(), status.profile.id.isEmpty() ? status.target : status.profile.id);
    goTo(Dashboards);
    for (const QString &id : std::exchange(m_waitingIds, {}))
        m_workspace->openDashboard(id);
    for (const QString &file : std::exchange(m_waitingFiles, {}))
        m_workspace->openFile(file);
    if (std::exchange(m_wantsKiosk, false))
        setFullScreen(true);
    lookForPipelines();
}

void MainWindow::lookForPipelines()
{
    const WizardContext context = wizardContext();
    Job::start<Outcome<QList<RollupStatus>>>(
        m_parts.connection.server(),
        [&io = m_parts.io, settings = context.profile.settings](
            std::stop_token stop, const ProgressSink &) -> Outcome<QList<RollupStatus>> {
            SyncSession session(io, settings, SessionPurpose::Job, stop);
            if (const auto opened = session.open(); !opened)
                return opened.failure<QList<RollupStatus>>();
            return listRollups(session);
        },
        [this](const Outcome<QList<RollupStatus>> &rollups) {
            m_workspace->listPage().setPipelineMissing(rollups.isOk() && rollups->isEmpty());
        });
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

void MainWindow::perform(Command command)
{
    switch (command) {
    case Command::NewConnection:
        editProfile(Profile{});
        break;
    case Command::RetryConnection:
        m_parts.connection.retryNow();
        break;
    case Command::Disconnect:
        m_workspace->confirmLeave([this] {
            m_parts.connection.disconnectFromServer();
            goTo(Start);
        });
        break;
    case Command::Quit:
        close();
        break;
    case Command::CloseTab:
        m_workspace->closeCurrent();
        break;
    case Command::GoToStart:
        goTo(Start);
        break;
    case Command::GoToDashboards:
        goTo(Dashboards);
        break;
    case Command::Refresh:
        refreshCurrent();
        break;
    case Command::Save:
        if (auto *tab = m_workspace->currentTab())
            tab->save();
        break;
    case Command::FullScreen:
        setFullScreen(!(windowState() & Qt::WindowFullScreen));
        break;
    case Command::ThemeSystem:
    case Command::ThemeLight:
    case Command::ThemeDark:
        chooseTheme(command);
        break;
    case Command::SetUpTraffic:
        setUpBlueprint(QStringLiteral("http-traffic"));
        break;
    case Command::ImportFile:
        importFile();
        break;
    case Command::SampleData:
        showSampleDialog();
        break;
    case Command::TryDemo:
        m_parts.demo.start();
        break;
    case Command::ShowKeys:
        KeysDialog::open(m_actions->all(), this);
        break;
    case Command::About:
        AboutDialog::open(m_parts.connection.status(), this);
        break;
    default:
        break;
    }
}

void MainWindow::chooseTheme(Command command)
{
    const auto mode = command == Command::ThemeLight ? Theme::Mode::Light
        : command == Command::ThemeDark              ? Theme::Mode::Dark
                                                     : Theme::Mode::System;
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
    if (m_pages->currentIndex() != Dashboards)
        return;
    if (auto *tab = m_workspace->currentTab())
        tab->view().refresh();
    else
        m_workspace->listPage().reload();
}

void MainWindow::showLink()
{
    const LinkStatus &status = m_parts.connection.status();
    m_status->setStatus(status);
    const bool isThere = status.state != LinkStatus::State::None;
    const QColor colour = status.profile.colour.isEmpty() ? QColor() : QColor(status.profile.colour);
    m_stripe->setVisible(isThere && (colour.isValid() || status.profile.isProduction));
    QPalette palette = m_stripe->palette();
    palette.setColor(QPalette::Window, colour.isValid() ? colour : Theme::instance().error());
    m_stripe->setPalette(palette);
    if (status.state == LinkStatus::State::Lost)
        m_banner->show(Tone::Error,
            tr("The connection to %1 is lost. Tabs keep what they show; it is tried again by itself.")
                .arg(status.target),
            tr("Retry now"));
    else
        m_banner->hide();
    const bool isLost = status.state == LinkStatus::State::Lost || status.state == LinkStatus::State::Failed;
    m_actions->action(Command::RetryConnection).setEnabled(isLost);
    m_actions->action(Command::Disconnect).setEnabled(isThere);
    for (const Command needsServer : {Command::SetUpTraffic, Command::ImportFile, Command::SampleData})
        m_actions->action(needsServer).setEnabled(m_parts.connection.isConnected());
    const QString name = status.profile.name.isEmpty() ? status.target : status.profile.name;
    const QString title = !isThere    ? tr("Shardboard")
        : status.profile.isProduction ? tr("PRODUCTION: %1 – Shardboard").arg(name)
                                      : tr("%1 – Shardboard").arg(name);
    setWindowTitle(title);
}

void MainWindow::askPassword(const Profile &profile, const QString &refusal)
{
    auto *prompt = new PasswordPrompt(profile, m_parts.connection.status().target, refusal, this);
    prompt->setAttribute(Qt::WA_DeleteOnClose);
    connect(prompt, &QDialog::accepted, this,
        [this, prompt] { m_parts.connection.answerPassword(prompt->password(), prompt->keeps()); });
    connect(prompt, &QDialog::rejected, &m_parts.connection, &ConnectionController::giveUp);
    prompt->open();
}

WizardContext MainWindow::wizardContext() const
{
    const LinkStatus &status = m_parts.connection.status();
    Profile profile = status.profile;
    profile.settings = m_parts.connection.server()->settings();
    return {m_parts.io, m_parts.work, profile, status.server.value_or(ServerCapabilities())};
}

void MainWindow::setUpBlueprint(const QString &name)
{
    auto *wizard = new BlueprintWizard(*findBlueprint(name), wizardContext(), this);
    wizard->setAttribute(Qt::WA_DeleteOnClose);
    connect(wizard, &BlueprintWizard::applied, this, [this] {
        if (!m_parts.connection.server())
            return;
        m_parts.connection.server()->rescan();
        lookForPipelines();
    });
    connect(wizard, &BlueprintWizard::dashboardRequested, this, [this](const QString &id) {
        goTo(Dashboards);
        m_workspace->openDashboard(id);
    });
    wizard->open();
}

void MainWindow::importFile()
{
    ImportSettings settings;
    settings.table = {QString(), QStringLiteral("http_request")};
    auto *wizard = new ImportWizard(settings, wizardContext(), this);
    wizard->setAttribute(Qt::WA_DeleteOnClose);
    wizard->open();
}

void MainWindow::showSampleDialog()
{
    const WizardContext context = wizardContext();
    auto *dialog = new SampleDialog(m_parts.sample, context.profile.settings, context.refusal(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->show();
}

void MainWindow::editProfile(const Profile &profile)
{
    auto *editor = new ProfileEditor(profile, m_parts.io, this);
    editor->setAttribute(Qt::WA_DeleteOnClose);
    connect(editor, &ProfileEditor::saved, this, &MainWindow::saveProfile);
    editor->open();
}

void MainWindow::saveProfile(const Profile &profile, bool connectNow)
{
    const auto saved = m_parts.book.put(profile);
    if (!saved) {
        m_start->showError(saved.error(), tr("“%1” could not be saved").arg(profile.name));
        return;
    }
    if (profile.settings.password && profile.savePassword)
        m_parts.connection.secrets().write(
            saved->id, *profile.settings.password, this, [this](const Completion &written) {
                if (written.isError())
                    m_start->showError(written.error(), tr("The keychain could not keep the password"));
            });
    if (!profile.savePassword)
        m_parts.connection.secrets().remove(saved->id, this, [](const Completion &) {});
    if (!connectNow)
        return;
    Profile next = *saved;
    next.settings.password = profile.settings.password;
    connectTo(next);
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

void MainWindow::closeEvent(QCloseEvent *event)
{
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
