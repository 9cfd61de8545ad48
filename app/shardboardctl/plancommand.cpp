// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/shardboardctl/plancommand.h"

#include "admin/executor.h"
#include "admin/intent.h"
#include "admin/planning.h"
#include "admin/planscript.h"
#include "app/shardboardctl/context.h"

#include <QFile>
#include <QJsonArray>

namespace Shardboard::Ctl {

namespace {

QJsonObject toJson(const PlanStep &step)
{
    return {{QStringLiteral("id"), step.id}, {QStringLiteral("title"), step.title}, {QStringLiteral("sql"), step.sql},
        {QStringLiteral("undoSql"), step.undoSql}, {QStringLiteral("group"), step.group},
        {QStringLiteral("inTransaction"), step.inTransaction},
        {QStringLiteral("locks"), QJsonArray::fromStringList(step.locks)},
        {QStringLiteral("warnings"), QJsonArray::fromStringList(step.warnings)}};
}

QJsonObject toJson(const Plan &plan)
{
    QJsonArray steps;
    for (const PlanStep &step : plan.steps)
        steps.append(toJson(step));
    return {{QStringLiteral("title"), plan.title}, {QStringLiteral("notes"), QJsonArray::fromStringList(plan.notes)},
        {QStringLiteral("warnings"), QJsonArray::fromStringList(plan.warnings)}, {QStringLiteral("steps"), steps},
        {QStringLiteral("script"), planScript(plan)}};
}

QString stateName(StepReport::State state)
{
    switch (state) {
    case StepReport::State::Pending:
        return QStringLiteral("pending");
    case StepReport::State::AlreadySo:
        return QStringLiteral("alreadySo");
    case StepReport::State::Done:
        return QStringLiteral("done");
    case StepReport::State::RolledBack:
        return QStringLiteral("rolledBack");
    case StepReport::State::Failed:
        return QStringLiteral("failed");
    case StepReport::State::Cancelled:
        return QStringLiteral("cancelled");
    }
    Q_UNREACHABLE();
}

QJsonObject toJson(const Plan &plan, const PlanReport &report)
{
    QJsonArray steps;
    for (const StepReport &step : report.steps)
        steps.append(QJsonObject{{QStringLiteral("id"), step.id}, {QStringLiteral("title"), step.title},
            {QStringLiteral("state"), stateName(step.state)},
            {QStringLiteral("milliseconds"), qint64(step.duration.count())},
            {QStringLiteral("notices"), QJsonArray::fromStringList(step.notices)}});
    QJsonObject document{{QStringLiteral("title"), plan.title},
        {QStringLiteral("notes"), QJsonArray::fromStringList(plan.notes)},
        {QStringLiteral("complete"), report.isComplete()}, {QStringLiteral("changed"), report.changedAnything()},
        {QStringLiteral("steps"), steps}};
    if (report.error)
        document.insert(QStringLiteral("error"),
            QJsonObject{{QStringLiteral("message"), report.error->message},
                {QStringLiteral("sqlState"), report.error->sqlState}, {QStringLiteral("detail"), report.error->detail},
                {QStringLiteral("hint"), report.error->hint}, {QStringLiteral("statement"), report.error->statement}});
    return document;
}

} // namespace

std::optional<int> readIntent(Context &context, Intent &intent)
{
    QCommandLineParser parser;
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

int printPlan(Context &context, const Intent &intent)
{
    const auto session = context.openSession();
    if (!session)
        return context.fail(session);
    const Outcome<Plan> plan = makePlan(**session, intent);
    if (!plan)
        return context.fail(plan);
    if (context.json()) {
        context.printJson(toJson(*plan));
        return Ok;
    }
    const Completion written = context.write(planScript(*plan).toUtf8());
    return written ? Ok : context.fail(written);
}

int applyPlan(Context &context, const Intent &intent)
{
    const auto session = context.openSession();
    if (!session)
        return context.fail(session);
    const Outcome<Plan> plan = makePlan(**session, intent);
    if (!plan)
        return context.fail(plan);
    const PlanReport report = PlanExecutor(**session).apply(*plan, [&](const Progress &progress) {
        context.progress(
            QStringLiteral("%1/%2 %3")
                .arg(QString::number(progress.done + 1), QString::number(progress.total), progress.activity));
    });
    if (context.json()) {
        context.printJson(toJson(*plan, report));
    } else {
        context.print(plan->title);
        for (const QString &note : plan->notes)
            context.print(QStringLiteral("Note: ") + note);
        context.print(report.toText().trimmed());
    }
    return report.isComplete() ? Ok : Failed;
}

} // namespace Shardboard::Ctl
