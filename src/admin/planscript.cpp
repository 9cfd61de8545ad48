// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/planscript.h"

namespace Shardboard {

namespace {

/// Each line of text behind `-- `; text of users may hold line ends.
QString comment(const QString &text, const QString &lead = {})
{
    QString lines;
    for (const QString &line : text.split(QLatin1Char('\n')))
        lines += QStringLiteral("-- ") + lead + line + QLatin1Char('\n');
    return lines;
}

QString statement(const QString &sql)
{
    // A line comment at the end would swallow the semicolon.
    return sql
        + (sql.section(QLatin1Char('\n'), -1).contains(QStringLiteral("--")) ? QStringLiteral("\n;\n")
                                                                             : QStringLiteral(";\n"));
}

QString header(const Plan &plan)
{
    QString text = comment(plan.title);
    for (const QString &note : plan.notes)
        text += comment(note, QStringLiteral("Note: "));
    for (const QString &warning : plan.warnings)
        text += comment(warning, QStringLiteral("Warning: "));
    text += comment(
        QStringLiteral("Made by Shardboard. Each transaction is done whole or not at all; running the script again "
                       "does what is still missing."));
    return text + QStringLiteral("\\set ON_ERROR_STOP on\n");
}

QString stepText(const PlanStep &step)
{
    QString text = QLatin1Char('\n') + comment(step.title);
    for (const QString &lock : step.locks)
        text += comment(lock, QStringLiteral("Locks: "));
    for (const QString &warning : step.warnings)
        text += comment(warning, QStringLiteral("Warning: "));
    return text + statement(step.sql);
}

} // namespace

QString planScript(const Plan &plan)
{
    QString script = header(plan);
    for (qsizetype i = 0; i < plan.steps.size(); ++i) {
        const PlanStep &step = plan.steps.at(i);
        const bool opens = step.inTransaction && (i == 0 || plan.steps.at(i - 1).group != step.group);
        const bool closes
            = step.inTransaction && (i + 1 == plan.steps.size() || plan.steps.at(i + 1).group != step.group);
        if (opens)
            script += QStringLiteral("\nBEGIN;\n");
        script += stepText(step);
        if (closes)
            script += QStringLiteral("\nCOMMIT;\n");
    }
    const QString undo = undoScript(plan);
    if (!undo.isEmpty())
        script += QLatin1Char('\n') + comment(QStringLiteral("To take it back:")) + comment(undo.trimmed());
    return script;
}

QString undoScript(const Plan &plan)
{
    QString script;
    for (auto step = plan.steps.crbegin(); step != plan.steps.crend(); ++step)
        if (!step->undoSql.isEmpty())
            script += statement(step->undoSql);
    return script;
}

} // namespace Shardboard
