// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/shardboard/commandline.h"

#include "connection/conninfo.h"

#include <QFileInfo>

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

Completion setRange(CommandLine &line, const QString &value)
{
    const auto range = parseTimeRange(value);
    if (!range)
        return range.failure<Nothing>();
    line.range = range.value();
    return Nothing{};
}

Completion setVariable(CommandLine &line, const QString &value)
{
    const qsizetype equals = value.indexOf(QLatin1Char('='));
    if (equals <= 0)
        return ServerError::usage(QStringLiteral("--var wants name=value, not \"%1\"").arg(value));
    line.variables.insert(value.left(equals), value.mid(equals + 1));
    return Nothing{};
}

Completion setSize(CommandLine &line, const QString &value)
{
    const QStringList sides = value.toLower().split(QLatin1Char('x'));
    const QSize size(sides.value(0).toInt(), sides.value(1).toInt());
    if (sides.size() != 2 || size.width() < 200 || size.height() < 150 || size.width() > 16000 || size.height() > 16000)
        return ServerError::usage(QStringLiteral("--size wants WIDTHxHEIGHT from 200x150, not \"%1\"").arg(value));
    line.renderSize = size;
    return Nothing{};
}

Completion setTheme(CommandLine &line, const QString &value)
{
    static const QStringList known{QStringLiteral("system"), QStringLiteral("light"), QStringLiteral("dark")};
    if (!known.contains(value))
        return ServerError::usage(QStringLiteral("--theme is one of system, light and dark, not \"%1\"").arg(value));
    line.theme = value;
    return Nothing{};
}

Completion setRender(CommandLine &line, const QString &value)
{
    const QString suffix = QFileInfo(value).suffix().toLower();
    if (suffix != QLatin1String("png") && suffix != QLatin1String("svg") && suffix != QLatin1String("pdf"))
        return ServerError::usage(QStringLiteral("--render writes .png, .svg or .pdf, not \"%1\"").arg(value));
    line.renderOutput = value;
    line.task = CommandLine::Task::Render;
    return Nothing{};
}

Completion setDashboard(CommandLine &line, const QString &value)
{
    if (value.endsWith(QLatin1String(".json")))
        line.files.append(value);
    else
        line.dashboard = value;
    return Nothing{};
}

struct ValueOption
{
    QString name;
    Completion (*set)(CommandLine &, const QString &);
};

const QList<ValueOption> &valueOptions()
{
    static const QList<ValueOption> options{{QStringLiteral("--dashboard"), setDashboard},
        {QStringLiteral("--range"), setRange}, {QStringLiteral("--var"), setVariable},
        {QStringLiteral("--render"), setRender}, {QStringLiteral("--size"), setSize},
        {QStringLiteral("--theme"), setTheme}};
    return options;
}

Completion takeTarget(CommandLine &line, const QString &word)
{
    if (word.endsWith(QLatin1String(".json"))) {
        line.files.append(word);
        return Nothing{};
    }
    const auto parsed = parseConnection(word);
    if (!parsed)
        return parsed.failure<Nothing>();
    if (line.target)
        return ServerError::usage(QStringLiteral("One connection at a time: \"%1\" is a second one").arg(word));
    line.target = parsed->settings;
    return Nothing{};
}

Completion takeFlag(CommandLine &line, const QString &word)
{
    if (word == QLatin1String("--demo"))
        line.startsDemo = true;
    else if (word == QLatin1String("--kiosk"))
        line.isKiosk = true;
    else if (word == QLatin1String("--help") || word == QLatin1String("-h"))
        line.task = CommandLine::Task::Help;
    else if (word == QLatin1String("--version") || word == QLatin1String("-v"))
        line.task = CommandLine::Task::Version;
    else
        return ServerError::usage(QStringLiteral("There is no option %1").arg(word));
    return Nothing{};
}

Completion takeWord(CommandLine &line, const Words &words, qsizetype &at)
{
    for (const ValueOption &option : valueOptions()) {
        const auto value = optionValue(option.name, words, at);
        if (!value)
            return value.failure<Nothing>();
        if (value.value())
            return option.set(line, *value.value());
    }
    const QString &word = words.at(at);
    return word.startsWith(QLatin1Char('-')) ? takeFlag(line, word) : takeTarget(line, word);
}

} // namespace

Outcome<CommandLine> parseCommandLine(const QStringList &arguments)
{
    CommandLine line;
    for (qsizetype at = 0; at < arguments.size(); ++at)
        if (const auto taken = takeWord(line, arguments, at); !taken)
            return taken.failure<CommandLine>();
    if (line.startsDemo && line.target)
        return ServerError::usage(QStringLiteral("--demo brings its own server: leave the connection out"));
    if (line.task == CommandLine::Task::Render && line.dashboard.isEmpty() && line.files.isEmpty())
        return ServerError::usage(QStringLiteral("--render needs --dashboard or a dashboard file"));
    return line;
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
  --render OUT.{png,svg,pdf} draw the dashboard without a screen and exit
  --size WIDTHxHEIGHT        of the drawing (1440x900)
  --theme system|light|dark
  -h, --help
  -v, --version
)");
}

} // namespace Shardboard
