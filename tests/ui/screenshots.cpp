// SPDX-License-Identifier: GPL-3.0-or-later
// Draws the pages that need no dashboard, light and dark: screenshots DIR CONNINFO [PART]. `./dev screenshots` runs it
// against the demo cluster; the pictures of the README are made this way.
#include "admin/blueprint.h"
#include "connection/capabilityscan.h"
#include "connection/conninfo.h"
#include "connection/iothread.h"
#include "connection/server.h"
#include "connection/syncsession.h"
#include "tests/ui/wizardpictures.h"
#include "ui/cluster/clusterpage.h"
#include "ui/common/theme.h"
#include "ui/connection/connectionbook.h"
#include "ui/connection/startpage.h"
#include "ui/jobs/jobspage.h"
#include "ui/jobs/retentiondialog.h"
#include "ui/jobs/retentionpage.h"
#include "ui/jobs/retentionwizard.h"
#include "ui/tables/tablespage.h"
#include "ui/wizards/blueprintwizard.h"
#include "ui/workbench/runningwork.h"

#include <QApplication>
#include <QDir>
#include <QPushButton>
#include <QSettings>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTranslator>
#include <QtTest>

#include <cstdio>
#include <future>

using namespace Shardboard;

namespace {

constexpr QSize pageSize(1440, 900);

struct Target
{
    ConnectionSettings settings;
    ServerCapabilities capabilities;
};

Outcome<Target> findTarget(IoThread &io, const QString &conninfo)
{
    const auto pasted = parseConnection(conninfo);
    if (!pasted)
        return pasted.failure<Target>();
    const ConnectionSettings settings = pasted->settings;
    return std::async(std::launch::async, [&io, settings]() -> Outcome<Target> {
        SyncSession session(io, settings, SessionPurpose::Interactive);
        if (const auto opened = session.open(); !opened)
            return opened.failure<Target>();
        const auto capabilities = scanCapabilities(session);
        return capabilities ? Outcome<Target>(Target{settings, *capabilities}) : capabilities.failure<Target>();
    }).get();
}

bool save(QWidget &page, const QDir &folder, const QString &name)
{
    const QString file = folder.filePath(name);
    std::puts(qPrintable(file));
    return page.grab().save(file);
}

Profile profileNamed(const QString &name, const QString &host, const QString &colour, bool isProduction)
{
    Profile profile;
    profile.name = name;
    profile.settings.keywords = {{QStringLiteral("host"), host}, {QStringLiteral("user"), QStringLiteral("analyst")},
        {QStringLiteral("dbname"), QStringLiteral("traffic")},
        {QStringLiteral("sslmode"), QStringLiteral("verify-full")}};
    profile.colour = colour;
    profile.isProduction = isProduction;
    profile.isReadOnly = !isProduction;
    return profile;
}

bool drawStartPage(const QDir &folder, const QString &theme)
{
    QTemporaryDir configuration;
    ConnectionBook book(ProfileStore(configuration.filePath(QStringLiteral("connections.json"))));
    const bool isFilled = book.put(profileNamed(QStringLiteral("Production"), QStringLiteral("coordinator.example.com"),
                                       QStringLiteral("#c62f2f"), true))
                              .isOk()
        && book.put(profileNamed(QStringLiteral("Staging"), QStringLiteral("staging.example.com"),
                        QStringLiteral("#1f6fb8"), false))
               .isOk();
    StartPage page(book);
    page.resize(pageSize);
    page.show();
    QTest::qWait(200);
    return isFilled && save(page, folder, QStringLiteral("start-%1.png").arg(theme));
}

bool drawPlanPage(const QDir &folder, const QString &theme, IoThread &io, const Target &target)
{
    RunningWork work;
    Profile profile;
    profile.settings = target.settings;
    BlueprintWizard wizard(blueprints().constFirst(), WizardContext{io, work, profile, target.capabilities}, nullptr);
    // A schema where nothing is set up yet, so that there is something to show.
    wizard.setValue(QStringLiteral("schema"), QStringLiteral("web"));
    wizard.resize(pageSize);
    wizard.show();
    wizard.goTo(wizard.planStep());
    QTest::qWait(3000);
    return save(wizard, folder, QStringLiteral("plan-%1.png").arg(theme));
}

/// With a table chosen, so that its details are in the picture.
bool drawTablesPage(const QDir &folder, const QString &theme, IoThread &io, const Target &target)
{
    Profile profile;
    profile.settings = target.settings;
    Server server(io, profile);
    QSignalSpy ready(&server, &Server::ready);
    server.open();
    if (!ready.wait(10000))
        return false;
    TablesPage page;
    // As in the window, where these lead to wizards.
    QObject::connect(&page, &TablesPage::distributeRequested, &page, [] {});
    QObject::connect(&page, &TablesPage::changeDistributionRequested, &page, [] {});
    QObject::connect(&page, &TablesPage::isolateTenantRequested, &page, [] {});
    QObject::connect(&page, &TablesPage::makeLocalRequested, &page, [] {});
    page.attach(server);
    page.resize(pageSize);
    page.show();
    QTest::qWait(2000);
    page.choose({QStringLiteral("public"), QStringLiteral("http_request")});
    QTest::qWait(1000);
    return save(page, folder, QStringLiteral("tables-%1.png").arg(theme));
}

/// A picture a tab; without citus, of the two there are.
bool drawClusterPage(const QDir &folder, const QString &theme, IoThread &io, const Target &target)
{
    Profile profile;
    profile.settings = target.settings;
    Server server(io, profile);
    QSignalSpy ready(&server, &Server::ready);
    server.open();
    if (!ready.wait(10000))
        return false;
    ClusterPage page;
    page.attach(server);
    page.resize(pageSize);
    page.show();
    bool isDrawn = true;
    for (const auto &[tab, name] :
        {std::pair(0, "nodes"), {1, "shards"}, {2, "skew"}, {3, "tenants"}, {4, "activity"}, {5, "rebalance"}}) {
        if (!page.tabs().isTabEnabled(tab))
            continue;
        page.tabs().setCurrentIndex(tab);
        QTest::qWait(2000);
        isDrawn = save(page, folder, QStringLiteral("cluster-%1-%2.png").arg(QLatin1String(name), theme)) && isDrawn;
    }
    return isDrawn;
}

/// The dry run of the table that the Retention tab has chosen, where one has expired rows.
bool drawDryRun(JobsPage &page, const QDir &folder, const QString &theme)
{
    QPushButton &button = page.retention().button(RetentionView::DryRun);
    if (!button.isEnabled())
        return true;
    button.click();
    QTest::qWait(3000);
    auto *dialog = page.findChild<RetentionDialog *>();
    const bool isDrawn = dialog && save(*dialog, folder, QStringLiteral("retention-dry-run-%1.png").arg(theme));
    delete dialog;
    return isDrawn;
}

/// A picture a tab.
bool drawJobsPage(const QDir &folder, const QString &theme, IoThread &io, const Target &target)
{
    Profile profile;
    profile.settings = target.settings;
    Server server(io, profile);
    QSignalSpy ready(&server, &Server::ready);
    server.open();
    if (!ready.wait(10000))
        return false;
    JobsPage page;
    page.attach(server);
    page.resize(pageSize);
    page.show();
    bool isDrawn = true;
    for (const auto &[tab, name] : {std::pair(0, "rollups"), {1, "retention"}, {2, "jobs"}}) {
        page.tabs().setCurrentIndex(tab);
        QTest::qWait(2000);
        isDrawn = save(page, folder, QStringLiteral("%1-%2.png").arg(QLatin1String(name), theme)) && isDrawn;
        isDrawn = (tab != 1 || drawDryRun(page, folder, theme)) && isDrawn;
    }
    return isDrawn;
}

/// Those about how tables are spread only where there is citus.
bool drawWizards(const QDir &folder, const QString &theme, IoThread &io, const Target &target)
{
    RunningWork work;
    Profile profile;
    profile.settings = target.settings;
    const WizardContext context{io, work, profile, target.capabilities};
    const Testing::SavePicture savePage = [&](QWidget &page, const QString &name) {
        return save(page, folder, QStringLiteral("%1-%2.png").arg(name, theme));
    };
    RetentionWizard retention({}, context, nullptr);
    retention.show();
    QTest::qWait(1500);
    retention.question().chooseTable({QStringLiteral("public"), QStringLiteral("http_request")});
    retention.question().setKeep(QStringLiteral("2 days"));
    QTest::qWait(1500);
    const bool isDrawn
        = savePage(retention, QStringLiteral("retention-wizard")) && Testing::drawPartitionWizard(context, savePage);
    return (!target.capabilities.hasCitus() || Testing::drawShardingWizards(context, savePage)) && isDrawn;
}

bool drawRollups(const QDir &folder, const QString &theme, IoThread &io, const Target &target)
{
    RunningWork work;
    Profile profile;
    profile.settings = target.settings;
    return Testing::drawRollupWizard({io, work, profile, target.capabilities}, [&](QWidget &page, const QString &name) {
        return save(page, folder, QStringLiteral("%1-%2.png").arg(name, theme));
    });
}

} // namespace

