// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/planrecord.h"
#include "admin/planscript.h"
#include "app/shardboardctl/context.h"
#include "app/shardboardctl/plancommand.h"

#include <QFile>
#include <QJsonArray>

namespace Shardboard::Ctl {

using namespace Qt::StringLiterals;

namespace {

Outcome<PlanHistory> readHistory(const QString &name)
{
    QFile file(name);
    const bool isOpen = name == u"-" ? file.open(stdin, QIODevice::ReadOnly) : file.open(QIODevice::ReadOnly);
    if (!isOpen)
        return ServerError::file(u"%1 cannot be read: %2"_s.arg(name, file.errorString()));
    return historyFromJson(file.readAll());
}

/// What would be lost, and how to say that it may.
ServerError rowsError(const QList<UndoTable> &tables)
{
    QStringList lines;
    for (const UndoTable &table : tables)
        lines << u"%1: %2%3 rows"_s.arg(
            table.table.display(), table.hasMore ? u"more than "_s : QString(), QString::number(table.rows));
    ServerError error = ServerError::usage(u"undo would delete rows that were added since"_s,
        u"Nothing was changed. To delete them: shardboardctl undo --delete-rows RUN.json"_s);
    error.detail = lines.join(u"; "_s);
    return error;
}

int undo(Context &context, const PlanHistory &history, UndoRows rows, bool isPreview)
{
    const Plan plan = history.undo(rows);
    if (isPreview)
        return printScript(context, plan);
    const auto session = context.openSession();
    if (!session)
        return context.fail(session);
    if (rows == UndoRows::Keep) {
        const auto atRisk = tablesWithRows(**session, plan);
        if (!atRisk)
            return context.fail(atRisk);
        if (!atRisk->isEmpty())
            return context.fail(rowsError(*atRisk));
    }
    return runPlan(context, **session, plan);
}

int run(Context &context)
{
    QCommandLineParser parser;
    parser.addOption({u"delete-rows"_s, {}});
    parser.addOption({u"plan"_s, {}});
    if (const auto over = context.parse(parser))
        return *over;
    if (parser.positionalArguments().size() != 1)
        return context.badUsage(u"Name the file with the record of the run, or - for standard input."_s);
    const auto history = readHistory(parser.positionalArguments().first());
    if (!history)
        return context.fail(history);
    const UndoRows rows = parser.isSet(u"delete-rows"_s) ? UndoRows::Delete : UndoRows::Keep;
    return undo(context, *history, rows, parser.isSet(u"plan"_s));
}

const CommandRegistration registration({u"undo"_s, {u"undo RUN.json [--plan] [--delete-rows]"_s},
    u"Undoes what apply did."_s,
    u"RUN.json is what apply --save FILE wrote, or what apply --json printed. Undo restores what the run changed and\n"
    "leaves alone what it found to be so before. Tables that the run created and that hold rows by now are not "
    "dropped:\n"
    "undo names them with their row counts and changes nothing. The file holds SQL that undo runs: keep it as safe as "
    "a\n"
    "script.\n\n"
    "      --plan         prints the statements and changes nothing\n"
    "      --delete-rows  drops those tables with their rows"_s,
    run});

} // namespace

} // namespace Shardboard::Ctl
