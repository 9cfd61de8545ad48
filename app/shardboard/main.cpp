// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/shardboard/application.h"
#include "app/shardboard/commandline.h"

#include <cstdio>

namespace {

constexpr int badUsage = 2;

QStringList argumentsOf(int argc, char *argv[])
{
    QStringList arguments;
    for (int i = 1; i < argc; ++i)
        arguments.append(QString::fromLocal8Bit(argv[i]));
    return arguments;
}

} // namespace

int main(int argc, char *argv[])
{
    using namespace Shardboard;
    const auto line = parseCommandLine(argumentsOf(argc, argv));
    if (!line) {
        std::fprintf(stderr, "shardboard: %s\nTry: shardboard --help\n", qPrintable(line.error().message));
        return badUsage;
    }
    switch (line->task) {
    case CommandLine::Task::Help:
        std::fputs(qPrintable(usageText()), stdout);
        return 0;
    case CommandLine::Task::Version:
        std::puts("shardboard " SHARDBOARD_VERSION);
        return 0;
    case CommandLine::Task::Render:
    case CommandLine::Task::Window:
        break;
    }
    return runApplication(line.value(), argc, argv);
}
