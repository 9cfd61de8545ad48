// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/planscript.h"

#include "admin/psqltext.h"
#include "connection/connectparameters.h"
#include "connection/sqlsplit.h"
#include "connection/values/textquote.h"

#include <algorithm>

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

class ScriptWriter
{
public:
    explicit ScriptWriter(const Plan &plan) : m_plan(plan) {}

    PlanScript write()
    {
        add(header(m_plan));
        for (const PlanGroup &group : planGroups(m_plan)) {
            if (group.inTransaction)
                add(u"\nBEGIN ISOLATION LEVEL READ COMMITTED;\n"_s);
            for (qsizetype index = group.first; index < group.end; ++index)
                addStep(m_plan.steps.at(index));
            if (group.inTransaction)
                add(u"\nCOMMIT;\n"_s);
        }
        const QString undo = undoScript(m_plan);
        if (!undo.isEmpty())
            add(u'\n' + sqlComment(u"To undo it:"_s) + sqlComment(undo.trimmed()));
        return std::move(m_script);
    }

private:
    void add(const QString &text)
    {
        m_script.text += text;
        m_lines += int(text.count(u'\n'));
    }

    /// Asks the server first whether there is anything to do, as the executor does.
    void addStep(const PlanStep &step)
    {
        QString heading = u'\n' + sqlComment(step.title);
        for (const QString &lock : step.locks)
            heading += sqlComment(lock, u"Locks: "_s);
        for (const QString &warning : step.warnings)
            heading += sqlComment(warning, u"Warning: "_s);
        add(heading);
        const QString question = u"SELECT NOT coalesce((\n%1\n), false) AS shardboard_todo"_s.arg(step.doneSql);
        // Where the question cannot be put to psql, the step itself says whether it can be repeated.
        const bool isGuarded = !step.doneSql.isEmpty() && isPlainForPsql(question);
        if (isGuarded)
            add(question + u" \\gset\n\\if :shardboard_todo\n"_s);
        const int first = m_lines;
        add(psqlStatement(step.sql));
        m_script.stepLines.append({first, std::max(first, m_lines - 1)});
        if (isGuarded)
            add(u"\\endif\n"_s);
    }

    const Plan &m_plan;
    PlanScript m_script;
    int m_lines = 0;
};

} // namespace

PlanScript writePlanScript(const Plan &plan)
{
    return ScriptWriter(plan).write();
}

QString planScript(const Plan &plan)
{
    return writePlanScript(plan).text;
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
