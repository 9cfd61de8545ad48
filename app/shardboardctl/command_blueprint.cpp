// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/blueprint.h"
#include "app/shardboardctl/context.h"
#include "app/shardboardctl/plancommand.h"

#include <QJsonArray>
#include <QMap>

namespace Shardboard::Ctl {

namespace {

QString describe(const BlueprintSetting &setting)
{
    return QStringLiteral("  %1  %2 (%3)").arg(setting.name.leftJustified(18), setting.help, setting.defaultValue);
}

QJsonObject toJson(const BlueprintInfo &info)
{
    QJsonArray settings;
    for (const BlueprintSetting &setting : info.settings)
        settings.append(QJsonObject{{QStringLiteral("name"), setting.name}, {QStringLiteral("label"), setting.label},
            {QStringLiteral("help"), setting.help}, {QStringLiteral("default"), setting.defaultValue},
            {QStringLiteral("choices"), QJsonArray::fromStringList(setting.choices)},
            {QStringLiteral("needs"), setting.needs}});
    return {{QStringLiteral("name"), info.name}, {QStringLiteral("title"), info.title},
        {QStringLiteral("description"), info.description}, {QStringLiteral("settings"), settings}};
}

int list(const Context &context)
{
    QJsonArray all;
    for (const BlueprintInfo &info : blueprints()) {
        if (context.json()) {
            all.append(toJson(info));
            continue;
        }
        context.print(QStringLiteral("%1: %2").arg(info.name, info.description));
        for (const BlueprintSetting &setting : info.settings)
            context.print(describe(setting));
    }
    if (context.json())
        context.printJson({{QStringLiteral("blueprints"), all}});
    return Ok;
}

/// "name=value" of each --set.
Outcome<QMap<QString, QString>> readSettings(const QStringList &assignments)
{
    QMap<QString, QString> settings;
    for (const QString &assignment : assignments) {
        const qsizetype sign = assignment.indexOf(u'=');
        if (sign < 1)
            return ServerError::usage(QStringLiteral("--set wants name=value, not \"%1\"").arg(assignment));
        settings.insert(assignment.left(sign).trimmed(), assignment.mid(sign + 1));
    }
    return settings;
}

Outcome<Intent> removeIntent(const QString &name, QMap<QString, QString> settings)
{
    const QString schema = settings.contains(QStringLiteral("schema")) ? settings.take(QStringLiteral("schema"))
                                                                       : QStringLiteral("public");
    if (!settings.isEmpty())
        return ServerError::usage(
            QStringLiteral("remove only takes the setting schema, not \"%1\"").arg(settings.firstKey()));
    return removeBlueprintIntent(name, schema);
}

int run(Context &context)
{
    QCommandLineParser parser;
    parser.addOption({QStringLiteral("set"), {}, QStringLiteral("name=value")});
    parser.addOption({QStringLiteral("save"), {}, QStringLiteral("file")});
    if (const auto over = context.parse(parser))
        return *over;
    const QStringList words = parser.positionalArguments();
    const QString verb = words.value(0);
    if (verb == QStringLiteral("list") && words.size() == 1)
        return list(context);
    if (words.size() != 2)
        return context.badUsage(QStringLiteral("Say list, or plan, apply or remove and a blueprint's name."));
    const auto settings = readSettings(parser.values(QStringLiteral("set")));
    if (!settings)
        return context.badUsage(settings.error().toText());
    const bool removes = verb == QStringLiteral("remove");
    if (!removes && verb != QStringLiteral("plan") && verb != QStringLiteral("apply"))
        return context.badUsage(QStringLiteral("%1 is none of list, plan, apply, remove.").arg(verb));
    const Outcome<Intent> intent
        = removes ? removeIntent(words.at(1), *settings) : blueprintIntent(words.at(1), *settings);
    if (!intent)
        return context.badUsage(intent.error().toText());
    return verb == QStringLiteral("plan") ? printPlan(context, *intent)
                                          : applyPlan(context, *intent, parser.value(QStringLiteral("save")));
}

QString settingsHelp()
{
    QString text;
    for (const BlueprintInfo &info : blueprints()) {
        text += QStringLiteral("\n\nSettings of %1, with their defaults:").arg(info.name);
        for (const BlueprintSetting &setting : info.settings)
            text += QLatin1Char('\n') + describe(setting);
    }
    return text;
}

const CommandRegistration registration({QStringLiteral("blueprint"),
    {QStringLiteral("blueprint list"), QStringLiteral("blueprint plan NAME [--set name=value]…"),
        QStringLiteral("blueprint apply NAME [--set name=value]… [--save RUN.json]"),
        QStringLiteral("blueprint remove NAME [--set schema=SCHEMA]")},
    QStringLiteral("Sets up or takes away a whole pipeline: tables, rollup, jobs, retention."),
    QStringLiteral("plan prints the SQL script that apply would run, with its locks and how to take it back.\n"
                   "Applying again changes nothing that is already so; with --save undo can undo it. remove drops the\n"
                   "tables with their rows.")
        + settingsHelp(),
    run});

} // namespace

} // namespace Shardboard::Ctl
