// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/shardboardctl/context.h"
#include "app/shardboardctl/terminal.h"
#include "connection/values/textquote.h"
#include "connection/values/utf8text.h"

#include <QCoreApplication>

#include <algorithm>
#include <cstdio>

using namespace Shardboard;
using namespace Shardboard::Ctl;

namespace {

int complain(const QString &message)
{
    std::fprintf(stderr, "shardboardctl: %s\nHelp: shardboardctl --help\n", qUtf8Printable(terminalText(message)));
    return BadUsage;
}

/// The arguments cut in two: what is for all commands, and the command with its own.
struct CommandLine
{
    GlobalOptions options;
    QStringList rest; ///< command first
};

// Options after the command's name are the command's business: only those before it are read here.
Outcome<CommandLine> readCommandLine(QCommandLineParser &parser)
{
    CommandLine line;
    line.rest = parser.positionalArguments();
    const QString first = line.rest.value(0);
    if (first.contains(QStringLiteral("://")) || first.contains(u'=')) {
        const auto target = readTarget(first);
        if (!target)
            return target.failure<CommandLine>();
        line.options.connection = *target;
        line.rest.removeFirst();
    }
    const auto options = readGlobalOptions(parser, line.options);
    if (!options)
        return options.failure<CommandLine>();
    line.options = *options;
    return line;
}

} // namespace

int main(int argc, char *argv[])
{
    const std::stop_token stop = stopOnSignals();
    QCoreApplication app(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("shardboardctl"));
    QCoreApplication::setApplicationVersion(QStringLiteral(SHARDBOARD_VERSION));

    for (int i = 1; i < argc; ++i) {
        if (const auto fault = findTextFaultPlace(argv[i]))
            return complain(QStringLiteral("Argument %1: %2.").arg(i).arg(fault->toText()));
    }
    QCommandLineParser parser;
    parser.setOptionsAfterPositionalArgumentsMode(QCommandLineParser::ParseAsPositionalArguments);
    addGlobalOptions(parser);
    parser.addOption({QStringLiteral("version"), {}});
    if (!parser.parse(QCoreApplication::arguments()))
        return complain(parser.errorText());
    if (parser.isSet(QStringLiteral("version"))) {
        std::printf("shardboardctl %s\n", SHARDBOARD_VERSION);
        return Ok;
    }
    if (parser.isSet(QStringLiteral("help"))) {
        std::fputs(qUtf8Printable(overviewText()), stdout);
        return Ok;
    }
    const auto line = readCommandLine(parser);
    if (!line)
        return complain(line.error().toText());
    if (line->rest.isEmpty())
        return std::fputs(qUtf8Printable(overviewText()), stderr), BadUsage;

    const QString name = line->rest.first();
    const QList<Command> all = commands();
    const auto command = std::find_if(all.begin(), all.end(), [&](const Command &one) { return one.name == name; });
    if (command == all.end())
        return complain(QStringLiteral("There is no command %1.").arg(name));
    Context context(*command, line->rest.mid(1), line->options, stop);
    return command->run(context);
}
