// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/planscript.h"

#include "admin/psqltext.h"
#include "connection/connectparameters.h"
#include "connection/sqlsplit.h"
#include "connection/values/textquote.h"

namespace Shardboard {

namespace {

using namespace Qt::StringLiterals;

/// What the program's own sessions have set: the statements were written for it.
QString sessionSettings()
{
    QString settings = u"SET client_encoding = 'UTF8';\nSET standard_conforming_strings = on;\n"_s;
    for (const SqlStatement &statement : splitSql(sessionSetupSql({}, SessionPurpose::Job)).statements)
        settings += psqlStatement(statement.text);
    return settings;
}

QString header(const Plan &plan)
{
    QString text = sqlComment(plan.title);
    for (const QString &note : plan.notes)
        text += sqlComment(note, u"Note: "_s);
    for (const QString &warning : plan.warnings)
        text += sqlComment(warning, u"Warning: "_s);
    text += sqlComment(
        u"A script for psql, made by Shardboard. Each transaction is applied as a whole or not at all. Running the "
        u"script again does what is still missing: each step is skipped where it is done already."_s);
    return text + u"\\set ON_ERROR_STOP on\n"_s + sessionSettings();
}

/// Asks the server first whether there is anything to do, as the executor does.
QString guarded(const PlanStep &step)
{
    if (step.doneSql.isEmpty())
        return psqlStatement(step.sql);
    QString question = u"SELECT NOT coalesce((\n%1\n), false) AS shardboard_todo"_s.arg(step.doneSql);
    if (!isPlainForPsql(question))
        return psqlStatement(step.sql); // the step itself says whether it can be repeated
    return question + u" \\gset\n\\if :shardboard_todo\n"_s + psqlStatement(step.sql) + u"\\endif\n"_s;
}

QString stepText(const PlanStep &step)
{
    QString text = u'\n' + sqlComment(step.title);
    for (const QString &lock : step.locks)
        text += sqlComment(lock, u"Locks: "_s);
    for (const QString &warning : step.warnings)
        text += sqlComment(warning, u"Warning: "_s);
    return text + guarded(step);
}

} // namespace

QString planScript(const Plan &plan)
{
    QString script = header(plan);
    for (const PlanGroup &group : planGroups(plan)) {
        if (group.inTransaction)
            script += u"\nBEGIN ISOLATION LEVEL READ COMMITTED;\n"_s;
        for (qsizetype index = group.first; index < group.end; ++index)
            script += stepText(plan.steps.at(index));
        if (group.inTransaction)
            script += u"\nCOMMIT;\n"_s;
    }
    const QString undo = undoScript(plan);
    if (!undo.isEmpty())
        script += u'\n' + sqlComment(u"To undo it:"_s) + sqlComment(undo.trimmed());
    return script;
}

QString undoScript(const Plan &plan)
{
    QString script;
    for (auto step = plan.steps.crbegin(); step != plan.steps.crend(); ++step)
        if (!step->undoSql.isEmpty())
            script += psqlStatement(step->undoSql);
    return script;
}

} // namespace Shardboard
