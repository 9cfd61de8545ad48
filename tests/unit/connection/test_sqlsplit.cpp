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
        QCOMPARE(texts(splitSql(u"slect 1; SELECT 2;"_s)), (QStringList{u"slect 1"_s, u"SELECT 2"_s}));
        QCOMPARE(texts(splitSql(u"SELECT 2; slect 1"_s)), (QStringList{u"SELECT 2"_s, u"slect 1"_s}));
        QCOMPARE(texts(splitSql(u"SELECT 2; ?; \\d"_s)), (QStringList{u"SELECT 2"_s, u"?"_s, u"\\d"_s}));
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

    /// Cut as psql cuts it, also where the parser understands none of it.
    void cutsWherePsqlDoes_data()
    {
        QTest::addColumn<QString>("script");
        QTest::addColumn<QStringList>("expected");
        const auto row = [](const QString &script, const QStringList &expected) {
            QTest::addRow("%s", qPrintable(script.left(60))) << script << expected;
        };
        row(u"frob 'a;b'; frob \"c;d\"; frob $$e;f$$; frob $x_1$ $$;$x$ $x_1$; frob g$a$;h$a$"_s,
            {u"frob 'a;b'"_s, u"frob \"c;d\""_s, u"frob $$e;f$$"_s, u"frob $x_1$ $$;$x$ $x_1$"_s, u"frob g$a$"_s,
                u"h$a$"_s});
        row(u"frob E'a\\';b'; frob e'a''\\';'\n';\\';' ; frob 'a\\'; x"_s,
            {u"frob E'a\\';b'"_s, u"frob e'a''\\';'\n';\\';'"_s, u"frob 'a\\'"_s, u"x"_s});
        row(u"frob typeE'x'; frob U&'\\'; frob N'a';b"_s,
            {u"frob typeE'x'"_s, u"frob U&'\\'"_s, u"frob N'a'"_s, u"b"_s});
        row(u"frob (a; b); c); d"_s, {u"frob (a; b)"_s, u"c)"_s, u"d"_s});
        row(u"frob /* ; /* ; */ ; */ x; -- ; '\ny"_s, {u"frob /* ; /* ; */ ; */ x"_s, u"-- ; '\ny"_s});
        row(u"frob $1; frob $1$$;$$; frob a$$;"_s, {u"frob $1"_s, u"frob $1$$;$$"_s, u"frob a$$"_s});
        row(u"CREATE OR REPLACE PROCEDURE p() FROB BEGIN ATOMIC SELECT CASE WHEN 1 THEN 2 END; x; END; y"_s,
            {u"CREATE OR REPLACE PROCEDURE p() FROB BEGIN ATOMIC SELECT CASE WHEN 1 THEN 2 END; x; END"_s, u"y"_s});
        row(u"CREATE FUNCTION begin() FROB; BEGIN; END"_s, {u"CREATE FUNCTION begin() FROB"_s, u"BEGIN"_s, u"END"_s});
        row(u"frob ü;表 'x;"_s, {u"frob ü"_s, u"表 'x;"_s});
        row(u";;frob;;/* only a comment"_s, {u"frob"_s});
    }
    void cutsWherePsqlDoes()
    {
        QFETCH(QString, script);
        QFETCH(QStringList, expected);
        const SqlScript split = splitSql(script);
        QCOMPARE(texts(split), expected);
        for (const SqlStatement &statement : split.statements)
            QCOMPARE(script.mid(statement.offset, statement.text.size()), statement.text);
    }

    /// Whatever the depth: nothing is lost, and the parser's recursion does not end the program.
    void deepTextIsSplit_data()
    {
        QTest::addColumn<QString>("deep");
        for (const int depth : {300, 508, 3000, 100'000}) {
            QTest::addRow("%d terms", depth) << u"SELECT 1"_s + u"+1"_s.repeated(depth);
            QTest::addRow("%d parentheses", depth)
                << u"SELECT "_s + u"("_s.repeated(depth) + u'1' + u")"_s.repeated(depth);
            QTest::addRow("%d subqueries", depth)
                << u"SELECT * FROM ("_s.repeated(depth) + u"SELECT 1"_s + u") a"_s.repeated(depth);
            QTest::addRow("%d nots", depth) << u"SELECT "_s + u"NOT "_s.repeated(depth) + u"true"_s;
            QTest::addRow("%d cases", depth)
                << u"SELECT "_s + u"CASE WHEN true THEN "_s.repeated(depth) + u'1' + u" END"_s.repeated(depth);
        }
    }
    void deepTextIsSplit()
    {
        QFETCH(QString, deep);
        const SqlScript script = splitSql(u"INSERT INTO t VALUES (1); "_s + deep + u"; SELECT 2"_s);
        QCOMPARE(texts(script), (QStringList{u"INSERT INTO t VALUES (1)"_s, deep, u"SELECT 2"_s}));
        QVERIFY(!script.syntaxError);
    }

    void nulIsAnError()
    {
        const SqlScript script = splitSql(QStringLiteral("SELECT 1) %1; DROP TABLE t").arg(QChar(0)));
        QVERIFY(script.syntaxError);
        QCOMPARE(script.statements.size(), 2);
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
