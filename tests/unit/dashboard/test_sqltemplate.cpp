// SPDX-License-Identifier: GPL-3.0-or-later
#include "dashboard/sqltemplate.h"
#include "tests/support/testmain.h"

using namespace Shardboard;
using namespace Qt::StringLiterals;

namespace {

Query render(const QString &text, const std::optional<QString> &site = u"7"_s)
{
    const auto parsed = SqlTemplate::parse(text);
    if (!parsed) {
        QTest::qFail(qPrintable(parsed.error().message), __FILE__, __LINE__);
        return {};
    }
    SqlTemplate::Values values;
    values.tables[u"traffic"_s] = u"public.http_request_1min"_s;
    values.variables[u"site"_s] = site;
    values.from = 1'431'820'800'000;
    values.to = 1'431'824'400'000;
    values.complete = 1'431'824'340'000;
    values.stepMilliseconds = 60'000;
    return parsed->render(values);
}

} // namespace

class TestSqlTemplate : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral("."))); }

    void valuesTravelAsParameters()
    {
        const Query query
            = render(u"SELECT * FROM {traffic} WHERE bucket >= :from AND bucket < :to AND site_id = :site::int"_s);
        QCOMPARE(query.sql,
            u"SELECT * FROM public.http_request_1min WHERE bucket >= $1::timestamptz AND bucket < "
            "$2::timestamptz AND site_id = $3::int"_s);
        const QList<std::optional<QByteArray>> expected{"2015-05-17T00:00:00.000Z", "2015-05-17T01:00:00.000Z", "7"};
        QCOMPARE(query.parameters, expected);
    }

    void hostileValuesStayValues()
    {
        const QString hostile = u"'; DROP TABLE x; --"_s;
        const Query query = render(u"SELECT :site"_s, hostile);
        QCOMPARE(query.sql, u"SELECT $1::text"_s);
        QCOMPARE(query.parameters.at(0), std::optional(hostile.toUtf8()));
    }

    void aValueUsedTwiceIsSentOncePerType()
    {
        const Query query = render(u"SELECT :step, :step, :site::int, :site, :site::int"_s);
        QCOMPARE(query.sql, u"SELECT $1::interval, $1::interval, $2::int, $3::text, $2::int"_s);
        QCOMPARE(query.parameters.at(0), std::optional(QByteArray("60 seconds")));
        QCOMPARE(query.parameters.size(), 3);
    }

    void allIsNull() { QCOMPARE(render(u"SELECT :site::int"_s, std::nullopt).parameters.at(0), std::nullopt); }

    void aFilterIsThereOnlyWithItsValue()
    {
        const QString text
            = u"SELECT 1 FROM {traffic} WHERE {?site site_id = :site::int AND} bucket < :to{!site  /* all */}"_s;
        QCOMPARE(render(text).sql,
            u"SELECT 1 FROM public.http_request_1min WHERE  site_id = $1::int AND bucket < $2::timestamptz"_s);
        const Query all = render(text, std::nullopt);
        QCOMPARE(all.sql, u"SELECT 1 FROM public.http_request_1min WHERE  bucket < $1::timestamptz  /* all */"_s);
        QCOMPARE(all.parameters.size(), 1);
    }

    void whatTheServerReadsAsTextIsLeftAlone_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::newRow("literal") << "SELECT ':from {x} ''}'";
        QTest::newRow("escape literal") << "SELECT E'\\':from'";
        QTest::newRow("identifier") << "SELECT \":from {x}\"";
        QTest::newRow("dollar quote") << "SELECT $$ :from } $$";
        QTest::newRow("tagged dollar quote") << "SELECT $a$ :from $b$ $$ {x $a$";
        QTest::newRow("line comment") << "SELECT 1 -- :from {\n";
        QTest::newRow("last line comment") << "SELECT 1 -- :from {";
        QTest::newRow("nested comment") << "SELECT /* :from /* { */ :to */ 1";
        QTest::newRow("cast") << "SELECT x::from, 1::int";
        QTest::newRow("slice") << "SELECT a[lo:hi], a[f(1):b], a[1:2]";
        QTest::newRow("assignment") << "f(a := 1, b => 2)";
        QTest::newRow("operators") << "SELECT a - -b, c / d, e ->> 'f', g ? 'h'";
        QTest::newRow("dollar in a word") << "SELECT a$b$, $1x";
        QTest::newRow("word ending in e") << "SELECT like'a'";
    }

    void whatTheServerReadsAsTextIsLeftAlone()
    {
        QFETCH(QString, sql);
        const Query query = render(sql);
        QCOMPARE(query.sql, sql);
        QVERIFY(query.parameters.isEmpty());
    }

    void saysWhatIsWrongAndWhere_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<int>("position");
        QTest::newRow("open brace") << "SELECT {traffic" << 8;
        QTest::newRow("close brace") << "SELECT }" << 8;
        QTest::newRow("no name") << "SELECT {}" << 8;
        QTest::newRow("no name with a mark") << "SELECT {? x}" << 8;
        QTest::newRow("source with more") << "SELECT {traffic x}" << 8;
        QTest::newRow("open condition") << "SELECT {?site x" << 13;
        QTest::newRow("condition on what always is") << "SELECT {?from x}" << 8;
        QTest::newRow("open quote") << "SELECT 'a" << 8;
        QTest::newRow("open dollar quote") << "SELECT $a$ $$" << 8;
        QTest::newRow("open comment") << "SELECT /* /* */" << 8;
    }

    void saysWhatIsWrongAndWhere()
    {
        QFETCH(QString, sql);
        QFETCH(int, position);
        const auto parsed = SqlTemplate::parse(sql);
        QVERIFY(parsed.isError());
        QVERIFY(!parsed.error().message.isEmpty());
        QCOMPARE(parsed.error().position, position);
    }

    void listsWhatItUses()
    {
        const auto parsed = SqlTemplate::parse(u"SELECT :step FROM {a} JOIN {b} {?site ON :other} WHERE :from"_s);
        QCOMPARE(parsed->sources(), (QSet<QString>{u"a"_s, u"b"_s}));
        QCOMPARE(parsed->variables(), (QSet<QString>{u"site"_s, u"other"_s}));
        QCOMPARE(parsed->builtIns(), (QSet<QString>{u"step"_s, u"from"_s}));
    }

    void examplesAreTheStatementWithAndWithoutValues()
    {
        const auto parsed
            = SqlTemplate::parse(u"SELECT :step FROM {a} {?site WHERE s = :site::int} {!site WHERE true}"_s);
        QCOMPARE(parsed->examples(),
            (QStringList{u"SELECT $1::interval FROM source  WHERE s = $2::int "_s,
                u"SELECT $1::interval FROM source   WHERE true"_s}));
    }

    void deepNestingIsAnErrorAndNoCrash()
    {
        const auto nested
            = [](int depth) { return SqlTemplate::parse(u"{?a "_s.repeated(depth) + u"}"_s.repeated(depth)); };
        QVERIFY(nested(50).isOk());
        QVERIFY(nested(51).isError());
        QVERIFY(nested(60'000).isError());
        QVERIFY(SqlTemplate::parse(u"{?a "_s.repeated(60'000)).isError());
    }

    void aDescribedValueCannotBreakOutOfItsComment()
    {
        const Query query = render(u"SELECT :site"_s, u"a\nDROP TABLE x"_s);
        QCOMPARE(describeQuery(query).count(u'\n'), 1);
        QVERIFY(describeQuery(query).startsWith(u"SELECT $1::text\n-- $1 = a"_s));
    }
};

SHARDBOARD_TEST_MAIN(TestSqlTemplate)
#include "test_sqltemplate.moc"
