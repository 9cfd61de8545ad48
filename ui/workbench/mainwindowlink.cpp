// SPDX-License-Identifier: GPL-3.0-or-later
// The window's connection: how it is begun and left, and what is said of it.
#include "ui/workbench/mainwindow.h"

#include "admin/job.h"
#include "admin/rollup.h"
#include "connection/server.h"
#include "connection/syncsession.h"
#include "connection/transportwarning.h"
#include "ui/common/messagebox.h"
#include "ui/common/showntext.h"
#include "ui/connection/connectionbook.h"
#include "ui/connection/connectioncontroller.h"
#include "ui/connection/removedsecrets.h"
#include "ui/connection/startpage.h"
#include "ui/workbench/banner.h"
#include "ui/workbench/dashboardspage.h"
#include "ui/workbench/profiledialogs.h"
#include "ui/workbench/serverpages.h"
#include "ui/workbench/statusstrip.h"
#include "ui/workbench/windowactions.h"
#include "ui/workbench/wizardopener.h"
#include "ui/workbench/workspace.h"

#include <QAction>
#include <QPointer>
#include <QPushButton>
#include <QStackedWidget>

namespace Shardboard {

void MainWindow::setupConnection()
{
    ConnectionController &connection = m_parts.connection;
    connect(m_start, &StartPage::connectRequested, this, &MainWindow::connectTo);
    connect(m_start, &StartPage::editRequested, m_profiles, &ProfileDialogs::edit);
    connect(m_start, &StartPage::retryRequested, &connection, &ConnectionController::retryNow);
    auto *secrets = new RemovedSecrets(connection.secrets(), this);
    connect(m_start, &StartPage::removed, secrets, &RemovedSecrets::remove);
    connect(m_start, &StartPage::restored, secrets, &RemovedSecrets::restore);
    connect(m_start, &StartPage::forgotten, secrets, &RemovedSecrets::forget);
    connect(m_status, &StatusStrip::retryRequested, &connection, &ConnectionController::retryNow);
    connect(m_banner, &Banner::actionTriggered, &connection, &ConnectionController::retryNow);
    connect(
        m_transport, &Banner::actionTriggered, this, [this] { m_profiles->edit(m_parts.connection.status().profile); });
    connect(&connection, &ConnectionController::statusChanged, this, &MainWindow::showLink);
    connect(&connection, &ConnectionController::passwordWanted, m_profiles, &ProfileDialogs::askPassword);
    connect(m_profiles, &ProfileDialogs::connectRequested, this, &MainWindow::connectTo);
    connect(m_profiles, &ProfileDialogs::failed, m_start, &StartPage::showError);
    connect(&connection, &ConnectionController::failed, this, [this](const ServerError &error) {
        m_start->showError(error, tr("Could not connect to %1").arg(m_parts.connection.status().target));
        goTo(Start);
    });
    connect(&connection, &ConnectionController::connected, this, &MainWindow::checkTransport);
    connect(&connection, &ConnectionController::aboutToClose, this, &MainWindow::leaveServer);
    showLink();
}

void MainWindow::connectTo(const Profile &profile)
{
    m_workspace->confirmLeave([this, profile] {
        m_start->clearError();
        m_parts.connection.connectTo(profile);
    });
}

// Before anything is read: a production server over a way that others can read or bend is used only when wanted.
void MainWindow::checkTransport()
{
    const LinkStatus &status = m_parts.connection.status();
    const auto warning = connectionWarning(status.profile.settings, status.peer);
    if (!warning || !status.profile.isProduction)
        return afterConnecting();
    auto *box = makeMessageBox(
        QMessageBox::Warning, tr("Production over an unsafe connection"), warning->text, QMessageBox::NoButton, this);
    box->setObjectName(QStringLiteral("transportQuestion"));
    const QAbstractButton *proceed = box->addButton(tr("Continue"), QMessageBox::AcceptRole);
    box->setDefaultButton(box->addButton(tr("Disconnect"), QMessageBox::RejectRole));
    connect(box, &QMessageBox::finished, this,
        [this, box, proceed, server = QPointer<Server>(m_parts.connection.server())] {
            if (!server || server != m_parts.connection.server())
                return;
            if (box->clickedButton() == proceed)
                afterConnecting();
            else
                disconnectFromServer();
        });
    box->open();
}

void MainWindow::afterConnecting()
{
    const LinkStatus &status = m_parts.connection.status();
    m_start->clearError();
    if (!status.profile.id.isEmpty())
        m_parts.book.markUsed(status.profile.id);
    m_workspace->attach(
        *m_parts.connection.server(), status.profile.id.isEmpty() ? status.target : status.profile.id, status.target);
    m_serverPages->attach(*m_parts.connection.server());
    enableActions();
    goTo(Dashboards);
    for (const QString &id : std::exchange(m_waitingIds, {}))
        m_workspace->openDashboard(id);
    for (const QString &file : std::exchange(m_waitingFiles, {}))
        m_workspace->openFile(file);
    if (std::exchange(m_wantsKiosk, false))
        setFullScreen(true);
    lookForPipelines();
}

void MainWindow::leaveServer()
{
    m_workspace->detach();
    m_serverPages->detach();
    enableActions();
    if (m_pages->currentIndex() > Dashboards)
        goTo(Start);
}

void MainWindow::disconnectFromServer()
{
    m_workspace->confirmLeave([this] {
        m_parts.connection.disconnectFromServer();
        goTo(Start);
    });
}

void MainWindow::lookForPipelines()
{
    Job::start<Outcome<QList<RollupStatus>>>(
        this,
        [&io = m_parts.io, settings = m_parts.connection.server()->settings()](
            std::stop_token stop, const ProgressSink &) -> Outcome<QList<RollupStatus>> {
            SyncSession session(io, settings, SessionPurpose::Job, stop);
            if (const auto opened = session.open(); !opened)
                return opened.failure<QList<RollupStatus>>();
            return listRollups(session);
        },
        [this, server = QPointer<Server>(m_parts.connection.server())](const Outcome<QList<RollupStatus>> &rollups) {
            if (!server || server != m_parts.connection.server())
                return; // left meanwhile
            m_workspace->listPage().setPipelineMissing(rollups.isOk() && rollups->isEmpty());
            if (rollups.isError())
                m_banner->show(Tone::Warning,
                    (QStringList{rollups.error().message, rollups.error().detail, rollups.error().hint})
                        .join(QLatin1Char(' '))
                        .simplified());
        });
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
    showTransport();
    enableActions();
    const QString name = status.profile.name.isEmpty() ? status.target : status.profile.name;
    const QString title = !isThere    ? tr("Shardboard")
        : status.profile.isProduction ? tr("PRODUCTION: %1 – Shardboard").arg(name)
                                      : tr("%1 – Shardboard").arg(name);
    setWindowTitle(shownText(title, mostCaptionCharacters));
}

void MainWindow::showTransport()
{
    const LinkStatus &status = m_parts.connection.status();
    const bool isConnected = status.state == LinkStatus::State::Connected;
    const auto warning
        = isConnected ? connectionWarning(status.profile.settings, status.peer) : std::optional<TransportWarning>();
    if (!warning)
        return m_transport->hide();
    const bool isUnencrypted = warning->kind == TransportWarning::Kind::Unencrypted;
    m_transport->show(isUnencrypted ? Tone::Error : Tone::Warning, warning->text, tr("Edit connection…"));
}

void MainWindow::enableActions()
{
    const LinkStatus::State state = m_parts.connection.status().state;
    m_actions->action(Command::RetryConnection)
        .setEnabled(state == LinkStatus::State::Lost || state == LinkStatus::State::Failed);
    m_actions->action(Command::Disconnect).setEnabled(state != LinkStatus::State::None);
    for (const Command page : {Command::GoToTables, Command::GoToCluster, Command::GoToJobs})
        m_actions->action(page).setEnabled(m_serverPages->isAttached());
    for (const Command needsServer : WizardOpener::commands())
        m_actions->action(needsServer).setEnabled(m_parts.connection.isConnected());
    const auto &server = m_parts.connection.status().server;
    for (const Command needsCluster : WizardOpener::clusterCommands())
        m_actions->action(needsCluster)
            .setEnabled(m_parts.connection.isConnected() && server && server->hasCitus() && server->isCoordinator);
}

} // namespace Shardboard
