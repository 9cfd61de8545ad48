// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/shardboard/application.h"

#include "app/shardboard/keychain.h"
#include "app/shardboard/launchoptions.h"
#include "app/shardboard/render.h"
#include "app/shardboard/terminationwatch.h"
#include "connection/iothread.h"
#include "dashboard/library.h"
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
#include <QSettings>
#include <QTranslator>

#include <cstdio>

namespace Shardboard {

namespace {

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
    RunningWork work;
    SampleController sample{io, work};
    DemoController demo{io, work};
    MainWindow window{WorkbenchParts{io, book, connection, library, work, sample, demo}};
};

/// What the command line asked for, once there is a window.
void follow(ObjectGraph &graph, const LaunchOptions &options)
{
    MainWindow &window = graph.window;
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

int showWindow(QApplication &app, const LaunchOptions &options)
{
    ObjectGraph graph;
    StartPage &start = graph.window.startPage();
    if (const auto loaded = graph.book.load(); loaded.isError())
        start.showError(loaded.error(), StartPage::tr("The saved connections could not be read"));
    QObject::connect(&start, &StartPage::firstPainted, &app, [&] { afterFirstPaint(graph, options); });
    TerminationWatch termination;
    // exit(), not quit(): whoever sends a signal is not there to answer what to do with unsaved changes.
    QObject::connect(&termination, &TerminationWatch::requested, &app, [] { QApplication::exit(0); });
    graph.window.show();
    const int status = QApplication::exec();
    graph.connection.disconnectFromServer();
    graph.demo.shutDown();
    return status;
}

Outcome<Document> documentToRender(const LaunchOptions &options)
{
    return options.files.isEmpty() ? Library().load(options.dashboard) : Library::loadFile(options.files.first());
}

int render(const LaunchOptions &options)
{
    const auto document = documentToRender(options);
    if (document.isError()) {
        std::fprintf(stderr, "shardboard: %s\n", qPrintable(document.error().toText()));
        return 1;
    }
    RenderRequest request;
    request.document = document.value();
    request.outputFile = options.renderOutput;
    request.size = options.renderSize;
    request.settings = options.target.value_or(ConnectionSettings());
    request.range = options.range;
    request.variables = options.variables;
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
