// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/values/sqlquote.h"
#include "tests/support/testmain.h"

using namespace Shardboard;
using namespace Qt::StringLiterals;

class TestSqlQuote : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u"."_s)); }

    void identifierIsQuotedOnlyWhereItMustBe_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("quoted");
        const auto row = [](const QString &name, const QString &quoted) {
            QTest::addRow("%s", qPrintable(name)) << name << quoted;
        };
        row(u"http_request"_s, u"http_request"_s);
        row(u"_t1"_s, u"_t1"_s);
        row(u"name"_s, u"name"_s); // a keyword, but an unreserved one
        row(u"1st"_s, u"\"1st\""_s);
        row(u"a$b"_s, u"\"a$b\""_s);
        row(u"HttpRequest"_s, u"\"HttpRequest\""_s);
        row(u"with space"_s, u"\"with space\""_s);
        row(u" "_s, u"\" \""_s);
        row(u"a.b"_s, u"\"a.b\""_s);
        row(u"say \"hi\""_s, u"\"say \"\"hi\"\"\""_s);
        row(u"\""_s, u"\"\"\"\""_s);
        row(u"\"; drop table x; --"_s, u"\"\"\"; drop table x; --\""_s);
        row(u"it's"_s, u"\"it's\""_s);
        row(u"back\\slash"_s, u"\"back\\slash\""_s);
        row(u"größe"_s, u"\"größe\""_s);
        row(u"表"_s, u"\"表\""_s);
        row(u"😀"_s, u"\"😀\""_s);
        row(u"ſelect"_s, u"\"ſelect\""_s); // lower-cases to a reserved word outside ASCII
        row(u"line\nbreak"_s, u"\"line\nbreak\""_s);
    }
    void identifierIsQuotedOnlyWhereItMustBe()
    {
        QFETCH(QString, name);
        QFETCH(QString, quoted);
        QCOMPARE(quoteIdentifier(name), quoted);
        QCOMPARE(parseQualifiedName(quoted), (QualifiedName{{}, name}));
    }

    void everyReservedWordIsQuoted_data()
    {
        QTest::addColumn<QString>("word");
        // pg_get_keywords() where catcode <> 'U', PostgreSQL 15, and what 16, 17 and 18 added.
        const QString words = QStringLiteral(
            "all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both "
            "case "
            "cast char character check coalesce collate collation column concurrently constraint create cross "
            "current_catalog current_date current_role current_schema current_time current_timestamp current_user dec "
            "decimal default deferrable desc distinct do else end except exists extract false fetch float for foreign "
            "freeze from full grant greatest group grouping having ilike in initially inner inout int integer "
            "intersect "
            "interval into is isnull join lateral leading least left like limit localtime localtimestamp national "
            "natural "
            "nchar none normalize not notnull null nullif numeric offset on only or order out outer overlaps overlay "
            "placing position precision primary real references returning right row select session_user setof similar "
            "smallint some substring symmetric table tablesample then time timestamp to trailing treat trim true union "
            "unique user using values varchar variadic verbose when where window with xmlattributes xmlconcat "
            "xmlelement "
            "xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable "
            "system_user json_array json_arrayagg json_object json_objectagg json json_exists json_query json_scalar "
            "json_serialize json_table json_value merge_action");
        for (const QString &word : words.split(u' '))
            QTest::addRow("%s", qPrintable(word)) << word;
    }
    void everyReservedWordIsQuoted()
    {
        QFETCH(QString, word);
        QCOMPARE(quoteIdentifier(word), u'"' + word + u'"');
    }

    void literalMeansTheSameEverywhere_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("literal");
        QTest::newRow("empty") << u""_s << u"''"_s;
        QTest::newRow("plain") << u"abc"_s << u"'abc'"_s;
        QTest::newRow("quote") << u"it's"_s << u"'it''s'"_s;
        QTest::newRow("only quotes") << u"''"_s << u"''''''"_s;
        QTest::newRow("backslash") << u"a\\b"_s << u"E'a\\\\b'"_s;
        QTest::newRow("backslash before quote") << u"\\'; drop table x; --"_s << u"E'\\\\''; drop table x; --'"_s;
        QTest::newRow("trailing backslash") << u"c:\\"_s << u"E'c:\\\\'"_s;
        QTest::newRow("double quote") << u"\""_s << u"'\"'"_s;
        QTest::newRow("dollar") << u"$$x$$"_s << u"'$$x$$'"_s;
        QTest::newRow("line break") << u"a\nb"_s << u"'a\nb'"_s;
        QTest::newRow("unicode") << u"größe 表 😀"_s << u"'größe 表 😀'"_s;
    }
    void literalMeansTheSameEverywhere()
    {
        QFETCH(QString, text);
        QFETCH(QString, literal);
        QCOMPARE(quoteLiteral(text), literal);
    }

    void qualifiedNameQuotesEachPart()
    {
        QCOMPARE((QualifiedName{u"public"_s, u"t"_s}).quoted(), u"public.t"_s);
        QCOMPARE((QualifiedName{u"My Schema"_s, u"user"_s}).quoted(), u"\"My Schema\".\"user\""_s);
        QCOMPARE((QualifiedName{{}, u"T"_s}).quoted(), u"\"T\""_s);
        QCOMPARE((QualifiedName{u"My Schema"_s, u"user"_s}).display(), u"My Schema.user"_s);
        QCOMPARE((QualifiedName{{}, u"T"_s}).display(), u"T"_s);
        QCOMPARE(quoteIdentifiers({u"a"_s, u"B"_s}), (QStringList{u"a"_s, u"\"B\""_s}));
    }

    void checkRefusesWhatTheServerWouldCutOrMisread()
    {
        QCOMPARE(checkIdentifier(u"t"_s), QString());
        QCOMPARE(checkIdentifier(QString(63, u'a')), QString());
        QVERIFY(checkIdentifier(QString(64, u'a')).contains(u"64 bytes"_s));
        QCOMPARE(checkIdentifier(QString(31, u'ß')), QString()); // 62 bytes
        QVERIFY(checkIdentifier(QString(32, u'ß')).contains(u"64 bytes"_s)); // 32 characters
        QVERIFY(!checkIdentifier(QString()).isEmpty());
        QVERIFY(checkIdentifier(u"a"_s + QChar(0) + u"b"_s).contains(u"NUL"_s));
    }

    void madeIdentifierFitsAndStaysUnique()
    {
        QCOMPARE(makeIdentifier(u"http_request"_s, u"_1min"_s), u"http_request_1min"_s);
        QCOMPARE(makeIdentifier(QString(58, u'a'), u"_1min"_s), QString(58, u'a') + u"_1min"_s); // 63 exactly

        const QString cut = makeIdentifier(QString(59, u'a'), u"_1min"_s);
        QCOMPARE(cut.toUtf8().size(), 63);
        QVERIFY(cut.startsWith(QString(40, u'a')));
        QVERIFY(cut.endsWith(u"_1min"_s));
        QVERIFY(cut != makeIdentifier(QString(60, u'a'), u"_1min"_s));
        QCOMPARE(cut, makeIdentifier(QString(59, u'a'), u"_1min"_s));

        for (const QString &letter : {u"ß"_s, u"表"_s, u"😀"_s}) {
            const QString made = makeIdentifier(letter.repeated(60), u"_x"_s);
            QVERIFY2(checkIdentifier(made).isEmpty(), qPrintable(made));
            QVERIFY2(!made.contains(QChar::ReplacementCharacter), qPrintable(made));
            QCOMPARE(QString::fromUtf8(made.toUtf8()), made); // no half of a surrogate pair
            QVERIFY(made.toUtf8().size() >= 60);
        }
        const QString longSuffix = makeIdentifier(u"stem"_s, QString(80, u's'));
        QCOMPARE(longSuffix.toUtf8().size(), 63);
        QVERIFY(longSuffix != makeIdentifier(u"stem"_s, QString(81, u's')));
    }

    void typedNameFollowsSqlRules_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QualifiedName>("name");
        const QualifiedName none;
        QTest::newRow("name") << u"t"_s << QualifiedName{{}, u"t"_s};
        QTest::newRow("folded") << u"Public.HTTP_Request"_s << QualifiedName{u"public"_s, u"http_request"_s};
        QTest::newRow("folds ASCII only") << u"GRÖSSE"_s << QualifiedName{{}, u"grÖsse"_s};
        QTest::newRow("dollar inside") << u"a$b"_s << QualifiedName{{}, u"a$b"_s};
        QTest::newRow("quoted") << u"\"My Schema\".\"T\""_s << QualifiedName{u"My Schema"_s, u"T"_s};
        QTest::newRow("dot in quotes") << u"\"a.b\".c"_s << QualifiedName{u"a.b"_s, u"c"_s};
        QTest::newRow("doubled quote") << u"\"a\"\"b\""_s << QualifiedName{{}, u"a\"b"_s};
        QTest::newRow("spaces around") << u"  public . t  "_s << QualifiedName{u"public"_s, u"t"_s};
        QTest::newRow("empty") << u""_s << none;
        QTest::newRow("digit first") << u"1t"_s << none;
        QTest::newRow("open quote") << u"\"t"_s << none;
        QTest::newRow("empty quotes") << u"\"\""_s << none;
        QTest::newRow("trailing dot") << u"public."_s << none;
        QTest::newRow("leading dot") << u".t"_s << none;
        QTest::newRow("three parts") << u"db.public.t"_s << none;
        QTest::newRow("two words") << u"a b"_s << none;
        QTest::newRow("statement") << u"t; drop table x"_s << none;
        QTest::newRow("glued") << u"\"a\"b"_s << none;
    }
    void typedNameFollowsSqlRules()
    {
        QFETCH(QString, typed);
        QFETCH(QualifiedName, name);
        const QualifiedName parsed = parseQualifiedName(typed);
        QCOMPARE(parsed.schema, name.schema);
        QCOMPARE(parsed.name, name.name);
        if (!name.name.isEmpty())
            QCOMPARE(parseQualifiedName(parsed.quoted()), parsed);
    }
};

SHARDBOARD_TEST_MAIN(TestSqlQuote)
#include "test_sqlquote.moc"
