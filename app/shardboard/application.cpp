// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/shardboard/application.h"

#include "app/shardboard/keychain.h"
#include "app/shardboard/launchoptions.h"
#include "app/shardboard/render.h"
#include "app/shardboard/terminationwatch.h"
#include "connection/iothread.h"
#include "dashboard/library.h"
#include "dashboard/trust.h"
#include "ui/common/showntext.h"
#include "ui/common/theme.h"
#include "ui/connection/connectionbook.h"
#include "ui/connection/connectioncontroller.h"
#include "ui/connection/startpage.h"
#include "ui/workbench/democontroller.h"
#include "ui/workbench/mainwindow.h"
#include "ui/workbench/runningwork.h"
#include "ui/workbench/samplecontroller.h"
#include "ui/workbench/workspace.h"

#include <QApplication>
#include <QIcon>
#include <QLocale>
#include <QSessionManager>
#include <QSettings>
#include <QTranslator>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>

namespace Shardboard {

namespace {

constexpr std::chrono::seconds longestExit{20};

void nameApplication()
{
    QApplication::setApplicationName(QStringLiteral("shardboard"));
    QApplication::setOrganizationName(QStringLiteral("shardboard"));
    QApplication::setApplicationDisplayName(QStringLiteral("Shardboard"));
    QApplication::setApplicationVersion(QStringLiteral(SHARDBOARD_VERSION));
    QApplication::setDesktopFileName(QStringLiteral("shardboard"));
}

/// English for its plurals, and over it the user's language where there is a translation.
void installTranslations(QApplication &app)
{
    for (const QLocale &locale : {QLocale(QLocale::English), QLocale()}) {
        auto *translator = new QTranslator(&app);
        if (translator->load(
                locale, QStringLiteral("shardboard"), QStringLiteral("_"), QStringLiteral(":/translations")))
            QApplication::installTranslator(translator);
    }
}

/// Drawing without a screen, Qt's offscreen platform talks of itself; scripts read what we write to stderr.
void silenceOffscreenPlatform()
{
    static QtMessageHandler previous = nullptr;
    previous = qInstallMessageHandler([](QtMsgType type, const QMessageLogContext &context, const QString &text) {
        if (text != QLatin1String("This plugin does not support propagateSizeHints()"))
            previous(type, context, text);
    });
}

Theme::Mode chosenTheme(const LaunchOptions &options)
{
    const QString name
        = options.theme.isEmpty() ? QSettings().value(QStringLiteral("theme")).toString() : options.theme;
    if (name.compare(QLatin1String("light"), Qt::CaseInsensitive) == 0)
        return Theme::Mode::Light;
    return name.compare(QLatin1String("dark"), Qt::CaseInsensitive) == 0 ? Theme::Mode::Dark : Theme::Mode::System;
}

/// The objects of the program, each made of those above it.
struct ObjectGraph
{
    IoThread io;
    Keychain keychain;
    ConnectionBook book{ProfileStore()};
    ConnectionController connection{io, keychain};
    Library library;
    TrustStore trust;
    RunningWork work;
    SampleController sample{io, work};
    DemoController demo{io, work};
    MainWindow window{WorkbenchParts{io, book, connection, library, trust, work, sample, demo}};
};

/// --trust: the user vouches for what is named beside it.
void approveAtLaunch(ObjectGraph &graph, const LaunchOptions &options)
{
    if (!options.trusts)
        return;
    QList<Outcome<Document>> named;
    for (const QString &file : options.files)
        named.append(Library::loadFile(file));
    if (!options.dashboard.isEmpty())
        named.append(graph.library.load(options.dashboard));
    for (const Outcome<Document> &document : named)
        if (document && (options.trustedHash.isEmpty() || options.trustedHash == documentHash(*document)))
            graph.trust.approve(*document);
}

/// What the command line asked for, once there is a window.
void follow(ObjectGraph &graph, const LaunchOptions &options)
{
    MainWindow &window = graph.window;
    approveAtLaunch(graph, options);
    window.workspace().setStartValues(options.range, options.variables);
    window.openWhenConnected(
        options.dashboard.isEmpty() ? QStringList() : QStringList{options.dashboard}, options.files);
    if (options.isKiosk)
        window.goKioskWhenConnected();
    const bool wantsPage = !options.dashboard.isEmpty() || !options.files.isEmpty() || options.isKiosk;
    if (options.startsDemo) {
        graph.demo.start();
    } else if (options.target || wantsPage) {
        Profile profile;
        // Nothing said: libpq's defaults and the PG* variables lead somewhere.
        profile.settings = options.target.value_or(ConnectionSettings());
        window.connectTo(profile);
    }
}

/// In the sizes that window managers draw. Of a drawing that scales, Qt would make larger ones too, a quarter of a
/// megabyte for each window.
QIcon windowIcon()
{
    const QIcon drawing(QStringLiteral(":/icons/shardboard.svg"));
    QIcon icon;
    for (const int size : {16, 32, 48})
        icon.addPixmap(drawing.pixmap(QSize(size, size), 1.0));
    return icon;
}

/// What can wait until something is on the screen.
void afterFirstPaint(ObjectGraph &graph, const LaunchOptions &options)
{
    // For the benchmark: the moment the start page has been painted.
    if (qEnvironmentVariableIsSet("SHARDBOARD_STARTUP_MARK")) {
        std::puts("painted");
        std::fflush(stdout);
    }
    QApplication::setWindowIcon(windowIcon());
    follow(graph, options);
}

/// The event loop. Once it has ended a signal has its default effect: a second one ends the program at once.
int runUntilAsked(QApplication &app, ObjectGraph &graph)
{
    TerminationWatch termination;
    // exit(), not quit(): whoever sends a signal is not there to answer what to do with unsaved changes.
    QObject::connect(&termination, &TerminationWatch::requested, &app, [] { QApplication::exit(0); });
    graph.window.show();
    return QApplication::exec();
}

/// The process ends with this status after so long, whatever waits for whom.
void endProcessAfter(std::chrono::seconds limit, int status)
{
    std::thread([limit, status] {
        std::this_thread::sleep_for(limit);
        std::_Exit(status);
    }).detach();
}

int showWindow(QApplication &app, const LaunchOptions &options)
{
    ObjectGraph graph;
    StartPage &start = graph.window.startPage();
    if (const auto loaded = graph.book.load(); loaded.isError())
        start.showError(loaded.error(), StartPage::tr("The saved connections could not be read"));
    QObject::connect(&start, &StartPage::firstPainted, &app, [&] { afterFirstPaint(graph, options); });
    QObject::connect(&app, &QGuiApplication::commitDataRequest, &graph.window, [&](QSessionManager &session) {
        // The end of the desktop's session: work goes on until the user has answered the window's question.
        if (graph.window.mayEndUnasked())
            return;
        session.cancel();
        graph.window.close();
    });
    const int status = runUntilAsked(app, graph);
    endProcessAfter(longestExit, status);
    graph.connection.disconnectFromServer();
    if (!graph.demo.shutDown()) {
        // What goes on still uses the objects that would be destroyed now.
        QSettings().sync();
        std::fflush(nullptr);
        std::_Exit(status);
    }
    return status;
}

Outcome<Document> documentToRender(const LaunchOptions &options)
{
    return options.files.isEmpty() ? Library().load(options.dashboard) : Library::loadFile(options.files.first());
}

/// nullopt: neither approved earlier nor by the command line.
std::optional<TrustedDocument> trustAtLaunch(const Document &document, const LaunchOptions &options)
{
    TrustStore store;
    if (options.trusts && (options.trustedHash.isEmpty() || options.trustedHash == documentHash(document)))
        return store.approve(document);
    return store.check(document);
}

int render(const LaunchOptions &options)
{
    const auto document = documentToRender(options);
    if (document.isError()) {
        std::fprintf(stderr, "shardboard: %s\n", qPrintable(document.error().toText()));
        return 1;
    }
    const auto trusted = trustAtLaunch(*document, options);
    if (!trusted) {
        std::fprintf(stderr,
            "shardboard: this dashboard has not been approved; nothing was sent. It would run:\n\n%s\n\n"
            "Approve it in the window, or give --trust=%s\n",
            qPrintable(shownText(trustSummary(*document), 200'000)), qPrintable(documentHash(*document)));
        return 1;
    }
    const RenderRequest request{*trusted, options.renderOutput, options.renderSize,
        options.target.value_or(ConnectionSettings()), options.range, options.variables};
    return renderDashboard(request);
}

} // namespace

int runApplication(const LaunchOptions &options, int argc, char *argv[])
{
    const bool isRendering = options.task == LaunchOptions::Task::Render;
    if (isRendering && !qEnvironmentVariableIsSet("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    if (isRendering)
        silenceOffscreenPlatform();
    QApplication app(argc, argv);
    nameApplication();
    installTranslations(app);
    Theme::instance().apply(chosenTheme(options));
    return isRendering ? render(options) : showWindow(app, options);
}

} // namespace Shardboard
