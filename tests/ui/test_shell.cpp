// SPDX-License-Identifier: GPL-3.0-or-later
// The window says at every moment how the link is, to whom, and what is being worked on.
#include "connection/iothread.h"
#include "connection/secretstore.h"
#include "dashboard/library.h"
#include "dashboard/trust.h"
#include "tests/support/testmain.h"
#include "ui/common/theme.h"
#include "ui/connection/connectionbook.h"
#include "ui/connection/connectioncontroller.h"
#include "ui/workbench/democontroller.h"
#include "ui/workbench/keysdialog.h"
#include "ui/workbench/mainwindow.h"
#include "ui/workbench/runningwork.h"
#include "ui/workbench/samplecontroller.h"
#include "ui/workbench/statusstrip.h"
#include "ui/workbench/windowactions.h"

#include <QAction>
#include <QApplication>
#include <QMenuBar>
#include <QMessageBox>
#include <QPushButton>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QToolButton>
#include <QTreeWidget>

using namespace Shardboard;

namespace {

/// Keeps nothing and has nothing.
class NoSecrets final : public SecretStore
{
public:
    void read(const QString &, QObject *context, std::function<void(Outcome<std::optional<QString>>)> done) override
    {
        QMetaObject::invokeMethod(
            context, [done] { done(std::optional<QString>()); }, Qt::QueuedConnection);
    }
    void write(const QString &, const QString &, QObject *, std::function<void(Completion)>) override {}
    void remove(const QString &, QObject *, std::function<void(Completion)>) override {}
};

LinkStatus connectedStatus()
{
    LinkStatus status;
    status.state = LinkStatus::State::Connected;
    status.target = QStringLiteral("ada@db.example.com:5432/traffic");
    status.peer.usesTls = true;
    ServerCapabilities server;
    server.versionNumber = 150020;
    server.versionText = QStringLiteral("15.20 (Debian 15.20-1)");
    status.server = server;
    status.latency = std::chrono::microseconds(38400);
    return status;
}

LocalCluster::Options demoIn(const QString &folder)
{
    LocalCluster::Options options;
    options.folder = folder;
    return options;
}

struct Parts
{
    QTemporaryDir folder;
    IoThread io;
    NoSecrets secrets;
    ConnectionBook book{ProfileStore(folder.filePath(QStringLiteral("connections.json")))};
    ConnectionController connection{io, secrets};
    Library library{folder.filePath(QStringLiteral("dashboards"))};
    TrustStore trust{folder.filePath(QStringLiteral("trusted.json"))};
    RunningWork work;
    SampleController sample{io, work};
    DemoController demo{io, work, demoIn(folder.filePath(QStringLiteral("demo")))};
    WorkbenchParts parts{io, book, connection, library, trust, work, sample, demo};
};

} // namespace

