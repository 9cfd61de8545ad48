// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/import/import.h"
#include "app/shardboardctl/context.h"

#include <QLocale>

#include <algorithm>
#include <thread>

namespace Shardboard::Ctl {

namespace {

constexpr int maximumConnections = 4;

/// "column=value" as often as it was given, into a map; the error shows the one that is none.
Outcome<QMap<QString, QString>> readPairs(const QStringList &texts, const QString &option)
{
    QMap<QString, QString> pairs;
    for (const QString &text : texts) {
        const qsizetype sign = text.indexOf(u'=');
        if (sign < 1)
            return ServerError::usage(QStringLiteral("--%1 wants NAME=VALUE, not \"%2\".").arg(option, text));
        pairs.insert(text.first(sign), text.sliced(sign + 1));
    }
    return pairs;
}

Outcome<char> readDelimiter(const QString &text)
{
    if (text == QStringLiteral("tab") || text == QStringLiteral("\\t"))
        return '\t';
    if (text.size() != 1 || text[0].unicode() > 0x7f)
        return ServerError::usage(QStringLiteral("--delimiter wants one ASCII character, or the word tab."));
    return text[0].toLatin1();
}

Outcome<ImportFormat> readFormat(const QString &text)
{
    if (text == QStringLiteral("csv"))
        return ImportFormat::Csv;
    if (text == QStringLiteral("combined"))
        return ImportFormat::Combined;
    if (text == QStringLiteral("caddy"))
        return ImportFormat::Caddy;
    if (text == QStringLiteral("alb"))
        return ImportFormat::Alb;
    return ServerError::usage(QStringLiteral("--format is csv, combined, caddy or alb, not \"%1\".").arg(text));
}

Outcome<qint64> readNumber(const QCommandLineParser &parser, const QString &option, qint64 minimum)
{
    bool isNumber = false;
    const qint64 number = parser.value(option).toLongLong(&isNumber);
    if (!isNumber || number < minimum)
        return ServerError::usage(QStringLiteral("--%1 wants a number of at least %2.").arg(option).arg(minimum));
    return number;
}

Completion readColumns(const QCommandLineParser &parser, ImportSettings &settings)
{
    const auto constants = readPairs(parser.values(QStringLiteral("set")), QStringLiteral("set"));
    if (!constants)
        return constants.failure<Nothing>();
    const auto columnMap = readPairs(parser.values(QStringLiteral("map")), QStringLiteral("map"));
    if (!columnMap)
        return columnMap.failure<Nothing>();
    settings.constants = *constants;
    settings.columnMap = *columnMap;
    return Nothing{};
}

Completion readFileOptions(const QCommandLineParser &parser, ImportSettings &settings)
{
    if (parser.isSet(QStringLiteral("format"))) {
        const auto format = readFormat(parser.value(QStringLiteral("format")));
        if (!format)
            return format.failure<Nothing>();
        settings.format = *format;
    }
    if (parser.isSet(QStringLiteral("delimiter"))) {
        const auto delimiter = readDelimiter(parser.value(QStringLiteral("delimiter")));
        if (!delimiter)
            return delimiter.failure<Nothing>();
        settings.delimiter = *delimiter;
    }
    settings.movesSequences = !parser.isSet(QStringLiteral("keep-sequences"));
    settings.hasHeader = !parser.isSet(QStringLiteral("no-header"));
    settings.nullText = parser.value(QStringLiteral("null"));
    settings.rejectFile = parser.value(QStringLiteral("rejects"));
    return Nothing{};
}

Completion readLimits(const QCommandLineParser &parser, ImportSettings &settings)
{
    const auto connections = readNumber(parser, QStringLiteral("connections"), 1);
    if (!connections)
        return connections.failure<Nothing>();
    const int cores = std::clamp(int(std::thread::hardware_concurrency()), 1, maximumConnections);
    settings.connections = int(std::min<qint64>(*connections, cores));
    if (parser.isSet(QStringLiteral("max-rejects"))) {
        const auto maximum = readNumber(parser, QStringLiteral("max-rejects"), 0);
        if (!maximum)
            return maximum.failure<Nothing>();
        settings.maximumRejects = *maximum;
    }
    return Nothing{};
}

Outcome<ImportSettings> readSettings(const QCommandLineParser &parser)
{
    ImportSettings settings;
    const QStringList words = parser.positionalArguments();
    if (words.size() != 2)
        return ServerError::usage(QStringLiteral("Say which file and which table."));
    settings.file = words[0];
    settings.table = parseQualifiedName(words[1]);
    if (settings.table.name.isEmpty())
        return ServerError::usage(QStringLiteral("\"%1\" is no name of a table.").arg(words[1]));
    for (const auto &read : {readColumns, readFileOptions, readLimits}) {
        if (const auto done = read(parser, settings); !done)
            return done.failure<ImportSettings>();
    }
    return settings;
}

/// A line a second, in per cent: for people who look at it, and short in a log.
ProgressSink progressTo(const Context &context)
{
    return [&context, last = std::chrono::steady_clock::time_point()](const Progress &progress) mutable {
        const auto now = std::chrono::steady_clock::now();
        if (progress.total == 0 || now - last < std::chrono::seconds(1))
            return;
        last = now;
        context.progress(QStringLiteral("%1: %2 % of %3")
                             .arg(progress.activity)
                             .arg(100 * progress.done / progress.total)
                             .arg(QLocale::c().formattedDataSize(progress.total)));
    };
}

int run(Context &context)
{
    QCommandLineParser parser;
    const auto valued = [](const char *name, const QString &fallback = {}) {
        return QCommandLineOption(QString::fromLatin1(name), {}, QStringLiteral("value"), fallback);
    };
    parser.addOptions({valued("format"), valued("set"), valued("map"), valued("delimiter"), valued("null"),
        valued("rejects"), valued("connections", QStringLiteral("1")), valued("max-rejects"),
        {QStringLiteral("no-header"), {}}, {QStringLiteral("keep-sequences"), {}}});
    if (const auto over = context.parse(parser))
        return *over;
    const auto settings = readSettings(parser);
    if (!settings)
        return context.badUsage(settings.error().message);
    if (settings->connections > 1)
        context.progress(QStringLiteral("%1 connections, each a transaction of its own: if one fails, what the others "
                                        "have committed stays.")
                             .arg(settings->connections));
    const auto session = context.openSession();
    if (!session)
        return context.fail(session);
    // The first session has asked for a password, if one was needed: what it used serves the others, on their threads.
    const FurtherSessions further{context.io(), context.connection()};
    const auto report = runImport(**session, *settings, progressTo(context), context.stopToken(), further);
    if (report.isCancelled())
        return context.fail(ServerError::usage(QStringLiteral("Cancelled: nothing was loaded.")));
    if (!report)
        return context.fail(report);
    if (context.json())
        context.printJson(report->toJson());
    else
        context.print(report->toText());
    return Ok;
}

const CommandRegistration registration({QStringLiteral("import"), {QStringLiteral("import FILE TABLE [OPTION]…")},
    QStringLiteral("Loads a CSV file or an access log into a table, and sets aside what does not fit."),
    QStringLiteral(
        "FILE is plain or gzip. Lines that do not fit the table are written to a reject file with their number and\n"
        "the reason; all others are loaded, in one transaction. Exit status 0 also when lines were rejected.\n\n"
        "      --format F           csv; combined: the access log of Apache and nginx (also the common and the\n"
        "                           vhost_combined format, with any fields added); caddy: its JSON log; alb: the\n"
        "                           log of an AWS load balancer. Told by the first lines unless given\n"
        "      --set COLUMN=VALUE   the same value in every row; of a log, site_id is 1 unless set\n"
        "      --map HEADER=COLUMN  where a column of the file goes; HEADER= leaves it out. Without a header\n"
        "                           the columns are called 1, 2, …\n"
        "      --delimiter C        between the fields of a CSV file: one character, or tab\n"
        "      --no-header          the first line is data\n"
        "      --null TEXT          unquoted text that stands for NULL (nothing at all)\n"
        "      --keep-sequences     do not move the sequences of loaded id columns past the ids of the file\n"
        "      --rejects FILE       where rejected lines go (FILE.rejects.csv)\n"
        "      --max-rejects N      give up when more lines are rejected, and load nothing\n"
        "      --connections N      load over N connections, at most %1 and one a core: faster, but not all or\n"
        "                           nothing, as each is a transaction of its own. Rows of a distributed table go to\n"
        "                           the workers directly, where these can be reached")
        .arg(maximumConnections),
    run});

} // namespace

} // namespace Shardboard::Ctl
