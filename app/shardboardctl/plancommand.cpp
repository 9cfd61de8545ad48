// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/shardboardctl/plancommand.h"

#include "admin/executor.h"
#include "admin/intent.h"
#include "admin/planning.h"
#include "admin/planrecord.h"
#include "admin/planscript.h"
#include "app/shardboardctl/context.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSaveFile>

namespace Shardboard::Ctl {

using namespace Qt::StringLiterals;

namespace {

/// What was applied and what became of it; "runs" is what undo reads.
QJsonObject runJson(const Plan &plan, const PlanReport &report)
{
    PlanHistory history;
    history.add(plan, report);
    QJsonObject document = historyToJson(history);
    document.insert(u"title"_s, plan.title);
    document.insert(u"notes"_s, QJsonArray::fromStringList(plan.notes));
    document.insert(u"complete"_s, report.isComplete());
    document.insert(u"changed"_s, report.changedAnything());
    const QJsonObject told = reportToJson(report);
    for (const QString &key : {u"steps"_s, u"error"_s}) {
        if (told.contains(key))
            document.insert(key, told[key]);
    }
    return document;
}

/// Adds the run to the record in the file, if there is one: undo then covers the first attempt too.
Completion save(const QString &path, const Plan &plan, const PlanReport &report)
{
    PlanHistory history;
    if (QFile before(path); before.exists()) {
        if (!before.open(QIODevice::ReadOnly))
            return ServerError::file(u"%1 cannot be read: %2"_s.arg(path, before.errorString()));
        const auto read = historyFromJson(before.readAll());
        if (!read)
            return read.failure<Nothing>();
        history = *read;
    }
    history.add(plan, report);
    QSaveFile file(path);
    const bool isWritten = file.open(QIODevice::WriteOnly) && file.setPermissions(QFile::ReadOwner | QFile::WriteOwner)
        && file.write(QJsonDocument(historyToJson(history)).toJson()) > 0 && file.commit();
    return isWritten ? Completion(Nothing{})
                     : ServerError::file(u"%1 cannot be written: %2"_s.arg(path, file.errorString()));
}

} // namespace

std::optional<int> readIntent(Context &context, QCommandLineParser &parser, Intent &intent)
{
    if (const auto over = context.parse(parser))
        return over;
    const QStringList words = parser.positionalArguments();
    if (words.size() != 1)
        return context.badUsage(QStringLiteral("Name one file with an intent, or - for standard input."));
    QFile file(words.first());
    const bool isOpen
        = words.first() == QStringLiteral("-") ? file.open(stdin, QIODevice::ReadOnly) : file.open(QIODevice::ReadOnly);
    if (!isOpen)
        return context.fail(
            ServerError::file(QStringLiteral("%1 cannot be read: %2").arg(words.first(), file.errorString())));
    const Outcome<Intent> read = intentFromJson(file.readAll());
    if (!read)
        return context.fail(read);
    intent = *read;
    return std::nullopt;
}

int printScript(Context &context, const Plan &plan)
{
    if (context.json()) {
        QJsonObject document = planToJson(plan);
        document.insert(u"script"_s, planScript(plan));
        context.printJson(document);
        return Ok;
    }
    const QString script = planScript(plan);
    if (context.isTerminal()) { // names in it must not act on the terminal; in a file they are exact
        context.print(script.trimmed());
        return Ok;
    }
    const Completion written = context.write(script.toUtf8());
    return written ? Ok : context.fail(written);
}

int printPlan(Context &context, const Intent &intent)
{
    const auto session = context.openSession();
    if (!session)
        return context.fail(session);
    const Outcome<Plan> plan = makePlan(**session, intent);
    return plan ? printScript(context, *plan) : context.fail(plan);
}

int runPlan(Context &context, SyncSession &session, const Plan &plan, const QString &saveTo)
{
    PlanExecutor executor(session, FurtherSessions{context.io(), context.connection()});
    const PlanReport report = executor.apply(plan, [&](const Progress &progress) {
        context.progress(
            u"%1/%2 %3"_s.arg(QString::number(progress.done + 1), QString::number(progress.total), progress.activity));
    });
    const Completion saved = saveTo.isEmpty() ? Completion(Nothing{}) : save(saveTo, plan, report);
    if (context.json()) {
        context.printJson(runJson(plan, report));
    } else {
        context.print(plan.title);
        for (const QString &note : plan.notes)
            context.print(u"Note: "_s + note);
        context.print(report.toText().trimmed());
    }
    if (!saved)
        context.warn(saved.error().toText());
    return report.isComplete() && saved ? Ok : Failed;
}

int applyPlan(Context &context, const Intent &intent, const QString &saveTo)
{
    const auto session = context.openSession();
    if (!session)
        return context.fail(session);
    const Outcome<Plan> plan = makePlan(**session, intent);
    return plan ? runPlan(context, **session, *plan, saveTo) : context.fail(plan);
}

} // namespace Shardboard::Ctl
