// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/intent.h"
#include "admin/planscript.h"
#include "tests/support/testmain.h"

using namespace Shardboard;

namespace {

PlanStep step(int group, const char *sql, const char *undo = "")
{
    PlanStep made;
    made.title = QStringLiteral("Do %1").arg(QLatin1String(sql));
    made.sql = QLatin1String(sql);
    made.undoSql = QLatin1String(undo);
    made.group = group;
    return made;
}

} // namespace

class TestPlanScript : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral("."))); }
    void eachGroupIsATransaction();
    void aStepThatRefusesATransactionStandsAlone();
    void whatAPersonMustKnowStandsAboveTheStatement();
    void textOfUsersCannotLeaveItsComment();
    void undoRunsBackwards();
    void anIntentSurvivesItsFile();
    void whatIsNoIntentIsRefused_data();
    void whatIsNoIntentIsRefused();
};

void TestPlanScript::eachGroupIsATransaction()
{
    Plan plan;
    plan.steps = {step(1, "A"), step(1, "B"), step(2, "C")};
    const QString script = planScript(plan);
    QStringList code;
    for (const QString &line : script.split(QLatin1Char('\n')))
        if (!line.isEmpty() && !line.startsWith(QStringLiteral("--")))
            code << line;
    QCOMPARE(
        code.join(QLatin1Char(' ')), QStringLiteral("\\set ON_ERROR_STOP on BEGIN; A; B; COMMIT; BEGIN; C; COMMIT;"));
}

void TestPlanScript::aStepThatRefusesATransactionStandsAlone()
{
    Plan plan;
    plan.steps = {step(1, "A"), step(2, "VACUUM"), step(3, "C")};
    plan.steps[1].inTransaction = false;
    const QString script = planScript(plan);
    const qsizetype vacuum = script.indexOf(QStringLiteral("\nVACUUM;"));
    QCOMPARE(script.left(vacuum).count(QStringLiteral("BEGIN;")), script.left(vacuum).count(QStringLiteral("COMMIT;")));
}

void TestPlanScript::whatAPersonMustKnowStandsAboveTheStatement()
{
    Plan plan;
    plan.title = QStringLiteral("A plan");
    plan.notes = {QStringLiteral("no citus")};
    plan.steps = {step(1, "A")};
    plan.steps[0].locks = {QStringLiteral("SHARE on t")};
    plan.steps[0].warnings = {QStringLiteral("hot")};
    const QString script = planScript(plan);
    QVERIFY2(
        script.contains(QStringLiteral("-- Do A\n-- Locks: SHARE on t\n-- Warning: hot\nA;\n")), qPrintable(script));
    QVERIFY(script.startsWith(QStringLiteral("-- A plan\n-- Note: no citus\n")));
}

void TestPlanScript::textOfUsersCannotLeaveItsComment()
{
    Plan plan;
    plan.steps = {step(1, "A", "B;\nC")};
    plan.steps[0].title = QStringLiteral("first\nDROP TABLE x;");
    const QString script = planScript(plan);
    QStringList code;
    for (const QString &line : script.split(QLatin1Char('\n')))
        if (!line.isEmpty() && !line.startsWith(QStringLiteral("--")))
            code << line;
    QCOMPARE(code.join(QLatin1Char(' ')), QStringLiteral("\\set ON_ERROR_STOP on BEGIN; A; COMMIT;"));
}

void TestPlanScript::undoRunsBackwards()
{
    Plan plan;
    plan.steps = {step(1, "A", "undo A"), step(1, "B"), step(2, "C", "undo C")};
    QCOMPARE(undoScript(plan), QStringLiteral("undo C;\nundo A;\n"));
}

void TestPlanScript::anIntentSurvivesItsFile()
{
    const Intent intent{QStringLiteral("blueprint"), {{QStringLiteral("schema"), QStringLiteral("Straße \"x\"")}}};
    const Outcome<Intent> read = intentFromJson(intentToJson(intent));
    QVERIFY(read);
    QCOMPARE(*read, intent);
}

void TestPlanScript::whatIsNoIntentIsRefused_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::newRow("no JSON") << QByteArray("{");
    QTest::newRow("a list") << QByteArray("[]");
    QTest::newRow("another document") << QByteArray(R"({"document": "dashboard", "version": 1, "kind": "x"})");
    QTest::newRow("a later version") << QByteArray(R"({"document": "shardboard-intent", "version": 2, "kind": "x"})");
    QTest::newRow("no kind") << QByteArray(R"({"document": "shardboard-intent", "version": 1})");
}

void TestPlanScript::whatIsNoIntentIsRefused()
{
    QFETCH(QByteArray, json);
    const Outcome<Intent> read = intentFromJson(json);
    QVERIFY(read.isError());
    QVERIFY(!read.error().message.isEmpty());
}

SHARDBOARD_TEST_MAIN(TestPlanScript)
#include "test_planscript.moc"
