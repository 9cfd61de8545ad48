// SPDX-License-Identifier: GPL-3.0-or-later
#include "dashboard/valueformat.h"
#include "tests/support/testmain.h"

#include <cmath>
#include <limits>

using namespace Shardboard;
using namespace Qt::StringLiterals;

namespace {

/// With plain characters for the no-break space and the minus sign.
QString plain(QString text)
{
    return text.replace(QChar(0x00a0), u' ').replace(QChar(0x2212), u'-');
}

const QLocale english(QLocale::English, QLocale::UnitedStates);
const QLocale german(QLocale::German, QLocale::Germany);

} // namespace

class TestValueFormat : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral("."))); }

    void isShort_data()
    {
        QTest::addColumn<double>("value");
        QTest::addColumn<QString>("unit");
        QTest::addColumn<QString>("text");
        QTest::newRow("zero") << 0. << ""
                              << "0";
        QTest::newRow("negative zero") << -0. << ""
                                       << "0";
        QTest::newRow("small count") << 7. << ""
                                     << "7";
        QTest::newRow("count below ten thousand") << 1234. << ""
                                                  << "1,234";
        QTest::newRow("count") << 12'345. << ""
                               << "12.3 k";
        QTest::newRow("million") << 1'240'000. << ""
                                 << "1.24 M";
        QTest::newRow("no 1000 k") << 999'960. << ""
                                   << "1 M";
        QTest::newRow("fraction") << 0.04567 << ""
                                  << "0.0457";
        QTest::newRow("tiny") << 1e-7 << ""
                              << "0.0000001";
        QTest::newRow("negative") << -1'500'000. << ""
                                  << "-1.5 M";
        QTest::newRow("rounds to zero without a sign") << -1e-20 << ""
                                                       << "0";
        QTest::newRow("ms") << 38. << "ms"
                            << "38 ms";
        QTest::newRow("ms fraction") << 38.46 << "ms"
                                     << "38.5 ms";
        QTest::newRow("microseconds") << 0.25 << "ms"
                                      << "250 µs";
        QTest::newRow("zero ms") << 0. << "ms"
                                 << "0 ms";
        QTest::newRow("seconds of ms") << 1500. << "ms"
                                       << "1.5 s";
        QTest::newRow("minutes of ms") << 150'000. << "ms"
                                       << "2.5 min";
        QTest::newRow("hours of s") << 7200. << "s"
                                    << "2 h";
        QTest::newRow("percent") << 0.007 << "percent"
                                 << "0.7 %";
        QTest::newRow("percent of everything") << 1. << "percent"
                                               << "100 %";
        QTest::newRow("no percent") << 0. << "percent"
                                    << "0 %";
        QTest::newRow("bytes") << 512. << "bytes"
                               << "512 B";
        QTest::newRow("gibibytes") << 1.2 * 1024 * 1024 * 1024 << "bytes"
                                   << "1.2 GiB";
        QTest::newRow("rate") << 12'500. << "per-second"
                              << "12.5 k/s";
        QTest::newRow("plain rate") << 12.5 << "per-minute"
                                    << "12.5 /min";
    }

    void isShort()
    {
        QFETCH(double, value);
        QFETCH(QString, unit);
        QFETCH(QString, text);
        QCOMPARE(plain(formatValue(value, unit, -1, english)), text);
    }

    void isShortInItsLocaleAndWithFixedDecimals()
    {
        QCOMPARE(plain(formatValue(1234.5, {}, 1, german)), u"1.234,5"_s);
        QCOMPARE(plain(formatValue(0.0512, u"percent"_s, 2, german)), u"5,12 %"_s);
        QCOMPARE(plain(formatValue(12.0, u"ms"_s, 1, english)), u"12.0 ms"_s);
        QCOMPARE(formatValue(std::nan(""), {}, -1, english), u"–"_s);
        QCOMPARE(plain(formatValue(-std::numeric_limits<double>::infinity(), {}, -1, english)), u"-∞"_s);
    }

    void axisLabelsShareAScaleAndTellNeighboursApart()
    {
        QStringList labels;
        for (const double value : {0., 250'000., 500'000., 1'250'000.})
            labels << plain(formatAxisValue(value, 250'000, 1'250'000, {}, english));
        QCOMPARE(labels, (QStringList{u"0.00 M"_s, u"0.25 M"_s, u"0.50 M"_s, u"1.25 M"_s}));
        QCOMPARE(plain(formatAxisValue(0.05, 0.01, 0.05, u"percent"_s, english)), u"5 %"_s);
        QCOMPARE(plain(formatAxisValue(0.005, 0.005, 0.02, u"percent"_s, english)), u"0.5 %"_s);
        QCOMPARE(plain(formatAxisValue(-20, 20, 60, {}, english)), u"-20"_s);
        QCOMPARE(plain(formatAxisValue(2048, 1024, 4096, u"bytes"_s, english)), u"2 KiB"_s);
    }

    void exactTextLosesNothing_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("unit");
        QTest::addColumn<QString>("shown");
        QTest::newRow("beyond double") << "9007199254740993"
                                       << ""
                                       << "9,007,199,254,740,993";
        QTest::newRow("numeric") << "-12345678901234567890.1234567890"
                                 << ""
                                 << "-12,345,678,901,234,567,890.1234567890";
        QTest::newRow("three digits") << "999"
                                      << "bytes"
                                      << "999 B";
        QTest::newRow("percent") << "0.0512345678901234567"
                                 << "percent"
                                 << "5.12345678901234567 %";
        QTest::newRow("percent of one") << "1"
                                        << "percent"
                                        << "100 %";
        QTest::newRow("percent of a tenth") << "0.5"
                                            << "percent"
                                            << "50 %";
        QTest::newRow("rate") << "12.50"
                              << "per-minute"
                              << "12.50 /min";
        QTest::newRow("no number") << "NaN"
                                   << "ms"
                                   << "NaN";
        QTest::newRow("exponent") << "1e+30"
                                  << ""
                                  << "1e+30";
    }

    void exactTextLosesNothing()
    {
        QFETCH(QString, text);
        QFETCH(QString, unit);
        QFETCH(QString, shown);
        QCOMPARE(plain(formatExact(text, unit, english)), shown);
    }

    void durationsNameTwoUnitsAtMost()
    {
        QCOMPARE(plain(formatDuration(12, english)), u"12 ms"_s);
        QCOMPARE(plain(formatDuration(1500, english)), u"1.5 s"_s);
        QCOMPARE(plain(formatDuration(125'000, english)), u"2 min 5 s"_s);
        QCOMPARE(plain(formatDuration(12'000'000, english)), u"3 h 20 min"_s);
        QCOMPARE(plain(formatDuration(2 * 86'400'000, english)), u"2 d"_s);
        QCOMPARE(plain(formatDuration(-125'000, english)), u"-2 min 5 s"_s);
    }

    void timesNameTheirZone()
    {
        const QTimeZone berlin("Europe/Berlin");
        const qint64 summer = 1'431'820'800'000; // 2015-05-17 00:00 UTC
        QCOMPARE(formatTime(summer, berlin), u"2015-05-17 02:00:00"_s);
        QCOMPARE(formatTimeWithZone(summer, berlin, TimeDetail::Minutes), u"2015-05-17 02:00 Europe/Berlin (UTC+2)"_s);
        for (const QTimeZone &utc : {QTimeZone::utc(), QTimeZone("Etc/UTC")})
            QCOMPARE(formatTimeWithZone(summer, utc, TimeDetail::Minutes), u"2015-05-17 00:00 UTC"_s);
        QCOMPARE(plain(formatTimeWithZone(summer, QTimeZone("America/St_Johns"), TimeDetail::Minutes)),
            u"2015-05-16 21:30 America/St_Johns (UTC-2:30)"_s);
        QCOMPARE(formatBucket(summer, 300'000, berlin), u"2015-05-17 02:00 – 02:05"_s);
        QCOMPARE(formatBucket(summer, 86'400'000, berlin), u"2015-05-17 02:00 – 2015-05-18 02:00"_s);
        QCOMPARE(formatBucket(summer, 1000, berlin), u"2015-05-17 02:00:00 – 02:00:01"_s);
    }

    void aBandIsHalfItsWidth()
    {
        QCOMPARE(plain(formatBand(1000, 977, 1023, english)), u"±2.3 %"_s);
        QCOMPARE(formatBand(0, 0, 0, english), QString());
        QCOMPARE(formatBand(1000, std::nullopt, 1023, english), QString());
    }
};

SHARDBOARD_TEST_MAIN(TestValueFormat)
#include "test_valueformat.moc"
