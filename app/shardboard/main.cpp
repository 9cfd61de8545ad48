// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/shardboard/application.h"
#include "app/shardboard/launchoptions.h"

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
    const auto options = parseLaunchOptions(argumentsOf(argc, argv));
    if (!options) {
        std::fprintf(stderr, "shardboard: %s\nTry: shardboard --help\n", qPrintable(options.error().message));
        return badUsage;
    }
    switch (options->task) {
    case LaunchOptions::Task::Help:
        std::fputs(qPrintable(usageText()), stdout);
        return 0;
    case LaunchOptions::Task::Version:
        std::puts("shardboard " SHARDBOARD_VERSION);
        return 0;
    case LaunchOptions::Task::Render:
    case LaunchOptions::Task::Window:
        break;
    }
    return runApplication(options.value(), argc, argv);
}
