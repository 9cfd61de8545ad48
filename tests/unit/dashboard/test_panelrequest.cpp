// SPDX-License-Identifier: GPL-3.0-or-later
#include "dashboard/panelrequest.h"
#include "tests/support/testmain.h"

using namespace Shardboard;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 minute = 60'000;
constexpr qint64 hour = 60 * minute;
constexpr qint64 noon = 1'795'262'400'000; // 2026-11-21 12:00 UTC

Document makeDocument()
{
    Document document;
    document.id = u"test"_s;
    document.sources = {{u"traffic"_s, {{u"m1"_s, 60, {}}, {u"h1"_s, 3600, {}}}, {}},
        {u"users"_s, {{u"u5"_s, 300, {}}, {u"u7"_s, 420, {}}}, {}}};
    return document;
}

SourceCatalog makeCatalog()
{
    SourceCatalog catalog;
    for (const QString &name : {u"m1"_s, u"h1"_s, u"u5"_s, u"u7"_s})
        catalog.tables.insert(name, {u"public."_s + name, {u"n"_s}});
    catalog.completeUntil = {{u"m1"_s, noon - 2 * minute}, {u"u5"_s, noon - 10 * minute}};
    return catalog;
}

Panel makePanel(const QString &sql)
{
    Panel panel;
    panel.kind = Panel::Kind::TimeSeries;
    panel.source = u"traffic"_s;
    panel.sql = sql;
    return panel;
}

const QString seriesSql
    = u"SELECT :step FROM {traffic} WHERE b >= :from AND b < :to AND c < :complete {?site AND s = :site::int}"_s;

} // namespace

