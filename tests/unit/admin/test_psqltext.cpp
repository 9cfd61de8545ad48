// SPDX-License-Identifier: GPL-3.0-or-later
// What psql would act on never stands outside a literal.
#include "admin/psqltext.h"
#include "connection/values/sqlquote.h"
#include "tests/support/hostilenames.h"
#include "tests/support/testmain.h"

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;

class TestPsqlText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u"."_s)); }

    void ordinaryStatementsStayReadable_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::newRow("cast") << u"SELECT 1::text"_s;
        QTest::newRow("escape string") << uR"(SELECT E'a\\:x\'')"_s;
        QTest::newRow("quoted") << uR"(SELECT ':x \! ls', "a:b\c")"_s;
        QTest::newRow("dollar quotes") << u"DO $x$ BEGIN PERFORM ':y \\'; END $x$"_s;
        QTest::newRow("nested dollar quotes") << u"DO $x$ BEGIN PERFORM $y$ ; $y$; END $x$"_s;
        QTest::newRow("comments") << u"SELECT 1 /* /* :x \\ */ */ -- \\! ls"_s;
        QTest::newRow("parameter") << u"SELECT $1"_s;
        QTest::newRow("named argument") << u"SELECT f(a := 1)"_s;
        QTest::newRow("slice") << u"SELECT a[1 : 2]"_s;
    }
    void ordinaryStatementsStayReadable()
    {
        QFETCH(QString, sql);
        QVERIFY(isPlainForPsql(sql));
        QVERIFY(psqlStatement(sql).startsWith(sql));
        QVERIFY(psqlStatement(sql).endsWith(u";\n"_s));
    }

    void whatPsqlWouldActOnIsALiteral_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::newRow("shell command") << u"SELECT 1 \\! touch pwned"_s;
        QTest::newRow("variable") << u"SELECT :DBNAME"_s;
        QTest::newRow("quoted variable") << u"SELECT :'DBNAME'"_s;
        QTest::newRow("variable test") << u"SELECT :{?DBNAME}"_s;
        QTest::newRow("open quote") << u"SELECT 'a"_s;
        QTest::newRow("open identifier") << u"SELECT \"a"_s;
        QTest::newRow("open comment") << u"SELECT 1 /* a"_s;
        QTest::newRow("open dollar quote") << u"SELECT $a$ b"_s;
        QTest::newRow("plain literal, not an escape string") << u"SELECT 'a\\' \\! touch pwned '"_s;
        QTest::newRow("name that ends in e") << u"SELECT bike'a\\' \\! touch pwned '"_s;
        QTest::newRow("comment ended by a carriage return") << u"SELECT 1 -- x\r\\! touch pwned"_s;
    }
    void whatPsqlWouldActOnIsALiteral()
    {
        QFETCH(QString, sql);
        QVERIFY(!isPlainForPsql(sql));
        QCOMPARE(psqlStatement(sql), u"SELECT "_s + dollarQuoted(sql) + u" \\gexec\n"_s);
    }

    void quotedNamesArePlain()
    {
        for (const QString &name : hostileNames()) {
            const QString sql
                = u"CREATE TABLE %1 (a text DEFAULT %2)"_s.arg(QualifiedName{name, name}.quoted(), quoteLiteral(name));
            QVERIFY2(isPlainForPsql(sql), qPrintable(sql));
        }
    }

    void theTagIsNotInTheText()
    {
        QCOMPARE(dollarQuoted(u"$sql$ $sql1$"_s), u"$sql2$$sql$ $sql1$$sql2$"_s);
        QCOMPARE(dollarQuoted(u"a$sql"_s), u"$sql1$a$sql$sql1$"_s);
    }
};

SHARDBOARD_TEST_MAIN(TestPsqlText)
#include "test_psqltext.moc"
