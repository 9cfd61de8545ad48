// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/intent.h"
#include "admin/planscript.h"
#include "connection/sqlsplit.h"
#include "connection/values/sqlquote.h"
#include "tests/support/hostilenames.h"
#include "tests/support/testmain.h"

using namespace Shardboard;

namespace {

/// The script without comments, empty lines and the settings that every script begins with.
QString codeOf(const QString &script)
{
    QStringList code;
    bool isHeader = true;
    for (const QString &line : script.split(QLatin1Char('\n'))) {
        isHeader = isHeader && !line.isEmpty();
        if (!isHeader && !line.isEmpty() && !line.startsWith(QStringLiteral("--")))
            code << line;
    }
    return code.join(QLatin1Char(' '));
}

const QString begin = QStringLiteral("BEGIN ISOLATION LEVEL READ COMMITTED;");

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
    void theLinesOfEachStatementAreKnown();
    void aStepThatRefusesATransactionStandsAlone();
    void whatAPersonMustKnowStandsAboveTheStatement();
    void textOfUsersCannotLeaveItsComment();
    void aStepIsSkippedWhereItIsDone();
    void namesNeverBecomeStatements();
    void undoRunsBackwards();
    void anIntentSurvivesItsFile();
    void whatIsNoIntentIsRefused_data();
    void whatIsNoIntentIsRefused();
};

void TestPlanScript::eachGroupIsATransaction()
{
    Plan plan;
    plan.steps = {step(1, "A"), step(1, "B"), step(2, "C")};
    QCOMPARE(codeOf(planScript(plan)), QStringLiteral("%1 A; B; COMMIT; %1 C; COMMIT;").arg(begin));
}

void TestPlanScript::theLinesOfEachStatementAreKnown()
{
    Plan plan;
    plan.title = QStringLiteral("A plan");
    plan.steps = {step(1, "A"), step(1, "B\n  b"), step(2, "A"), step(3, "VACUUM")};
    plan.steps[1].doneSql = QStringLiteral("SELECT true");
    plan.steps[3].inTransaction = false;
    const PlanScript script = writePlanScript(plan);
    const QStringList lines = script.text.split(QLatin1Char('\n'));
    QStringList statements;
    for (const auto &[first, last] : script.stepLines)
        statements << lines.mid(first, last - first + 1).join(QLatin1Char('|'));
    QCOMPARE(statements,
        QStringList({QStringLiteral("A;"), QStringLiteral("B|  b;"), QStringLiteral("A;"), QStringLiteral("VACUUM;")}));
}

void TestPlanScript::aStepThatRefusesATransactionStandsAlone()
{
    Plan plan;
    plan.steps = {step(1, "A"), step(2, "VACUUM"), step(3, "C")};
    plan.steps[1].inTransaction = false;
    const QString script = planScript(plan);
    const qsizetype vacuum = script.indexOf(QStringLiteral("\nVACUUM;"));
    QVERIFY(vacuum > 0);
    QCOMPARE(script.left(vacuum).count(begin), script.left(vacuum).count(QStringLiteral("COMMIT;")));
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
    QCOMPARE(codeOf(script), QStringLiteral("%1 A; COMMIT;").arg(begin));
}

void TestPlanScript::aStepIsSkippedWhereItIsDone()
{
    Plan plan;
    plan.steps = {step(1, "A")};
    plan.steps[0].doneSql = QStringLiteral("SELECT is_done -- really");
    const QString script = planScript(plan);
    QVERIFY2(script.contains(QStringLiteral("SELECT NOT coalesce((\nSELECT is_done -- really\n), false) AS "
                                            "shardboard_todo \\gset\n\\if :shardboard_todo\nA;\n\\endif\n")),
        qPrintable(script));
}

/// Whatever a name holds, the script without its comments is the statements of the steps and nothing else.
void TestPlanScript::namesNeverBecomeStatements()
{
    Plan plan;
    for (const QString &name : Testing::hostileNames()) {
        PlanStep made = step(1, "A");
        made.sql = QStringLiteral("SELECT %1 AS %2").arg(quoteLiteral(name), quoteIdentifier(name));
        made.undoSql = made.sql;
        made.title = name;
        made.locks = {name};
        made.warnings = {name};
        plan.steps << made;
        plan.notes << name;
        plan.warnings << name;
    }
    plan.title = plan.notes.first();
    const QString script = planScript(plan);
    QVERIFY(script.contains(QStringLiteral("\n\\set ON_ERROR_STOP on\nSET client_encoding = 'UTF8';\n")));
    QStringList lines = script.mid(script.indexOf(begin)).split(QLatin1Char('\n'));
    lines.removeIf([](const QString &line) { return line.startsWith(QStringLiteral("--")); });
    QStringList statements;
    for (const SqlStatement &statement : splitSql(lines.join(QLatin1Char('\n'))).statements)
        statements << statement.text;
    QStringList wanted{begin.chopped(1)};
    for (const PlanStep &made : std::as_const(plan.steps))
        wanted << made.sql;
    wanted << QStringLiteral("COMMIT");
    QCOMPARE(statements, wanted);
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
