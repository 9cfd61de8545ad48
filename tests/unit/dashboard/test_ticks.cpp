// SPDX-License-Identifier: GPL-3.0-or-later
#include "dashboard/ticks.h"
#include "tests/support/testmain.h"

#include <cmath>
#include <random>

using namespace Shardboard;
using namespace Qt::StringLiterals;

namespace {

qint64 utc(const QString &iso)
{
    return QDateTime::fromString(iso, Qt::ISODate).toMSecsSinceEpoch();
}

QStringList labels(const QList<TimeTick> &ticks)
{
    QStringList texts;
    for (const TimeTick &tick : ticks)
        texts << (tick.date.isEmpty() ? tick.label : tick.label + u'|' + tick.date);
    return texts;
}

const QLocale english(QLocale::English, QLocale::UnitedStates);

} // namespace

class TestTicks : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral("."))); }

    void countsStepByOneTwoFiveFromZero()
    {
        QCOMPARE(chooseValueScale(180, 1050, 6, {}), (ValueScale{0, 1500, 500}));
        QCOMPARE(chooseValueScale(3, 97, 6, {}), (ValueScale{0, 100, 20}));
        QCOMPARE(chooseValueScale(1, 1, 6, {}), (ValueScale{0, 1, 0.2}));
        QCOMPARE(chooseValueScale(0.001, 0.047, 6, u"percent"_s), (ValueScale{0, 0.05, 0.01}));
    }

    void negativesGetTheirShare()
    {
        QCOMPARE(chooseValueScale(-12, 40, 6, {}), (ValueScale{-20, 40, 20}));
        QCOMPARE(chooseValueScale(-12, -3, 6, {}), (ValueScale{-15, 0, 5}));
    }

    void bytesStepByPowersOfTwoAndTimesByTheClock()
    {
        QCOMPARE(chooseValueScale(0, 3000, 5, u"bytes"_s), (ValueScale{0, 3072, 1024}));
        QCOMPARE(chooseValueScale(0, 100'000, 5, u"ms"_s), (ValueScale{0, 120'000, 30'000}));
        QCOMPARE(chooseValueScale(0, 95, 6, u"ms"_s), (ValueScale{0, 100, 20}));
    }

    void aRefreshDoesNotMoveTheAxisWithoutNeed()
    {
        const ValueScale shown = chooseValueScale(0, 970, 6, {});
        QCOMPARE(chooseValueScale(0, 1000, 6, {}, shown), shown); // still inside
        QCOMPARE(chooseValueScale(0, 500, 6, {}, shown), shown); // half full
        QCOMPARE(chooseValueScale(0, 1001, 6, {}, shown).max, 1500.);
        QCOMPARE(chooseValueScale(0, 300, 6, {}, shown).max, 300.); // lost in an empty picture
        QCOMPARE(chooseValueScale(1, 0, 6, {}, shown), shown); // nothing to show: nothing moves
        QCOMPARE(chooseValueScale(std::nan(""), std::nan(""), 6, {}), ValueScale());
    }

    void anyDataFitItsScaleWithoutTooManyTicks()
    {
        std::mt19937_64 random(7);
        std::uniform_real_distribution<double> exponent(-9, 15);
        for (int i = 0; i < 3000; ++i) {
            const double high = std::pow(10, exponent(random));
            const double low = i % 3 == 0 ? -std::pow(10, exponent(random)) : 0;
            const int most = 2 + i % 9;
            const QString unit = fieldUnit(i);
            const ValueScale scale = chooseValueScale(low, high, most, unit);
            QVERIFY2(scale.min <= low + scale.step * 1e-6 && scale.max >= high - scale.step * 1e-6,
                qPrintable(QString::number(high)));
            QVERIFY2(int(scale.ticks().size()) <= std::max(most, low < 0 ? 3 : 2), qPrintable(QString::number(high)));
        }
    }

    void timesAreRoundOnTheClockOfTheZone()
    {
        const QTimeZone kolkata("Asia/Kolkata");
        const TimeSpan span{utc(u"2026-11-21T03:10:00Z"_s), utc(u"2026-11-21T09:10:00Z"_s)};
        QCOMPARE(labels(chooseTimeTicks(span, 8, kolkata, english)),
            (QStringList{u"09:00|21 Nov"_s, u"10:00"_s, u"11:00"_s, u"12:00"_s, u"13:00"_s, u"14:00"_s}));
    }

    void theDateStandsWhereItChanges()
    {
        const TimeSpan span{utc(u"2026-11-20T20:00:00Z"_s), utc(u"2026-11-21T08:00:00Z"_s)};
        QCOMPARE(labels(chooseTimeTicks(span, 7, QTimeZone::utc(), english)),
            (QStringList{
                u"20:00|20 Nov"_s, u"22:00"_s, u"00:00|21 Nov"_s, u"02:00"_s, u"04:00"_s, u"06:00"_s, u"08:00"_s}));
    }

    void aSkippedHourHasNoTick()
    {
        const QTimeZone berlin("Europe/Berlin");
        const TimeSpan span{utc(u"2026-03-29T00:00:00Z"_s), utc(u"2026-03-29T04:00:00Z"_s)};
        QCOMPARE(labels(chooseTimeTicks(span, 6, berlin, english)),
            (QStringList{u"01:00|29 Mar"_s, u"03:00"_s, u"04:00"_s, u"05:00"_s, u"06:00"_s}));
    }

    void aDoubledHourSaysWhich()
    {
        const QTimeZone berlin("Europe/Berlin");
        const TimeSpan span{utc(u"2026-10-24T23:00:00Z"_s), utc(u"2026-10-25T03:00:00Z"_s)};
        QCOMPARE(labels(chooseTimeTicks(span, 6, berlin, english)),
            (QStringList{u"01:00|25 Oct"_s, u"02:00"_s, u"02:00 UTC+1"_s, u"03:00"_s, u"04:00"_s}));
    }

    void daysBeginAtLocalMidnightOnBothSidesOfAChange()
    {
        const QTimeZone berlin("Europe/Berlin");
        const TimeSpan span{utc(u"2026-10-23T12:00:00Z"_s), utc(u"2026-10-27T12:00:00Z"_s)};
        const auto ticks = chooseTimeTicks(span, 5, berlin, english);
        QCOMPARE(labels(ticks), (QStringList{u"24 Oct"_s, u"25 Oct"_s, u"26 Oct"_s, u"27 Oct"_s}));
        QCOMPARE(ticks.at(1).time - ticks.at(0).time, 24 * 3'600'000);
        QCOMPARE(ticks.at(2).time - ticks.at(1).time, 25 * 3'600'000);
    }

    void longRangesCountInMonthsAndYears()
    {
        const TimeSpan year{utc(u"2025-11-21T00:00:00Z"_s), utc(u"2026-11-21T00:00:00Z"_s)};
        QCOMPARE(labels(chooseTimeTicks(year, 5, QTimeZone::utc(), english)),
            (QStringList{u"Jan 2026"_s, u"Apr 2026"_s, u"Jul 2026"_s, u"Oct 2026"_s}));
        const TimeSpan decades{utc(u"1990-06-01T00:00:00Z"_s), utc(u"2026-06-01T00:00:00Z"_s)};
        QCOMPARE(labels(chooseTimeTicks(decades, 8, QTimeZone::utc(), english)).first(), u"1995"_s);
    }

    void anyRangeHasAFewTicksInsideInOrder()
    {
        std::mt19937_64 random(11);
        std::uniform_real_distribution<double> exponent(4.2, 12.5);
        const QList<QTimeZone> zones{QTimeZone::utc(), QTimeZone("Europe/Berlin"), QTimeZone("Australia/Lord_Howe"),
            QTimeZone("America/St_Johns"), QTimeZone("Asia/Kathmandu")};
        for (int i = 0; i < 400; ++i) {
            const qint64 end = 1'790'000'000'000 - qint64(random() % 400'000'000'000ull);
            const TimeSpan span{end - qint64(std::pow(10, exponent(random))), end};
            const int most = 4 + i % 7;
            const auto ticks = chooseTimeTicks(span, most, zones.at(i % zones.size()), english);
            QVERIFY(!ticks.isEmpty() && ticks.size() <= most);
            for (qsizetype t = 0; t < ticks.size(); ++t) {
                QVERIFY(ticks.at(t).time >= span.begin && ticks.at(t).time <= span.end);
                QVERIFY(t == 0 || ticks.at(t).time > ticks.at(t - 1).time);
            }
        }
    }

private:
    static QString fieldUnit(int i)
    {
        static const QStringList units{QString(), u"ms"_s, u"bytes"_s, u"percent"_s, u"s"_s};
        return units.at(i % units.size());
    }
};

SHARDBOARD_TEST_MAIN(TestTicks)
#include "test_ticks.moc"
