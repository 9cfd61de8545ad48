// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/shardboard/application.h"

#include "app/shardboard/commandline.h"
#include "app/shardboard/keychain.h"
#include "connection/iothread.h"
#include "ui/common/theme.h"
#include "ui/connection/connectionbook.h"
#include "ui/connection/connectioncontroller.h"
#include "ui/connection/startpage.h"
#include "ui/workbench/mainwindow.h"
#include "ui/workbench/runningwork.h"

#include <QApplication>
#include <QIcon>
#include <QSettings>

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

Theme::Mode chosenTheme(const CommandLine &line)
{
    const QString name = line.theme.isEmpty() ? QSettings().value(QStringLiteral("theme")).toString() : line.theme;
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
    RunningWork work;
    MainWindow window{WorkbenchParts{io, book, connection, work}};
};

/// What can wait until something is on the screen.
void afterFirstPaint(ObjectGraph &graph, const CommandLine &line)
{
    // For the benchmark: the moment the start page has been painted.
    if (qEnvironmentVariableIsSet("SHARDBOARD_STARTUP_MARK")) {
        std::puts("painted");
        std::fflush(stdout);
    }
    QApplication::setWindowIcon(QIcon(QStringLiteral(":/icons/shardboard.svg")));
    if (line.target) {
        Profile profile;
        profile.settings = *line.target;
        graph.connection.connectTo(profile);
    }
}

} // namespace

int runApplication(const CommandLine &line, int argc, char *argv[])
{
    QApplication app(argc, argv);
    nameApplication();
    Theme::instance().apply(chosenTheme(line));
    ObjectGraph graph;
    StartPage &start = graph.window.startPage();
    if (const auto loaded = graph.book.load(); loaded.isError())
        start.showError(loaded.error(), StartPage::tr("The saved connections could not be read"));
    QObject::connect(&start, &StartPage::firstPainted, &app, [&] { afterFirstPaint(graph, line); });
    graph.window.show();
    return QApplication::exec();
}

} // namespace Shardboard
