// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/common/theme.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QMainWindow>

int main(int argc, char *argv[])
{
    QApplication app(argc, argv);
    QApplication::setApplicationName(QStringLiteral("shardboard"));
    QApplication::setApplicationVersion(QStringLiteral(SHARDBOARD_VERSION));
    QCommandLineParser parser;
    parser.addHelpOption();
    parser.addVersionOption();
    parser.process(app);
    Shardboard::Theme::instance().apply(Shardboard::Theme::Mode::System);
    QMainWindow window;
    window.show();
    return QApplication::exec();
}
