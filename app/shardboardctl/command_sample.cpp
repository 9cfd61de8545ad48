// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/sample/sample.h"
#include "app/shardboardctl/context.h"

#include <QHash>

namespace Shardboard::Ctl {

namespace {

using Seconds = std::chrono::seconds;

ServerError wrongValue(const QString &option, const QString &wanted, const QString &text)
{
    return ServerError::usage(QStringLiteral("--%1 wants %2, not \"%3\".").arg(option, wanted, text));
}

/// "90s", "20m", "6h", "2d", or a plain number of seconds.
Outcome<Seconds> readLength(const QCommandLineParser &parser, const QString &option)
{
    static const QHash<QChar, int> units{{u's', 1}, {u'm', 60}, {u'h', 3600}, {u'd', 86400}};
    const QString text = parser.value(option);
    QString digits = text;
    int unit = 1;
    if (!text.isEmpty() && units.contains(text.back())) {
        unit = units.value(text.back());
        digits.chop(1);
    }
    bool isNumber = false;
    const int number = digits.toInt(&isNumber);
    if (!isNumber || number < 0)
        return wrongValue(option, QStringLiteral("a length of time such as 90s, 20m, 6h or 2d"), text);
    return Seconds(qint64(number) * unit);
}

template <typename Number>
Completion readNumber(const QCommandLineParser &parser, const QString &option, Number &target)
{
    bool isNumber = false;
    const QString text = parser.value(option);
    if constexpr (std::is_floating_point_v<Number>)
        target = text.toDouble(&isNumber);
    else
        target = Number(text.toLongLong(&isNumber));
    return isNumber ? Completion(Nothing{}) : wrongValue(option, QStringLiteral("a number"), text);
}

Completion readNumbers(const QCommandLineParser &parser, SampleSettings &settings)
{
    for (const auto &read : {readNumber(parser, QStringLiteral("rate"), settings.rate),
             readNumber(parser, QStringLiteral("rhythm"), settings.rhythm),
             readNumber(parser, QStringLiteral("error-share"), settings.errorShare),
             readNumber(parser, QStringLiteral("seed"), settings.seed)}) {
        if (!read)
            return read;
    }
    for (const QString &option : {QStringLiteral("sites"), QStringLiteral("repositories"), QStringLiteral("customers")})
        if (parser.isSet(option))
            if (const auto read = readNumber(parser, option, settings.sites); !read)
                return read;
    if (parser.isSet(QStringLiteral("slow-site")))
        return readNumber(parser, QStringLiteral("slow-site"), settings.slowSite);
    // Unless it was asked for, a slow site that is not among the sites is none.
    if (settings.slowSite > settings.sites)
        settings.slowSite = 0;
    return Nothing{};
}

Completion readTimes(const QCommandLineParser &parser, SampleSettings &settings)
{
    const auto burstEvery = readLength(parser, QStringLiteral("burst-every"));
    const auto backfill = readLength(parser, QStringLiteral("backfill"));
    for (const auto *length : {&burstEvery, &backfill}) {
        if (!*length)
            return length->failure<Nothing>();
    }
    settings.burstEvery = *burstEvery;
    settings.backfill = *backfill;
    if (parser.isSet(QStringLiteral("duration"))) {
        const auto duration = readLength(parser, QStringLiteral("duration"));
        if (!duration)
            return duration.failure<Nothing>();
        settings.duration = *duration;
    }
    const QStringList moments = parser.values(QStringLiteral("burst-at"));
    for (const QString &text : moments) {
        const QDateTime moment = QDateTime::fromString(text, Qt::ISODate);
        if (!moment.isValid())
            return wrongValue(QStringLiteral("burst-at"), QStringLiteral("a time such as 2025-06-18T12:00:00Z"), text);
        settings.burstsAt.append(moment);
    }
    return Nothing{};
}

Outcome<SampleSettings> settingsOfKind(const QStringList &words)
{
    for (const SampleKind kind : {SampleKind::HttpTraffic, SampleKind::GitHub, SampleKind::Clickstream})
        if (words == QStringList{sampleKindName(kind)})
            return defaultSampleSettings(kind);
    return ServerError::usage(QStringLiteral("Say which sample data: http-traffic, github or clickstream."));
}

Outcome<SampleSettings> readSettings(const QCommandLineParser &parser)
{
    auto begun = settingsOfKind(parser.positionalArguments());
    if (!begun)
        return begun;
    SampleSettings settings = *begun;
    if (parser.isSet(QStringLiteral("table")))
        settings.table = parseQualifiedName(parser.value(QStringLiteral("table")));
    if (settings.table.name.isEmpty())
        return wrongValue(
            QStringLiteral("table"), QStringLiteral("the name of a table"), parser.value(QStringLiteral("table")));
    for (const auto &read : {readNumbers, readTimes}) {
        if (const auto done = read(parser, settings); !done)
            return done.failure<SampleSettings>();
    }
    if (const QString problem = settings.problem(); !problem.isEmpty())
        return ServerError::usage(problem);
    return settings;
}

/// A line every ten seconds.
ProgressSink progressTo(const Context &context)
{
    return [&context, last = std::chrono::steady_clock::now()](const Progress &progress) mutable {
        const auto now = std::chrono::steady_clock::now();
        if (now - last < Seconds(10))
            return;
        last = now;
        context.progress(QStringLiteral("%1: %2 rows").arg(progress.activity, QString::number(progress.done)));
    };
}

QJsonObject toJson(const SampleReport &report)
{
    return {{QStringLiteral("written"), report.written}, {QStringLiteral("backfilled"), report.backfilled},
        {QStringLiteral("skipped"), report.skipped}, {QStringLiteral("milliseconds"), qint64(report.duration.count())}};
}

QString toText(const SampleReport &report)
{
    QString text = QStringLiteral("%1 rows written, %2 of them history (%3 s)")
                       .arg(QString::number(report.written), QString::number(report.backfilled))
                       .arg(double(report.duration.count()) / 1000, 0, 'f', 1);
    if (report.skipped > 0)
        text += QStringLiteral("\n%1 rows left out: the server stood still for too long.")
                    .arg(QString::number(report.skipped));
    return text;
}

int run(Context &context)
{
    QCommandLineParser parser;
    const auto valued = [](const char *name, const char *fallback = "") {
        return QCommandLineOption(
            QString::fromLatin1(name), {}, QStringLiteral("value"), QString::fromLatin1(fallback));
    };
    parser.addOptions({valued("rate", "50"), valued("rhythm", "0.35"), valued("sites"), valued("repositories"),
        valued("customers"), valued("error-share", "0.02"), valued("slow-site"), valued("burst-every", "20m"),
        valued("burst-at"), valued("backfill", "0"), valued("duration"), valued("seed", "1"), valued("table")});
    if (const auto over = context.parse(parser))
        return *over;
    const auto settings = readSettings(parser);
    if (!settings)
        return context.badUsage(settings.error().message);
    const auto session = context.openSession();
    if (!session)
        return context.fail(session);
    context.progress(QStringLiteral("Writing to %1, %2.")
                         .arg(settings->table.display(),
                             settings->duration ? QStringLiteral("until the time is over")
                                                : QStringLiteral("until stopped (Ctrl+C)")));
    const auto report = runSample(**session, *settings, progressTo(context), context.stopToken());
    if (!report)
        return context.fail(report);
    if (context.json())
        context.printJson(toJson(*report));
    else
        context.print(toText(*report));
    return Ok;
}

const CommandRegistration registration({QStringLiteral("sample"),
    {QStringLiteral("sample http-traffic|github|clickstream [OPTION]…")},
    QStringLiteral("Writes made-up rows of a blueprint, live and into the past, so that charts have a story."),
    QStringLiteral(
        "Day and night, busy and quiet tenants, people who come back. http-traffic has errors with bursts and a slow\n"
        "site; github has pushes, pull requests and repositories that everybody stars at once, and fills github_users\n"
        "too; clickstream has shops, sessions, busy devices and sales. Goes on until stopped by SIGINT or SIGTERM,\n"
        "then says how much it wrote. TIME is a number with s, m, h or d.\n\n"
        "      --rate N             rows a second, averaged over a day (50)\n"
        "      --rhythm SHARE       how far day and night part from that, 0 to 0.7 (0.35)\n"
        "      --sites N            how many sites, the first ones busiest (8); of github --repositories (30), of\n"
        "                           clickstream --customers (20)\n"
        "      --error-share SHARE  of requests that fail outside bursts (0.02)\n"
        "      --slow-site N        the site that takes eight times as long; 0: none (3)\n"
        "      --burst-every TIME   errors of a busy site, stars or a sale burst for two minutes at every multiple\n"
        "                           of this; 0: never (20m)\n"
        "      --burst-at WHEN      a further burst, as 2025-06-18T12:00:00Z; may be given again\n"
        "      --backfill TIME      write so much history first (0)\n"
        "      --duration TIME      of the live part; 0: history only (until stopped)\n"
        "      --seed N             the same seed tells the same story (1)\n"
        "      --table TABLE        where to (the blueprint's, in schema public)"),
    run});

} // namespace

} // namespace Shardboard::Ctl
