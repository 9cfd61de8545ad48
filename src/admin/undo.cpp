// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/undo.h"

#include "admin/guardedsql.h"
#include "connection/syncsession.h"
#include "connection/values/reading.h"

#include <algorithm>

namespace Shardboard {

Plan undoPlan(const Plan &plan, const PlanReport &report, UndoRows rows)
{
    Plan undo;
    undo.title = QStringLiteral("Take back: %1").arg(plan.title);
    undo.intent = plan.intent;
    const int lastGroup = plan.steps.isEmpty() ? 0 : plan.steps.last().group;
    for (qsizetype index = plan.steps.size() - 1; index >= 0; --index) {
        const PlanStep &step = plan.steps.at(index);
        const auto state = report.steps.value(index).state;
        if (state == StepReport::State::AlreadySo)
            continue;
        if (step.undoSql.isEmpty()) {
            if (state == StepReport::State::Done && !step.doneSql.isEmpty() && step.undoneSql.isEmpty())
                undo.notes.prepend(QStringLiteral("Stays as it is: %1").arg(step.title));
            continue;
        }
        PlanStep back;
        back.id = QStringLiteral("undo ") + step.id;
        back.title = QStringLiteral("Take back: %1").arg(step.title);
        back.sql = step.undoSql;
        back.undoTable = step.undoTable;
        if (rows == UndoRows::Delete && !step.undoTable.name.isEmpty()) {
            back.sql = dropTableSql(step.undoTable);
            back.warnings << QStringLiteral("The rows of %1 are deleted.").arg(step.undoTable.display());
        }
        back.doneSql = step.undoneSql;
        if (back.doneSql.isEmpty() && !step.doneSql.isEmpty())
            back.doneSql = QStringLiteral("SELECT NOT (%1)").arg(step.doneSql);
        back.locks = step.locks;
        back.group = lastGroup - step.group + 1;
        back.inTransaction = step.inTransaction;
        undo.steps << back;
    }
    return undo;
}

PlanReport reportOfAll(const PlanReport &before, const PlanReport &last)
{
    using State = StepReport::State;
    PlanReport all = last;
    for (qsizetype index = 0; index < all.steps.size(); ++index) {
        const State earlier = before.steps.value(index).state;
        if (all.steps.at(index).state == State::AlreadySo && earlier != State::AlreadySo && earlier != State::Pending)
            all.steps[index].state = State::Done;
    }
    return all;
}

Outcome<QList<UndoTable>> tablesWithRows(SyncSession &session, const Plan &undo)
{
    QList<UndoTable> found;
    for (const PlanStep &step : undo.steps) {
        if (step.undoTable.name.isEmpty())
            continue;
        const Outcome<ResultSet> counted = session.run(Query(countRowsSql(step.undoTable.quoted())));
        AnswerReading reading;
        const ResultSet rows = reading.orAbsent(counted, QStringLiteral("Table %1").arg(step.undoTable.display()));
        if (!reading.isOk())
            return reading.failure<QList<UndoTable>>();
        const qint64 count = rows.rowCount() == 1 ? rows.integer(0, 0) : 0;
        if (count > 0)
            found << UndoTable{step.undoTable, std::min(count, rowsCountedTo), count > rowsCountedTo};
    }
    return found;
}

void PlanHistory::add(const Plan &plan, const PlanReport &report)
{
    if (!m_runs.isEmpty() && m_runs.last().plan == plan)
        m_runs.last().report = reportOfAll(m_runs.last().report, report);
    else
        m_runs << PlanRun{plan, report};
}

bool PlanHistory::mayHaveChanged() const
{
    return std::ranges::any_of(m_runs, [](const PlanRun &run) {
        return run.report.changedAnything() || (run.report.error && run.report.error->connectionLost);
    });
}

Plan PlanHistory::undo(UndoRows rows) const
{
    Plan undo;
    QStringList seen;
    int group = 0;
    for (auto run = m_runs.crbegin(); run != m_runs.crend(); ++run) {
        const Plan one = undoPlan(run->plan, run->report, rows);
        if (undo.title.isEmpty()) {
            undo.title = one.title;
            undo.intent = one.intent;
        }
        for (PlanStep step : one.steps) {
            if (seen.contains(step.sql))
                continue;
            seen << step.sql;
            step.group += group;
            undo.steps << step;
        }
        if (!undo.steps.isEmpty())
            group = undo.steps.last().group;
        for (const QString &note : one.notes)
            if (!undo.notes.contains(note))
                undo.notes << note;
    }
    return undo;
}

} // namespace Shardboard