class TestShell : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QApplication::setApplicationName(QStringLiteral("shardboard-test"));
        Theme::instance().apply(Theme::Mode::Light);
    }
    void init()
    {
        // The offscreen platform has no window manager and says so.
        Testing::failOnWarnings();
    }

    void theStatusLineTellsTheTruth()
    {
        RunningWork work;
        StatusStrip strip(work);
        QCOMPARE(strip.text(), QStringLiteral("Not connected"));

        strip.setStatus(connectedStatus());
        QCOMPARE(strip.text(),
            QStringLiteral("Connected | ada@db.example.com:5432/traffic | TLS | PostgreSQL 15.20 | 38 ms"));

        LinkStatus status = connectedStatus();
        status.profile.isProduction = true;
        status.profile.isReadOnly = true;
        status.peer.usesTls = false;
        status.latency.reset();
        strip.setStatus(status);
        QCOMPARE(strip.text(),
            QStringLiteral(
                "Connected | PRODUCTION | read-only | ada@db.example.com:5432/traffic | no TLS | PostgreSQL 15.20"));
    }

    void aLostLinkCountsDownAndCanBeRetriedAtOnce()
    {
        RunningWork work;
        StatusStrip strip(work);
        strip.resize(900, 30);
        strip.show();
        LinkStatus status = connectedStatus();
        status.state = LinkStatus::State::Lost;
        status.retryAt = QDateTime::currentDateTimeUtc().addSecs(8);
        strip.setStatus(status);
        QVERIFY2(
            strip.text().startsWith(QStringLiteral("Connection lost, retry in 8 s | ada@")), qPrintable(strip.text()));
        // What was true of the lost link is not said any more.
        QVERIFY(!strip.text().contains(QStringLiteral("38 ms")));
        QVERIFY(!strip.text().contains(QStringLiteral("TLS")));
        QSignalSpy retried(&strip, &StatusStrip::retryRequested);
        for (QPushButton *button : strip.findChildren<QPushButton *>())
            if (button->isVisible())
                button->click();
        QCOMPARE(retried.count(), 1);
    }

    void runningWorkIsShownWithItsProgressAndCancel()
    {
        RunningWork work;
        StatusStrip strip(work);
        bool isCancelled = false;
        const int id = work.add(QStringLiteral("Import of access.log"), [&] { isCancelled = true; });
        work.update(id, {QStringLiteral("Loading"), 12345, 2000000});
        QCOMPARE(strip.text(), QStringLiteral("Not connected | Import of access.log · 12345 of 2000000 rows"));
        for (QToolButton *button : strip.findChildren<QToolButton *>())
            if (button->accessibleName() == QLatin1String("Cancel the running work"))
                button->click();
        QVERIFY(isCancelled);
        QCOMPARE(strip.text(), QStringLiteral("Not connected | Import of access.log: cancelling…"));
        work.finish(id);
        QCOMPARE(strip.text(), QStringLiteral("Not connected"));
    }

    void workThatChangesAServerIsNotCutOffUnasked()
    {
        Parts parts;
        MainWindow window(parts.parts);
        window.show();
        QVERIFY(window.mayEndUnasked());
        bool isCancelled = false;
        const int sample = parts.work.add(
            QStringLiteral("Sample data"), [] {}, RunningWork::AtExit::Stop);
        QVERIFY(window.mayEndUnasked());
        const int plan = parts.work.add(QStringLiteral("Distribute orders"), [&] { isCancelled = true; });
        QVERIFY(!window.mayEndUnasked());
        QVERIFY(!window.close());
        auto *box = window.findChild<QMessageBox *>(QStringLiteral("stopQuestion"));
        QVERIFY(box && box->isVisible());
        QVERIFY2(box->text().contains(QStringLiteral("Distribute orders")), qPrintable(box->text()));
        QVERIFY(!box->text().contains(QStringLiteral("Sample data")));
        box->reject(); // Esc: it goes on
        QCoreApplication::processEvents();
        QVERIFY(window.isVisible());
        QVERIFY(!window.close());
        const auto boxes = window.findChildren<QMessageBox *>(QStringLiteral("stopQuestion"));
        for (QAbstractButton *button : boxes.last()->buttons())
            if (boxes.last()->buttonRole(button) == QMessageBox::DestructiveRole)
                button->click();
        QTRY_VERIFY(!window.isVisible());
        parts.work.finish(plan);
        parts.work.finish(sample);
    }

    void anUnsafeWayToTheServerIsSaid()
    {
        RunningWork work;
        StatusStrip strip(work);
        LinkStatus status = connectedStatus();
        status.peer.host = QStringLiteral("db.example.com");
        status.peer.hostAddress = QStringLiteral("10.0.0.5");
        status.peer.sslMode = QStringLiteral("require");
        strip.setStatus(status);
        QVERIFY2(strip.text().contains(QStringLiteral("TLS, not verified")), qPrintable(strip.text()));
        status.peer.usesTls = false;
        strip.setStatus(status);
        QVERIFY2(strip.text().contains(QStringLiteral("no TLS")), qPrintable(strip.text()));
    }

    void theListOfKeysHoldsEveryKeyOfTheWindow()
    {
        Parts parts;
        MainWindow window(parts.parts);
        auto *actions = window.findChild<WindowActions *>();
        KeysDialog dialog(actions->all(), &window);
        QString all;
        const auto *list = dialog.findChild<QTreeWidget *>();
        for (int row = 0; row < list->topLevelItemCount(); ++row)
            all += list->topLevelItem(row)->text(1) + QLatin1Char('\n');
        for (const QAction *action : actions->all())
            for (const QKeySequence &keys : action->shortcuts())
                QVERIFY2(all.contains(keys.toString(QKeySequence::NativeText)), qPrintable(keys.toString()));
    }

    void noTwoActionsShareAKey()
    {
        Parts parts;
        MainWindow window(parts.parts);
        QHash<QKeySequence, QString> seen;
        for (const QAction *action : window.findChild<WindowActions *>()->all()) {
            for (const QKeySequence &keys : action->shortcuts()) {
                QVERIFY2(!seen.contains(keys), qPrintable(keys.toString() + QStringLiteral(": ") + seen.value(keys)));
                seen.insert(keys, action->text());
            }
        }
    }

    void fullScreenHidesTheFrameAndKeysStillWork()
    {
        Parts parts;
        MainWindow window(parts.parts);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        QAction &fullScreen = window.findChild<WindowActions *>()->action(Command::FullScreen);
        fullScreen.trigger();
        QVERIFY(window.windowState() & Qt::WindowFullScreen);
        QVERIFY(!window.menuBar()->isVisible());
        fullScreen.trigger();
        QVERIFY(!(window.windowState() & Qt::WindowFullScreen));
        QVERIFY(window.menuBar()->isVisible());
    }

    void aConnectionThatFailsIsSaidOnTheStartPageAndTheWindowStaysAlive()
    {
        Parts parts;
        MainWindow window(parts.parts);
        window.show();
        Profile profile;
        profile.name = QStringLiteral("nowhere");
        profile.settings.keywords = {{QStringLiteral("host"), QStringLiteral("127.0.0.1")},
            {QStringLiteral("port"), QStringLiteral("1")}, {QStringLiteral("user"), QStringLiteral("ada")}};
        QSignalSpy failed(&parts.connection, &ConnectionController::failed);
        int ticks = 0;
        QTimer tick;
        tick.callOnTimeout([&] { ++ticks; });
        tick.start(0);
        parts.connection.connectTo(profile);
        QCOMPARE(parts.connection.status().state, LinkStatus::State::Connecting);
        QTRY_COMPARE(failed.count(), 1);
        QVERIFY(ticks > 0);
        QCOMPARE(parts.connection.status().state, LinkStatus::State::Failed);
        QVERIFY(failed.first().first().value<ServerError>().message.contains(QStringLiteral("refused")));
        auto *strip = window.findChild<StatusStrip *>();
        QVERIFY2(strip->text().startsWith(QStringLiteral("Could not connect")), qPrintable(strip->text()));
    }
};

SHARDBOARD_UI_TEST_MAIN(TestShell)
#include "test_shell.moc"
