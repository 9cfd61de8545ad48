// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/sqlinspection.h"
#include "connection/sqlsplit.h"
#include "tests/support/testmain.h"

using namespace Shardboard;
using namespace Qt::StringLiterals;

class TestSqlInspection : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u"."_s)); }

    void onlyOneQueryThatReadsMayRun_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<bool>("mayRun");
        const auto row = [](const QString &sql, bool mayRun) { QTest::addRow("%s", qPrintable(sql)) << sql << mayRun; };
        row(u"SELECT 1"_s, true);
        row(u" -- first\n/* a */ (select 1) UNION VALUES (2)"_s, true);
        row(u"WITH a AS (SELECT 'set_config') TABLE a"_s, true);
        row(u"SELECT e'x', set_configuration FROM dblinks"_s, true);
        row(u"SELECT $1::timestamptz, count(*), date_bin('1 min', now(), $1) FROM a.b WHERE c = ANY($2::int[])"_s,
            true);
        row(u"SELECT pg_total_relation_size('x'), random(), clock_timestamp()"_s, true);
        row(QString(), false);
        row(u"SELECT 1; SELECT 2"_s, false);
        row(u"DELETE FROM a"_s, false);
        row(u"WITH d AS (DELETE FROM a RETURNING 1) SELECT * FROM d"_s, false);
        row(u"SELECT 1 INTO b"_s, false);
        row(u"SELECT 1 FROM a FOR UPDATE"_s, false);
        row(u"DO $$ BEGIN END $$"_s, false);
        row(u"SET a = b"_s, false);
        row(u"EXPLAIN ANALYZE SELECT 1"_s, false);
        row(u"COMMIT"_s, false);
        row(u"CALL p()"_s, false);
        row(u"COPY (SELECT 1) TO PROGRAM 'x'"_s, false);
        row(u"SELEC 1"_s, false);
        row(u"SELECT 'open"_s, false);
        row(u"SELECT pg_catalog.Set_Config('a', 'b', false)"_s, false);
        row(u"SELECT \"set_config\"('a', 'b', false)"_s, false);
        row(uR"(SELECT U&"set\005fconfig"('a', 'b', false))"_s, false);
        row(u"SELECT * FROM pg_read_file('/etc/passwd') AS f"_s, false);
        row(u"SELECT 1 WHERE EXISTS (SELECT pg_terminate_backend(1))"_s, false);
        row(u"SELECT count(*) FILTER (WHERE pg_advisory_lock(1) IS NULL) OVER (ORDER BY lo_export(1, 'x'))"_s, false);
        row(u"SELECT * FROM t, LATERAL ROWS FROM (dblink('x', 'y')) AS z(a int)"_s, false);
        row(u"SELECT query_to_xml('DROP TABLE x', false, false, '')"_s, false);
        row(u"SELECT (SELECT CASE WHEN run_command_on_workers('x') IS NULL THEN 1 END)"_s, false);
        row(u"VALUES (nextval('s'))"_s, false);
        row(u"SELECT 1 ORDER BY pg_notify('a', 'b')"_s, false);
        row(u"SELECT "_s + u"("_s.repeated(20'000) + u"1"_s + u")"_s.repeated(20'000), false);
        row(u"SELECT 1"_s + u" + 1"_s.repeated(5'000), false);
    }
    void onlyOneQueryThatReadsMayRun()
    {
        QFETCH(QString, sql);
        QFETCH(bool, mayRun);
        const auto refused = refuseBeyondReading(inspectSql(sql));
        QVERIFY2(refused.has_value() != mayRun, refused ? qPrintable(refused->toText()) : "not refused");
    }

    void whatTheServerNamesIsRefusedToo()
    {
        const SqlInspection inspection = inspectSql(u"SELECT app.fetch_url('x')"_s);
        QCOMPARE(inspection.functions, QSet<QString>{u"fetch_url"_s});
        QVERIFY(!refuseBeyondReading(inspection));
        const auto refused = refuseBeyondReading(inspection, {u"fetch_url"_s});
        QVERIFY(refused && refused->message.contains(u"fetch_url()"_s));
    }

    // Splitting drops no text, however deep it is nested.
    void deepStatementsAreStillSplit()
    {
        const QString deep = u"SELECT 1"_s + u" + 1"_s.repeated(600);
        const SqlScript script = splitSql(u"INSERT INTO t VALUES (1); "_s + deep + u";"_s);
        QCOMPARE(script.statements.size(), 2);
        QCOMPARE(script.statements.last().text, deep);
        QVERIFY(!script.syntaxError);
        QVERIFY(!script.statements.last().isReadOnly);
    }
};

SHARDBOARD_TEST_MAIN(TestSqlInspection)
#include "test_sqlinspection.moc"
