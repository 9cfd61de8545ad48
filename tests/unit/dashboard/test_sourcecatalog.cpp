// SPDX-License-Identifier: GPL-3.0-or-later
#include "dashboard/sourcecatalog.h"
#include "tests/support/results.h"
#include "tests/support/testmain.h"

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;

namespace {

const char *const levelsParameter = "[{\"level\":\"Web.\\\"My table\\\"\",\"name\":\"My table\",\"schema\":\"web\"},"
                                    "{\"level\":\"plain\",\"name\":\"plain\",\"schema\":\"\"}]";

ServerError serverError(const QString &sqlState)
{
    ServerError error;
    error.sqlState = sqlState;
    return error;
}

} // namespace

class TestSourceCatalog : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral("."))); }

    void aRegisteredRollupWinsOverATableOfItsName()
    {
        const auto catalog = readSourceCatalog(
            resultOf(3, {{u"a"_s, u"public.a"_s, u"[\"x\"]"_s}, {u"b"_s, u"public.b"_s, u"[\"x\"]"_s}}),
            resultOf(5,
                {{u"a"_s, u"web.\"A\""_s, u"[\"x\",\"y\"]"_s, u"1000"_s, u"a"_s},
                    {u"c"_s, u"web.c"_s, QString(), QString(), u"web.c"_s}}));
        QVERIFY(catalog.isOk());
        QCOMPARE(catalog->tables.value(u"a"_s).name, u"web.\"A\""_s);
        QCOMPARE(catalog->tables.value(u"a"_s).columns, (QSet<QString>{u"x"_s, u"y"_s}));
        QCOMPARE(catalog->tables.value(u"b"_s).name, u"public.b"_s);
        QVERIFY(catalog->tables.value(u"c"_s).columns.isEmpty());
        QCOMPARE(catalog->completeUntil, (QHash<QString, qint64>{{u"a"_s, 1000}}));
        QCOMPARE(catalog->registered, (QHash<QString, QString>{{u"c"_s, u"web.c"_s}}));
        QCOMPARE(catalog->levelOf(u"web.c"_s), u"c"_s);
        QCOMPARE(catalog->levelOf(u"a"_s), u"a"_s);
    }

    void aServerWithoutTheSchemaHasNoRollups()
    {
        const auto tables = resultOf(3, {{u"a"_s, u"public.a"_s, u"[]"_s}});
        for (const QString &state : {u"42P01"_s, u"3F000"_s, u"42501"_s})
            QCOMPARE(readSourceCatalog(tables, serverError(state))->tables.size(), 1);
        QVERIFY(readSourceCatalog(tables, serverError(u"57014"_s)).isError());
        QVERIFY(readSourceCatalog(serverError(u"42P01"_s), tables).isError());
        QVERIFY(readSourceCatalog(tables, Cancelled{}).isCancelled());
    }

    void asksForEachLevelOnceByItsParts()
    {
        Document document;
        document.sources = {{u"s"_s, {{u"Web.\"My table\""_s, 60, {}}, {u"plain"_s, 300, {}}}, {}},
            {u"r"_s, {{u"plain"_s, 60, {}}}, {}}};
        const auto queries = sourceCatalogQueries(document);
        QCOMPARE(queries.size(), 2);
        QCOMPARE(*queries.at(0).parameters.at(0), QByteArray(levelsParameter));
    }

    void asksHowFarARollupIsByItsRegisteredName()
    {
        Document document;
        document.sources = {{u"s"_s, {{u"c"_s, 60, {}}}, {}}};
        SourceCatalog catalog;
        catalog.registered = {{u"c"_s, u"web.c"_s}};
        QCOMPARE(*rollupStatusQuery(document, catalog).parameters.at(0),
            QByteArray("[{\"level\":\"c\",\"name\":\"web.c\"}]"));
    }

    void readsNews()
    {
        const auto news
            = parseRollupNews(uR"({"rollup":"r","from":"2026-11-21T09:00:00Z","to":"2026-11-21T10:02:00+01:00",)"
                              R"("complete_until":"2026-11-21T09:01:30.25Z","rows":5})"_s);
        QCOMPARE(news->rollup, u"r"_s);
        QCOMPARE(news->touched, std::optional(TimeSpan{1'795'251'600'000, 1'795'251'720'000}));
        QCOMPARE(news->completeUntil, std::optional<qint64>(1'795'251'690'250));
    }

    void newsThatSayTooLittleMeanAnything()
    {
        const auto news = parseRollupNews(uR"({"rollup":"r","from":null,"to":"x"})"_s);
        QVERIFY(news && !news->touched && !news->completeUntil);
        QVERIFY(!parseRollupNews(u"nonsense"_s));
        QVERIFY(!parseRollupNews(u"{}"_s));
        QVERIFY(!parseRollupNews(u""_s));
    }
};

SHARDBOARD_TEST_MAIN(TestSourceCatalog)
#include "test_sourcecatalog.moc"
