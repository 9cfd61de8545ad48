// SPDX-License-Identifier: GPL-3.0-or-later
// Taking a plan back: in reverse order, only what this plan has done, and what was cut off half way as well.
#include "admin/guardedsql.h"
#include "admin/planrecord.h"
#include "admin/undo.h"
#include "tests/support/testmain.h"

#include <QJsonDocument>

using namespace Shardboard;
using namespace Qt::StringLiterals;

namespace {

using State = StepReport::State;

PlanStep step(const QString &id, int group, const QString &undoSql)
{
    PlanStep step;
    step.id = id;
    step.title = u"Do "_s + id;
    step.sql = u"DO "_s + id;
    step.undoSql = undoSql;
    step.doneSql = u"SELECT is_"_s + id;
    step.group = group;
    return step;
}

Plan threeSteps()
{
    Plan plan;
    plan.title = u"Three"_s;
    plan.steps = {step(u"a"_s, 1, u"UNDO a"_s), step(u"b"_s, 1, u"UNDO b"_s), step(u"c"_s, 2, u"UNDO c"_s)};
    return plan;
}

PlanReport report(const QList<State> &states)
{
    PlanReport report;
    for (const State state : states)
        report.steps << StepReport{{}, {}, state, {}, {}};
    return report;
}

QStringList statements(const Plan &plan)
{
    QStringList all;
    for (const PlanStep &step : plan.steps)
        all << step.sql;
    return all;
}

} // namespace

