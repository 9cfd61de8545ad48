// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/sqlsplit.h"
#include "tests/support/testmain.h"

using namespace Shardboard;
using namespace Qt::StringLiterals;

namespace {

QStringList texts(const SqlScript &script)
{
    QStringList list;
    for (const SqlStatement &statement : script.statements)
        list << statement.text;
    return list;
}

} // namespace

class TestSqlSplit : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u"."_s)); }

    void splitsAtTheServersSemicolonsOnly()
    {
        const SqlScript script = splitSql(u"SELECT 'a;b' ;\n-- the second; really\nSELECT $x$;$x$, \"c;d\" FROM t;\n"
                                          "DO $$ BEGIN NULL; END $$;;\n/* a /* b; */ c */ SELECT 1  "_s);
        QVERIFY(!script.syntaxError);
        QCOMPARE(texts(script),
            (QStringList{u"SELECT 'a;b'"_s, u"-- the second; really\nSELECT $x$;$x$, \"c;d\" FROM t"_s,
                u"DO $$ BEGIN NULL; END $$"_s, u"/* a /* b; */ c */ SELECT 1"_s}));
    }

    void atomicFunctionBodyIsOneStatement()
    {
        const SqlScript script = splitSql(
            u"CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT 2; END; SELECT f()"_s);
        QVERIFY(!script.syntaxError);
        QCOMPARE(script.statements.size(), 2);
        QCOMPARE(script.statements.last().text, u"SELECT f()"_s);
    }

    void offsetsFindTheTextAgain()
    {
        const QString text = u"SELECT 'größe 表 😀';\n  SELECT 2;\n\nSELECT 'ü'"_s;
        const SqlScript script = splitSql(text);
        QCOMPARE(script.statements.size(), 3);
        for (const SqlStatement &statement : script.statements)
            QCOMPARE(text.mid(statement.offset, statement.text.size()), statement.text);
    }

    void nothingGivesNothing()
    {
        QVERIFY(splitSql(QString()).statements.isEmpty());
        QVERIFY(splitSql(u" ;; \n -- only a comment\n"_s).statements.isEmpty());
    }

    void syntaxErrorLosesNothing()
    {
        QCOMPARE(texts(splitSql(u"slect 1"_s)), QStringList{u"slect 1"_s});
        QCOMPARE(texts(splitSql(u"slect 1; SELECT 2;"_s)), QStringList{u"slect 1; SELECT 2"_s});
        QCOMPARE(texts(splitSql(u"SELECT 2; slect 1"_s)), QStringList{u"SELECT 2; slect 1"_s});
    }

    void syntaxErrorSaysWhereAndStillSplits()
    {
        const SqlScript script = splitSql(u"SELECT 'ü'; SELECT 1 FRM t WHERE; SELECT 2"_s);
        QVERIFY(script.syntaxError);
        QCOMPARE(script.syntaxError->sqlState, u"42601"_s);
        QCOMPARE(script.syntaxError->position, 26); // the word after FRM: "FRM" reads as an alias
        QCOMPARE(texts(script), (QStringList{u"SELECT 'ü'"_s, u"SELECT 1 FRM t WHERE"_s, u"SELECT 2"_s}));
        QVERIFY(!script.statements.first().isReadOnly);
    }

    void openQuoteIsOneStatement()
    {
        const SqlScript script = splitSql(u"SELECT 'abc; SELECT 2"_s);
        QVERIFY(script.syntaxError);
        QCOMPARE(texts(script), (QStringList{u"SELECT 'abc; SELECT 2"_s}));
    }

    void readOnlyByShape_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<bool>("isReadOnly");
        const auto row
            = [](const QString &sql, bool isReadOnly) { QTest::addRow("%s", qPrintable(sql)) << sql << isReadOnly; };
        row(u"SELECT 1"_s, true);
        row(u"VALUES (1), (2)"_s, true);
        row(u"TABLE t"_s, true);
        row(u"SHOW ALL"_s, true);
        row(u"WITH a AS (SELECT 1) SELECT * FROM a UNION ALL SELECT 2"_s, true);
        row(u"SELECT count(*) FROM t WHERE created > now() - :'x'::interval"_s, false); // no SQL
        row(u"SELECT * FROM t WHERE a = $1"_s, true);
        row(u"EXPLAIN ANALYZE SELECT 1"_s, true);
        row(u"EXPLAIN ANALYZE DELETE FROM t"_s, false);
        row(u"SELECT * INTO u FROM t"_s, false);
        row(u"SELECT * FROM t FOR UPDATE"_s, false);
        row(u"SELECT * FROM (SELECT * FROM t FOR SHARE) s"_s, false);
        row(u"WITH d AS (DELETE FROM t RETURNING *) SELECT * FROM d"_s, false);
        row(u"SELECT (WITH i AS (INSERT INTO t VALUES (1) RETURNING a) SELECT a FROM i)"_s, false);
        row(u"SELECT set_config('default_transaction_read_only', 'off', false)"_s, false);
        row(u"SELECT pg_catalog.Set_Config('a.b', 'c', true)"_s, false);
        row(u"INSERT INTO t VALUES (1)"_s, false);
        row(u"CREATE TABLE t AS SELECT 1"_s, false);
        row(u"SET default_transaction_read_only = off"_s, false);
        row(u"BEGIN"_s, false);
        row(u"COPY t TO STDOUT"_s, false);
        row(u"CALL p()"_s, false);
    }
    void readOnlyByShape()
    {
        QFETCH(QString, sql);
        QFETCH(bool, isReadOnly);
        const SqlScript script = splitSql(sql);
        QCOMPARE(script.statements.size(), 1);
        QCOMPARE(script.statements.first().isReadOnly, isReadOnly);
    }
};

SHARDBOARD_TEST_MAIN(TestSqlSplit)
#include "test_sqlsplit.moc"