class TestPanelRequest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral("."))); }

    void asksForWholeSteps()
    {
        const auto request = make(seriesSql, {noon - 6 * hour + 1, noon + 1});
        QVERIFY(request.isOk());
        QCOMPARE(request->route.span, (TimeSpan{noon - 6 * hour, noon + minute}));
        QCOMPARE(request->rollups, QSet<QString>{u"m1"_s});
        QCOMPARE(request->completeUntil, std::optional(noon - 2 * minute));
        QVERIFY(request->query.sql.startsWith(u"/* shardboard dashboard test */ SELECT $1::interval FROM public.m1"_s));
        QCOMPARE(request->query.parameters.at(1), std::optional(QByteArray("2026-11-21T06:00:00.000Z")));
        QCOMPARE(request->query.parameters.at(2), std::optional(QByteArray("2026-11-21T12:01:00.000Z")));
        QCOMPARE(request->query.parameters.at(3), std::optional(QByteArray("2026-11-21T11:58:00.000Z")));
    }

    void aSecondSourceBearsTheSameStep()
    {
        const auto request = make(
            u"SELECT :step FROM {traffic} JOIN {users} ON true WHERE :from < :to"_s, {noon - 24 * hour, noon}, 300);
        QCOMPARE(request->route.stepMilliseconds, 5 * minute);
        QCOMPARE(request->rollups, (QSet<QString>{u"m1"_s, u"u5"_s}));
        QVERIFY(request->query.sql.contains(u"public.u5"_s));
        QCOMPARE(request->completeUntil, std::optional(noon - 10 * minute)); // the least of both
    }

    void unknownCompletenessIsTakenForNow()
    {
        m_catalog.completeUntil.clear();
        const auto request = make(seriesSql, {noon - hour, noon});
        QCOMPARE(request->completeUntil, std::nullopt);
        QCOMPARE(request->values.complete, noon);
    }

    void aMissingColumnIsToldInTheDocumentsWords()
    {
        Panel panel = makePanel(seriesSql);
        panel.needs = {{u"n"_s, u"never"_s, {}}, {u"distinct_ip"_s, u"No hll."_s, {}}};
        const auto request = requestPanel(panel, *SqlTemplate::parse(panel.sql), 600, context({noon - hour, noon}));
        QCOMPARE(request.error().message, u"No hll."_s);
        QVERIFY(request.error().hint.contains(u"distinct_ip"_s));
    }

    void continuesFromTheStepThatWasTouched()
    {
        const auto before = make(seriesSql, {noon - 24 * hour, noon}, 300);
        const auto after = make(seriesSql, {noon - 24 * hour + 10 * minute, noon + 10 * minute}, 300);
        const auto rest = continued(*after, *before, noon - hour + 3 * minute);
        QVERIFY(rest);
        QCOMPARE(rest->continuedFrom, std::optional(noon - hour));
        QVERIFY(rest->query.parameters.contains(std::optional(QByteArray("2026-11-21T11:00:00.000Z"))));
        QCOMPARE(rest->shown, after->shown); // the whole of it
        QCOMPARE(rest->route, after->route);
    }

    void asksAgainForWhatWasOpen()
    {
        const auto before = make(seriesSql, {noon - 24 * hour, noon}, 300);
        const auto after = make(seriesSql, {noon - 24 * hour, noon}, 300);
        // Touched is only the end, but the rollup was complete until 11:58.
        QCOMPARE(continued(*after, *before, noon)->continuedFrom, std::optional(noon - 5 * minute));
        // Touched is what lies left of the picture: all of it.
        QCOMPARE(continued(*after, *before, noon - 100 * hour)->continuedFrom, std::optional(noon - 24 * hour));
    }

    void doesNotContinueWhatWouldNotGoTogether()
    {
        const TimeSpan span{noon - 24 * hour, noon};
        const auto before = make(seriesSql, span, 300);
        QVERIFY(!continued(*make(seriesSql, span, 100), *before, noon)); // another step
        QVERIFY(
            !continued(*make(seriesSql, {span.begin - 5 * minute, span.end}, 300), *before, noon)); // more on the left
        m_variables.insert(u"site"_s, u"7"_s);
        QVERIFY(!continued(*make(seriesSql, span, 300), *before, noon)); // another filter
        const auto seven = make(seriesSql, span, 300);
        m_variables.insert(u"site"_s, u"8"_s);
        QVERIFY(!continued(*make(seriesSql, span, 300), *seven, noon)); // another value
        const auto eight = make(seriesSql, span, 300);
        QVERIFY(continued(*make(seriesSql, span, 300), *eight, noon));
        m_catalog.tables[u"m1"_s].name = u"other.m1"_s;
        QVERIFY(!continued(*make(seriesSql, span, 300), *eight, noon)); // another table
    }

    void choicesAreReadFromASource()
    {
        const auto query = requestChoices(
            *SqlTemplate::parse(u"SELECT DISTINCT s FROM {traffic} WHERE b >= :from"_s), context({noon - hour, noon}));
        QVERIFY(query->sql.contains(u"public.m1"_s));
        m_catalog.tables.clear();
        QVERIFY(
            requestChoices(*SqlTemplate::parse(u"SELECT 1 FROM {traffic}"_s), context({noon - hour, noon})).isError());
    }

    void cleanup()
    {
        m_catalog = makeCatalog();
        m_variables = {{u"site"_s, std::nullopt}};
    }

private:
    RequestContext context(const TimeSpan &span) const
    {
        return {m_document, m_catalog, m_variables, span, noon, QTimeZone::utc()};
    }

    Outcome<PanelRequest> make(const QString &sql, const TimeSpan &span, int width = 600) const
    {
        return requestPanel(makePanel(sql), *SqlTemplate::parse(sql), width, context(span));
    }

    std::optional<PanelRequest> continued(
        const PanelRequest &whole, const PanelRequest &before, qint64 touchedFrom) const
    {
        return continueRequest(*SqlTemplate::parse(seriesSql), whole, before, touchedFrom, context(whole.route.span));
    }

    const Document m_document = makeDocument();
    SourceCatalog m_catalog = makeCatalog();
    QHash<QString, std::optional<QString>> m_variables{{u"site"_s, std::nullopt}};
};

SHARDBOARD_TEST_MAIN(TestPanelRequest)
#include "test_panelrequest.moc"