class TestUndo : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u"."_s)); }

    void goesBackwardsInTheSameTransactions()
    {
        const Plan undo = undoPlan(threeSteps(), report({State::Done, State::Done, State::Done}));
        QCOMPARE(statements(undo), (QStringList{u"UNDO c"_s, u"UNDO b"_s, u"UNDO a"_s}));
        QVERIFY(undo.steps.at(0).group < undo.steps.at(1).group);
        QCOMPARE(undo.steps.at(1).group, undo.steps.at(2).group);
        QCOMPARE(undo.steps.at(1).doneSql, u"SELECT NOT (SELECT is_b)"_s);
    }

    void leavesAloneWhatWasSoBefore()
    {
        const Plan undo = undoPlan(threeSteps(), report({State::AlreadySo, State::Done, State::Done}));
        QCOMPARE(statements(undo), (QStringList{u"UNDO c"_s, u"UNDO b"_s}));
    }

    void namesWhatStays()
    {
        Plan plan = threeSteps();
        plan.steps[2].undoSql.clear();
        const Plan undo = undoPlan(plan, report({State::Done, State::Done, State::Done}));
        QCOMPARE(undo.notes, QStringList{u"Stays as it is: Do c"_s});
    }

    void aRunOfWhichNothingIsKnownIsTakenBackStepByStep()
    {
        QCOMPARE(statements(undoPlan(threeSteps())), (QStringList{u"UNDO c"_s, u"UNDO b"_s, u"UNDO a"_s}));
    }

    void whatIsHalfDoneAsksForItself()
    {
        Plan plan = threeSteps();
        plan.steps[1].undoneSql = u"SELECT nothing_of_b"_s;
        const Plan undo = undoPlan(plan, report({State::Done, State::Failed, State::Pending}));
        QCOMPARE(undo.steps.at(1).doneSql, u"SELECT nothing_of_b"_s);
    }

    void aResumedRunCountsAsOne()
    {
        const PlanReport all = reportOfAll(report({State::Done, State::Failed, State::Pending}),
            report({State::AlreadySo, State::AlreadySo, State::AlreadySo}));
        QCOMPARE(all.steps.at(0).state, State::Done);
        QCOMPARE(all.steps.at(1).state, State::Done); // the link broke after it had been carried out
        QCOMPARE(all.steps.at(2).state, State::AlreadySo); // nobody tried it: it was so before
        const PlanReport alone = reportOfAll({}, report({State::AlreadySo, State::Done, State::Pending}));
        QCOMPARE(alone.steps.at(0).state, State::AlreadySo);
        QCOMPARE(alone.steps.at(1).state, State::Done);
    }

    void aTableThatWasFilledIsDroppedOnlyWhenAsked()
    {
        Plan plan = threeSteps();
        undoByDropping(plan.steps[0], {u"s"_s, u"t%1"_s});
        const PlanReport done = report({State::Done, State::Done, State::Done});
        const PlanStep kept = undoPlan(plan, done).steps.last();
        QVERIFY2(kept.sql.startsWith(u"DO $shardboard$"_s), qPrintable(kept.sql));
        QVERIFY(kept.sql.contains(u"RAISE EXCEPTION"_s));
        QCOMPARE(kept.undoTable, (QualifiedName{u"s"_s, u"t%1"_s}));
        const PlanStep deleted = undoPlan(plan, done, UndoRows::Delete).steps.last();
        QCOMPARE(deleted.sql, u"DROP TABLE IF EXISTS s.\"t%1\""_s);
        QCOMPARE(deleted.warnings, QStringList{u"The rows of s.t%1 are deleted."_s});
    }

    void aRecordOfRunsIsReadBack()
    {
        PlanHistory history;
        Plan plan = threeSteps();
        undoByDropping(plan.steps[1], {u"s"_s, u"t"_s});
        plan.steps[2].inTransaction = false;
        history.add(plan, report({State::Done, State::RolledBack, State::Unknown}));
        history.add(threeSteps(), report({State::AlreadySo, State::Done, State::Failed}));
        const auto read = historyFromJson(QJsonDocument(historyToJson(history)).toJson());
        QVERIFY(read);
        QCOMPARE(read->runs().size(), 2);
        QCOMPARE(read->runs().first().plan, plan);
        QCOMPARE(read->undo().steps, history.undo().steps);
        for (const QByteArray &broken : {QByteArray("{"), QByteArray("[]"),
                 QByteArray(R"({"document": "shardboard-run", "version": 2, "runs": []})"),
                 QByteArray(R"({"document": "shardboard-run", "version": 1, "runs": [{"plan": {"steps": [{}]}}]})"),
                 QByteArray(R"({"document": "shardboard-run", "version": 1, "runs": [{"plan": {"steps": [{}]},
                               "report": {"steps": [{"state": "odd"}]}}]})")})
            QVERIFY(historyFromJson(broken).isError());
    }

    void aPlanPreparedAgainKeepsTheUndoOfTheFirstRun()
    {
        // a was created, b failed; the plan prepared again finds a and has only b and c.
        PlanHistory history;
        history.add(threeSteps(), report({State::Done, State::Failed, State::Pending}));
        QVERIFY(history.mayHaveChanged());
        Plan again = threeSteps();
        again.steps.removeFirst();
        history.add(again, report({State::Done, State::Done}));
        const Plan undo = history.undo();
        QCOMPARE(statements(undo), (QStringList{u"UNDO c"_s, u"UNDO b"_s, u"UNDO a"_s}));
        QVERIFY(undo.steps.at(1).group < undo.steps.at(2).group);
    }

    void theSamePlanAgainIsAContinuation()
    {
        PlanHistory history;
        history.add(threeSteps(), report({State::AlreadySo, State::Failed, State::Pending}));
        QVERIFY(!history.mayHaveChanged());
        history.add(threeSteps(), report({State::AlreadySo, State::Done, State::Done}));
        QCOMPARE(history.runs().size(), 1);
        QCOMPARE(statements(history.undo()), (QStringList{u"UNDO c"_s, u"UNDO b"_s}));
    }

    void aLostConnectionMayHaveChangedSomething()
    {
        PlanHistory history;
        PlanReport lost = report({State::Failed, State::Pending, State::Pending});
        lost.error = ServerError::connection(u"lost"_s);
        lost.error->connectionLost = true;
        history.add(threeSteps(), lost);
        QVERIFY(history.mayHaveChanged());
    }
};

SHARDBOARD_TEST_MAIN(TestUndo)
#include "test_undo.moc"