int main(int argc, char *argv[])
{
    QApplication app(argc, argv);
    QTranslator english; // for its plurals
    if (english.load(QStringLiteral(":/translations/shardboard_en.qm")))
        QApplication::installTranslator(&english);
    if (argc != 3 && argc != 4) {
        std::fputs("usage: screenshots DIR CONNINFO [start|plan|tables|wizards|rollup-wizard|cluster|jobs]\n", stderr);
        return 2;
    }
    const QDir folder(QString::fromLocal8Bit(argv[1]));
    // Windows and columns as they are for somebody who starts the program for the first time.
    QTemporaryDir settings;
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, settings.path());
    IoThread io;
    const auto target = findTarget(io, QString::fromLocal8Bit(argv[2]));
    if (!target) {
        std::fputs(qPrintable(target.isError() ? target.error().toText() + QLatin1Char('\n') : QString()), stderr);
        return 1;
    }
    const QString only = QString::fromLocal8Bit(argv[3]); // nothing where there are no more
    bool isDrawn = true;
    for (const auto mode : {Theme::Mode::Light, Theme::Mode::Dark}) {
        Theme::instance().apply(mode);
        const QString theme = mode == Theme::Mode::Light ? QStringLiteral("light") : QStringLiteral("dark");
        const std::initializer_list<std::pair<const char *, std::function<bool()>>> parts{
            {"start", [&] { return drawStartPage(folder, theme); }},
            {"plan", [&] { return drawPlanPage(folder, theme, io, *target); }},
            {"tables", [&] { return drawTablesPage(folder, theme, io, *target); }},
            {"wizards", [&] { return drawWizards(folder, theme, io, *target); }},
            {"rollup-wizard", [&] { return drawRollups(folder, theme, io, *target); }},
            {"cluster", [&] { return drawClusterPage(folder, theme, io, *target); }},
            {"jobs", [&] { return drawJobsPage(folder, theme, io, *target); }}};
        for (const auto &[name, draw] : parts) {
            if (only.isEmpty() || only == QLatin1String(name))
                isDrawn = draw() && isDrawn;
        }
    }
    return isDrawn ? 0 : 1;
}
