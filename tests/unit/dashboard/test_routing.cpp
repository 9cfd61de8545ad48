// SPDX-License-Identifier: GPL-3.0-or-later
#include "dashboard/routing.h"
#include "tests/support/testmain.h"

using namespace Shardboard;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 minute = 60'000;
constexpr qint64 hour = 60 * minute;
constexpr qint64 day = 24 * hour;

const Source traffic{
    u"traffic"_s, {{u"m1"_s, 60, {}}, {u"m5"_s, 300, {}}, {u"h1"_s, 3600, {}}, {u"d1"_s, 86400, {}}}, {}};

SourceCatalog catalogOf(const QStringList &levels)
{
    SourceCatalog catalog;
    for (const QString &level : levels)
        catalog.tables.insert(level, {u"public."_s + level, {}});
    return catalog;
}

qint64 utc(const QString &iso)
{
    return QDateTime::fromString(iso, Qt::ISODate).toMSecsSinceEpoch();
}

RouteWish wishFor(qint64 length, int points)
{
    const qint64 end = utc(u"2026-11-21T09:30:40Z"_s);
    return {{end - length, end}, points, true, QTimeZone::utc()};
}

} // namespace

class TestRouting : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral("."))); }

    void takesTheCoarsestLevelThatFillsTheScreen_data()
    {
        QTest::addColumn<qint64>("length");
        QTest::addColumn<int>("points");
        QTest::addColumn<QString>("rollup");
        QTest::addColumn<qint64>("step");
        QTest::newRow("six hours") << 6 * hour << 700 << "m1" << minute;
        QTest::newRow("six hours, small") << 6 * hour << 300 << "m1" << 2 * minute;
        QTest::newRow("a day") << day << 700 << "m5" << 5 * minute;
        QTest::newRow("a week") << 7 * day << 700 << "m5" << 15 * minute;
        QTest::newRow("a month") << 30 * day << 700 << "h1" << 2 * hour;
        QTest::newRow("two years") << 730 * day << 700 << "d1" << 2 * day;
        QTest::newRow("ten years") << 3650 * day << 100 << "d1" << 56 * day;
        QTest::newRow("a minute") << minute << 700 << "m1" << minute;
    }

    void takesTheCoarsestLevelThatFillsTheScreen()
    {
        QFETCH(qint64, length);
        QFETCH(int, points);
        QFETCH(QString, rollup);
        QFETCH(qint64, step);
        const auto route
            = chooseRoute(traffic, catalogOf({u"m1"_s, u"m5"_s, u"h1"_s, u"d1"_s}), wishFor(length, points));
        QVERIFY(route.isOk());
        QCOMPARE(route->rollup, rollup);
        QCOMPARE(route->table, u"public."_s + rollup);
        QCOMPARE(route->stepMilliseconds, step);
    }

    void takesOnlyWhatTheServerHas()
    {
        const auto coarse = chooseRoute(traffic, catalogOf({u"h1"_s}), wishFor(6 * hour, 700));
        QCOMPARE(coarse->rollup, u"h1"_s);
        QCOMPARE(coarse->stepMilliseconds, hour); // no finer than there is
        const auto fine = chooseRoute(traffic, catalogOf({u"m1"_s}), wishFor(730 * day, 700));
        QCOMPARE(fine->rollup, u"m1"_s);
        QCOMPARE(fine->stepMilliseconds, 2 * day);
        const auto nothing = chooseRoute(traffic, {}, wishFor(day, 700));
        QVERIFY(nothing.error().message.contains(u"m1, m5, h1, d1"_s));
    }

    void anyRouteHoldsItsPromises()
    {
        const auto catalog = catalogOf({u"m1"_s, u"m5"_s, u"h1"_s, u"d1"_s});
        const QList<QTimeZone> zones{QTimeZone::utc(), QTimeZone("Europe/Berlin"), QTimeZone("Asia/Kathmandu")};
        for (qint64 length = minute; length < 4000 * day; length = length * 5 / 3) {
            for (const int points : {1, 7, 250, 1900}) {
                for (const bool inSteps : {true, false}) {
                    RouteWish wish = wishFor(length, points);
                    wish.inSteps = inSteps;
                    wish.zone = zones.at(points % zones.size());
                    const auto route = chooseRoute(traffic, catalog, wish);
                    QVERIFY(route->stepMilliseconds % route->bucketMilliseconds == 0);
                    QVERIFY(route->span.begin <= wish.span.begin && route->span.end >= wish.span.end);
                    QVERIFY(route->stepMilliseconds * points >= length);
                    const qint64 grain = inSteps ? route->stepMilliseconds : route->bucketMilliseconds;
                    QVERIFY(wish.span.begin - route->span.begin < grain && route->span.length() % grain == 0);
                    QVERIFY(route->span.end - wish.span.end < grain);
                }
            }
        }
    }

    void totalsStayCloseToTheirSpan()
    {
        RouteWish wish = wishFor(6 * hour, 12); // a sparkline of half-hours
        wish.inSteps = false;
        const auto route = chooseRoute(traffic, catalogOf({u"m1"_s, u"m5"_s}), wish);
        QCOMPARE(route->rollup, u"m1"_s);
        QCOMPARE(route->stepMilliseconds, 30 * minute);
        QCOMPARE(route->span, (TimeSpan{utc(u"2026-11-21T03:30:00Z"_s), utc(u"2026-11-21T09:31:00Z"_s)}));
    }

    void longStepsBeginWhenTheClockSaysSo()
    {
        const QTimeZone berlin("Europe/Berlin");
        const qint64 noon = utc(u"2026-11-21T12:34:56Z"_s);
        QCOMPARE(alignDown(noon, day, minute, berlin), utc(u"2026-11-20T23:00:00Z"_s));
        QCOMPARE(alignDown(noon, 6 * hour, minute, berlin), utc(u"2026-11-21T11:00:00Z"_s));
        QCOMPARE(alignDown(noon, 7 * day, minute, berlin), utc(u"2026-11-15T23:00:00Z"_s)); // a Monday there
        QCOMPARE(alignDown(noon, hour, minute, QTimeZone("Asia/Kolkata")), utc(u"2026-11-21T12:30:00Z"_s));
        // Buckets of an hour are counted in UTC and cannot be cut.
        QCOMPARE(alignDown(noon, hour, hour, QTimeZone("Asia/Kolkata")), utc(u"2026-11-21T12:00:00Z"_s));
    }

    void withoutASourceStepsMayBeSeconds()
    {
        const Route route = chooseStep(wishFor(10 * minute, 700));
        QCOMPARE(route.stepMilliseconds, 1000);
        QVERIFY(route.rollup.isEmpty());
    }

    void barsAreWiderThanLines()
    {
        Panel panel;
        panel.kind = Panel::Kind::TimeSeries;
        QCOMPARE(pointsFor(panel, 600), 600);
        panel.drawing = Panel::Drawing::Bars;
        QCOMPARE(pointsFor(panel, 600), 100);
        QCOMPARE(pointsFor(panel, 1), 1);
    }
};

SHARDBOARD_TEST_MAIN(TestRouting)
#include "test_routing.moc"
