// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/shardboard/launchoptions.h"

#include "connection/conninfo.h"
#include "connection/values/textquote.h"

#include <QFileInfo>
#include <QRegularExpression>

#include <cstdio>

namespace Shardboard {

namespace {

using Words = QStringList;

/// "--name=value" or "--name value"; nullopt: the option is not this one.
Outcome<std::optional<QString>> optionValue(const QString &name, const Words &words, qsizetype &at)
{
    const QString &word = words.at(at);
    if (word.startsWith(name + QLatin1Char('=')))
        return std::optional(word.mid(name.size() + 1));
    if (word != name)
        return std::optional<QString>();
    if (at + 1 >= words.size())
        return ServerError::usage(QStringLiteral("%1 needs a value").arg(name));
    return std::optional(words.at(++at));
}

Completion setRange(LaunchOptions &options, const QString &value)
{
    const auto range = parseTimeRange(value);
    if (!range)
        return range.failure<Nothing>();
    options.range = range.value();
    return Nothing{};
}

Completion setVariable(LaunchOptions &options, const QString &value)
{
    const qsizetype equals = value.indexOf(QLatin1Char('='));
    if (equals <= 0)
        return ServerError::usage(QStringLiteral("--var wants name=value, not \"%1\"").arg(value));
    options.variables.insert(value.left(equals), value.mid(equals + 1));
    return Nothing{};
}

Completion setSize(LaunchOptions &options, const QString &value)
{
    const QStringList sides = value.toLower().split(QLatin1Char('x'));
    const QSize size(sides.value(0).toInt(), sides.value(1).toInt());
    if (sides.size() != 2 || size.width() < 200 || size.height() < 150 || size.width() > 16000 || size.height() > 16000)
        return ServerError::usage(QStringLiteral("--size wants WIDTHxHEIGHT from 200x150, not \"%1\"").arg(value));
    options.renderSize = size;
    return Nothing{};
}

Completion setTheme(LaunchOptions &options, const QString &value)
{
    static const QStringList known{QStringLiteral("system"), QStringLiteral("light"), QStringLiteral("dark")};
    if (!known.contains(value))
        return ServerError::usage(QStringLiteral("--theme is one of system, light and dark, not \"%1\"").arg(value));
    options.theme = value;
    return Nothing{};
}

Completion setRender(LaunchOptions &options, const QString &value)
{
    const QString suffix = QFileInfo(value).suffix().toLower();
    if (suffix != QLatin1String("png") && suffix != QLatin1String("svg") && suffix != QLatin1String("pdf"))
        return ServerError::usage(QStringLiteral("--render writes .png, .svg or .pdf, not \"%1\"").arg(value));
    options.renderOutput = value;
    options.task = LaunchOptions::Task::Render;
    return Nothing{};
}

Completion setDashboard(LaunchOptions &options, const QString &value)
{
    if (value.endsWith(QLatin1String(".json")))
        options.files.append(value);
    else
        options.dashboard = value;
    return Nothing{};
}

Completion setTrust(LaunchOptions &options, const QString &hash)
{
    static const QRegularExpression sha256(QStringLiteral("\\A[0-9a-fA-F]{64}\\z"));
    if (!sha256.match(hash).hasMatch())
        return ServerError::usage(QStringLiteral("--trust= wants a SHA-256 of 64 hexadecimal digits"));
    options.trusts = true;
    options.trustedHash = hash.toLower();
    return Nothing{};
}

struct ValueOption
{
    QString name;
    Completion (*set)(LaunchOptions &, const QString &);
};

const QList<ValueOption> &valueOptions()
{
    static const QList<ValueOption> options{{QStringLiteral("--dashboard"), setDashboard},
        {QStringLiteral("--range"), setRange}, {QStringLiteral("--var"), setVariable},
        {QStringLiteral("--render"), setRender}, {QStringLiteral("--size"), setSize},
        {QStringLiteral("--theme"), setTheme}};
    return options;
}

Completion takeTarget(LaunchOptions &options, const QString &word)
{
    if (word.endsWith(QLatin1String(".json"))) {
        options.files.append(word);
        return Nothing{};
    }
    const auto parsed = parseConnection(word);
    if (!parsed)
        return parsed.failure<Nothing>();
    if (options.target)
        return ServerError::usage(
            QStringLiteral("One connection at a time: %1 is a second one").arg(describeTarget(parsed->settings)));
    for (const QString &note : parsed->notes)
        std::fprintf(stderr, "%s\n", qUtf8Printable(terminalText(note)));
    options.target = parsed->settings;
    return Nothing{};
}

Completion takeFlag(LaunchOptions &options, const QString &word)
{
    if (word == QLatin1String("--demo"))
        options.startsDemo = true;
    else if (word == QLatin1String("--kiosk"))
        options.isKiosk = true;
    else if (word == QLatin1String("--trust"))
        options.trusts = true;
    else if (word.startsWith(QLatin1String("--trust=")))
        return setTrust(options, word.section(QLatin1Char('='), 1));
    else if (word == QLatin1String("--help") || word == QLatin1String("-h"))
        options.task = LaunchOptions::Task::Help;
    else if (word == QLatin1String("--version") || word == QLatin1String("-v"))
        options.task = LaunchOptions::Task::Version;
    else
        return ServerError::usage(QStringLiteral("There is no option %1").arg(word));
    return Nothing{};
}

Completion takeWord(LaunchOptions &options, const Words &words, qsizetype &at)
{
    for (const ValueOption &option : valueOptions()) {
        const auto value = optionValue(option.name, words, at);
        if (!value)
            return value.failure<Nothing>();
        if (value.value())
            return option.set(options, *value.value());
    }
    const QString &word = words.at(at);
    return word.startsWith(QLatin1Char('-')) ? takeFlag(options, word) : takeTarget(options, word);
}

} // namespace

Outcome<LaunchOptions> parseLaunchOptions(const QStringList &arguments)
{
    LaunchOptions options;
    for (qsizetype at = 0; at < arguments.size(); ++at)
        if (const auto taken = takeWord(options, arguments, at); !taken)
            return taken.failure<LaunchOptions>();
    if (options.startsDemo && options.target)
        return ServerError::usage(QStringLiteral("--demo brings its own server: leave the connection out"));
    if (options.task == LaunchOptions::Task::Render && options.dashboard.isEmpty() && options.files.isEmpty())
        return ServerError::usage(QStringLiteral("--render needs --dashboard or a dashboard file"));
    return options;
}

QString usageText()
{
    return QStringLiteral(R"(usage: shardboard [OPTION]… [URI | service=NAME | FILE.json]…

Desktop client for PostgreSQL clusters that run Citus. What the connection leaves out follows libpq's rules:
PG* variables, the service file, the passfile.

  --demo                     start the private demo cluster, or adopt it, and open its dashboard
  --dashboard ID|FILE        open this dashboard
  --kiosk                    full screen, without menus
  --range FROM..TO           time range, such as now-6h..now or 2015-05-17..2015-05-21
  --var NAME=VALUE           value of a dashboard variable; may be given again
  --trust[=SHA256]           run the given dashboard without asking; with a hash only if its content has that hash
  --render OUT.{png,svg,pdf} draw the dashboard without a screen and exit
  --size WIDTHxHEIGHT        of the drawing (1440 wide, as tall as its panels)
  --theme system|light|dark
  -h, --help
  -v, --version
)");
}

} // namespace Shardboard
