// SPDX-License-Identifier: GPL-3.0-or-later
#include "dashboard/timerange.h"
#include "tests/support/testmain.h"

using namespace Shardboard;
using namespace Qt::StringLiterals;

namespace {

QTimeZone berlin()
{
    return QTimeZone("Europe/Berlin");
}

qint64 utc(const QString &iso)
{
    return QDateTime::fromString(iso, Qt::ISODateWithMs).toMSecsSinceEpoch();
}

QString printed(qint64 moment)
{
    return QDateTime::fromMSecsSinceEpoch(moment, Qt::UTC).toString(Qt::ISODate);
}

} // namespace

class TestTimeRange : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral("."))); }

    void resolves_data()
    {
        QTest::addColumn<QString>("from");
        QTest::addColumn<QString>("to");
        QTest::addColumn<QString>("begin");
        QTest::addColumn<QString>("end");
        // Now is Saturday, 2026-11-21 09:30:40 in UTC, 10:30:40 in Berlin.
        QTest::newRow("last hours") << "now-6h"
                                    << "now"
                                    << "2026-11-21T03:30:40Z"
                                    << "2026-11-21T09:30:40Z";
        QTest::newRow("seconds") << "now-90s"
                                 << "now-30s"
                                 << "2026-11-21T09:29:10Z"
                                 << "2026-11-21T09:30:10Z";
        QTest::newRow("minutes are no months") << "now-1M"
                                               << "now-1m"
                                               << "2026-10-21T08:30:40Z"
                                               << "2026-11-21T09:29:40Z";
        QTest::newRow("today") << "now/d"
                               << "now/d"
                               << "2026-11-20T23:00:00Z"
                               << "2026-11-21T23:00:00Z";
        QTest::newRow("today so far") << "now/d"
                                      << "now"
                                      << "2026-11-20T23:00:00Z"
                                      << "2026-11-21T09:30:40Z";
        QTest::newRow("yesterday") << "now-1d/d"
                                   << "now-1d/d"
                                   << "2026-11-19T23:00:00Z"
                                   << "2026-11-20T23:00:00Z";
        QTest::newRow("week begins on Monday") << "now/w"
                                               << "now/w"
                                               << "2026-11-15T23:00:00Z"
                                               << "2026-11-22T23:00:00Z";
        QTest::newRow("month") << "now/M"
                               << "now/M"
                               << "2026-10-31T23:00:00Z"
                               << "2026-11-30T23:00:00Z";
        QTest::newRow("year") << "now-1y/y"
                              << "now-1y/y"
                              << "2024-12-31T23:00:00Z"
                              << "2025-12-31T23:00:00Z";
        QTest::newRow("hour") << "now/h"
                              << "now/h"
                              << "2026-11-21T09:00:00Z"
                              << "2026-11-21T10:00:00Z";
        QTest::newRow("office hours") << "now/d+8h"
                                      << "now/d-6h"
                                      << "2026-11-21T07:00:00Z"
                                      << "2026-11-21T17:00:00Z";
        QTest::newRow("the first eight hours") << "now/d"
                                               << "now/d+8h"
                                               << "2026-11-20T23:00:00Z"
                                               << "2026-11-21T07:00:00Z";
        QTest::newRow("a later day") << "now/w"
                                     << "now/w+1d/d"
                                     << "2026-11-15T23:00:00Z"
                                     << "2026-11-17T23:00:00Z";
        QTest::newRow("a future end") << "now"
                                      << "now+1h"
                                      << "2026-11-21T09:30:40Z"
                                      << "2026-11-21T10:30:40Z";
        QTest::newRow("dates to the last moment") << "2015-05-17"
                                                  << "2015-05-21"
                                                  << "2015-05-16T22:00:00Z"
                                                  << "2015-05-21T22:00:00Z";
        QTest::newRow("one day") << "2015-05-17"
                                 << "2015-05-17"
                                 << "2015-05-16T22:00:00Z"
                                 << "2015-05-17T22:00:00Z";
        QTest::newRow("local times") << "2015-05-17T10:00"
                                     << "2015-05-17 10:30:15.250"
                                     << "2015-05-17T08:00:00Z"
                                     << "2015-05-17T08:30:15Z";
        QTest::newRow("offsets") << "2015-05-17T10:00Z"
                                 << "2015-05-17T10:00-0530"
                                 << "2015-05-17T10:00:00Z"
                                 << "2015-05-17T15:30:00Z";
        QTest::newRow("short offset") << "2015-05-17 10:00+02"
                                      << "2015-05-17 10:00 +01:00"
                                      << "2015-05-17T08:00:00Z"
                                      << "2015-05-17T09:00:00Z";
        QTest::newRow("milliseconds") << "1431820800000"
                                      << "1431907200000"
                                      << "2015-05-17T00:00:00Z"
                                      << "2015-05-18T00:00:00Z";
    }

    void resolves()
    {
        QFETCH(QString, from);
        QFETCH(QString, to);
        QFETCH(QString, begin);
        QFETCH(QString, end);
        const auto now = QDateTime::fromMSecsSinceEpoch(utc(u"2026-11-21T09:30:40Z"_s), Qt::UTC);
        const auto span = resolveTimeRange({from, to}, now, berlin());
        QVERIFY2(span.isOk(), span.isError() ? qPrintable(span.error().toText()) : "");
        QCOMPARE(printed(span->begin), begin);
        QCOMPARE(printed(span->end), end);
    }

    void aDayIsAsLongAsTheZoneMakesIt()
    {
        const auto hoursOf = [](const QString &day, const QTimeZone &zone) {
            const auto span = resolveTimeRange({day, day}, QDateTime::currentDateTimeUtc(), zone);
            return span.isOk() ? double(span->length()) / 3'600'000 : -1;
        };
        QCOMPARE(hoursOf(u"2026-03-29"_s, berlin()), 23.);
        QCOMPARE(hoursOf(u"2026-10-25"_s, berlin()), 25.);
        QCOMPARE(hoursOf(u"2026-10-04"_s, QTimeZone("Australia/Lord_Howe")), 23.5);
        // Here the clocks skip midnight itself: the day begins at one.
        const auto santiago = resolveTimeRange(
            {u"2022-09-11"_s, u"2022-09-11"_s}, QDateTime::currentDateTimeUtc(), QTimeZone("America/Santiago"));
        QCOMPARE(printed(santiago->begin), u"2022-09-11T04:00:00Z"_s);
        QCOMPARE(santiago->length(), 23 * 3'600'000);
    }

    void aDayBackKeepsTheTimeOfTheClock()
    {
        // The day after Berlin's clocks went forward, at 12:00 there: a day back is 23 hours, 24 hours are 24 hours.
        const auto now = QDateTime::fromMSecsSinceEpoch(utc(u"2026-03-29T10:00:00Z"_s), Qt::UTC);
        QCOMPARE(printed(resolveTimeRange({u"now-1d"_s, u"now"_s}, now, berlin())->begin), u"2026-03-28T11:00:00Z"_s);
        QCOMPARE(printed(resolveTimeRange({u"now-24h"_s, u"now"_s}, now, berlin())->begin), u"2026-03-28T10:00:00Z"_s);
    }

    void aLocalTimeThatIsSkippedOrDoubledIsSettled()
    {
        const auto begin = [](const QString &from) {
            return printed(resolveTimeRange({from, u"2027-01-01"_s}, QDateTime::currentDateTimeUtc(), berlin())->begin);
        };
        QCOMPARE(begin(u"2026-03-29T02:30"_s), u"2026-03-29T01:30:00Z"_s); // 03:30 on the clock
        QCOMPARE(begin(u"2026-10-25T02:30"_s), u"2026-10-25T00:30:00Z"_s); // the first of two
    }

    void hoursRoundByTheClockOfHalfHourZones()
    {
        const auto now = QDateTime::fromMSecsSinceEpoch(utc(u"2026-11-21T09:40:00Z"_s), Qt::UTC);
        const auto span = resolveTimeRange({u"now/h"_s, u"now/h"_s}, now, QTimeZone("Asia/Kolkata"));
        QCOMPARE(printed(span->begin), u"2026-11-21T09:30:00Z"_s);
        QCOMPARE(printed(span->end), u"2026-11-21T10:30:00Z"_s);
    }

    void refusesInPlainWords_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("part");
        QTest::newRow("nothing") << ""
                                 << "no begin";
        QTest::newRow("no end") << "now-1h.."
                                << "no end";
        QTest::newRow("no unit") << "now-6"
                                 << "-6";
        QTest::newRow("unknown unit") << "now-6x"
                                      << "-6x";
        QTest::newRow("no amount") << "now-h"
                                   << "-h";
        QTest::newRow("a word") << "yesterday"
                                << "yesterday";
        QTest::newRow("no such day") << "2015-02-30..now"
                                     << "no such day";
        QTest::newRow("no such hour") << "2015-02-20T25:00..now"
                                      << "hours go to 23";
        QTest::newRow("no such offset") << "2015-02-20T10:00+19:00..now"
                                        << "offset";
        QTest::newRow("seconds for milliseconds") << "1431820800"
                                                  << "milliseconds";
        QTest::newRow("beyond the calendar") << "now-9999y"
                                             << "years";
        QTest::newRow("far beyond it") << "now-999999y"
                                       << "years";
        QTest::newRow("too many digits") << "99999999999999999999"
                                         << "years";
        QTest::newRow("three ends") << "now-3h..now-2h..now"
                                    << "two ends";
    }

    void refusesInPlainWords()
    {
        QFETCH(QString, text);
        QFETCH(QString, part);
        const auto range = parseTimeRange(text);
        QVERIFY(range.isError());
        QVERIFY2(range.error().message.contains(part), qPrintable(range.error().message));
        QVERIFY(!range.error().hint.isEmpty());
    }

    void refusesAnEmptyOrBackwardRange()
    {
        const QDateTime now = QDateTime::currentDateTimeUtc();
        QVERIFY(resolveTimeRange({u"now"_s, u"now"_s}, now, berlin()).error().message.contains(u"empty"_s));
        QVERIFY(resolveTimeRange({u"now"_s, u"now-1h"_s}, now, berlin()).error().message.contains(u"backwards"_s));
    }

    void parsesBothFormsOfTwoEnds()
    {
        QCOMPARE(*parseTimeRange(u"now-6h..now"_s), (TimeRange{u"now-6h"_s, u"now"_s}));
        QCOMPARE(*parseTimeRange(u" now-6h to now "_s), (TimeRange{u"now-6h"_s, u"now"_s}));
        QCOMPARE(*parseTimeRange(u"now-15m"_s), (TimeRange{u"now-15m"_s, u"now"_s}));
        QCOMPARE(
            *parseTimeRange(u"2015-05-17 10:00 .. 2015-05-21"_s), (TimeRange{u"2015-05-17 10:00"_s, u"2015-05-21"_s}));
    }

    void knowsWhatMovesWithTheClock()
    {
        QVERIFY((TimeRange{u"now-6h"_s, u"now"_s}.isRelative()));
        QVERIFY((TimeRange{u"2015-05-17"_s, u"now"_s}.isRelative()));
        QVERIFY(!(TimeRange{u"2015-05-17"_s, u"2015-05-18"_s}.isRelative()));
    }

    void aZoomComesBackAsTheSameSpan()
    {
        for (const TimeSpan span :
            {TimeSpan{1'431'820'800'000, 1'431'820'860'000}, TimeSpan{1'431'820'800'123, 1'431'820'800'999}})
            QCOMPARE(*resolveTimeRange(absoluteTimeRange(span), QDateTime::currentDateTimeUtc(), berlin()), span);
    }

    void describesRangesAsPeopleSayThem_data()
    {
        QTest::addColumn<QString>("range");
        QTest::addColumn<QString>("words");
        QTest::newRow("hours") << "now-6h..now"
                               << "Last 6 hours";
        QTest::newRow("one hour") << "now-1h..now"
                                  << "Last hour";
        QTest::newRow("months") << "now-3M..now"
                                << "Last 3 months";
        QTest::newRow("today") << "now/d..now/d"
                               << "Today";
        QTest::newRow("today so far") << "now/d..now"
                                      << "Today so far";
        QTest::newRow("yesterday") << "now-1d/d..now-1d/d"
                                   << "Yesterday";
        QTest::newRow("week") << "now/w..now/w"
                              << "This week";
        QTest::newRow("previous month") << "now-1M/M..now-1M/M"
                                        << "Previous month";
        QTest::newRow("dates") << "2015-05-17..2015-05-21"
                               << "2015-05-17 – 2015-05-21 (Europe/Berlin)";
        QTest::newRow("times") << "2015-05-17T10:00Z..now"
                               << "2015-05-17 12:00 – now (Europe/Berlin)";
    }

    void describesRangesAsPeopleSayThem()
    {
        QFETCH(QString, range);
        QFETCH(QString, words);
        QCOMPARE(describeTimeRange(*parseTimeRange(range), berlin()), words);
    }
};

SHARDBOARD_TEST_MAIN(TestTimeRange)
#include "test_timerange.moc"
