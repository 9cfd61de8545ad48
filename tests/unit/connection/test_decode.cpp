// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/decode.h"
#include "tests/support/testmain.h"

#include <cmath>

using namespace Shardboard;
using namespace Qt::StringLiterals;

class TestDecode : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u"."_s)); }

    void timestamps_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<qint64>("microseconds");
        // Right-hand sides are extract(epoch) of a server, times a million.
        QTest::newRow("epoch") << QByteArray("1970-01-01 00:00:00+00") << qint64(0);
        QTest::newRow("microsecond") << QByteArray("1970-01-01 00:00:00.000001+00") << qint64(1);
        QTest::newRow("fraction") << QByteArray("2015-05-17 10:05:03.5+00") << qint64(1431857103500000);
        QTest::newRow("before the epoch") << QByteArray("1969-12-31 23:59:59.999999+00") << qint64(-1);
        QTest::newRow("offset") << QByteArray("2015-05-17 12:05:03+02") << qint64(1431857103000000);
        QTest::newRow("half-hour offset") << QByteArray("2015-05-17 15:35:03+05:30") << qint64(1431857103000000);
        QTest::newRow("negative offset") << QByteArray("2015-05-17 06:35:03-03:30") << qint64(1431857103000000);
        QTest::newRow("offset with seconds") << QByteArray("1900-01-01 00:00:00+00:19:32") << qint64(-2208989972000000);
        QTest::newRow("without zone") << QByteArray("2015-05-17 10:05:03") << qint64(1431857103000000);
        QTest::newRow("date") << QByteArray("2015-05-17") << qint64(1431820800000000);
        QTest::newRow("leap day") << QByteArray("2000-02-29") << qint64(951782400000000);
        QTest::newRow("BC date") << QByteArray("0044-03-15 BC") << qint64(-63517824000000000);
        QTest::newRow("earliest") << QByteArray("4713-01-01 00:00:00+00 BC") << qint64(-210863520000000000);
        QTest::newRow("far") << QByteArray("294246-12-31 23:59:59.999999") << qint64(9223371244799999999);
        QTest::newRow("too far") << QByteArray("294276-12-31 23:59:59.999999") << timestampInfinity;
        QTest::newRow("last date") << QByteArray("5874897-12-31") << timestampInfinity;
        QTest::newRow("infinity") << QByteArray("infinity") << timestampInfinity;
        QTest::newRow("-infinity") << QByteArray("-infinity") << timestampMinusInfinity;
    }
    void timestamps()
    {
        QFETCH(QByteArray, text);
        QFETCH(qint64, microseconds);
        const auto decoded = decodeTimestamp(text);
        QVERIFY(decoded);
        QCOMPARE(*decoded, microseconds);
    }

    void badTimestampsAreNone_data()
    {
        QTest::addColumn<QByteArray>("text");
        for (const char *text : {"", "now", "2015", "2015-05", "2015-13-01", "2015-05-17T10:00:00", "2015-05-17 10:00",
                 "2015-05-17 10:00:00+", "2015-05-17 10:00:00.+00", "17.05.2015", "2015-05-17 10:00:00 CEST",
                 "9223372036854775807-01-01", "99999999999999999999999-01-01"})
            QTest::newRow(text) << QByteArray(text);
    }
    void badTimestampsAreNone()
    {
        QFETCH(QByteArray, text);
        QVERIFY(!decodeTimestamp(text));
    }

    void numbers()
    {
        QCOMPARE(decodeInteger("9223372036854775807"), std::optional<qint64>(std::numeric_limits<qint64>::max()));
        QCOMPARE(decodeInteger("-9223372036854775808"), std::optional<qint64>(std::numeric_limits<qint64>::min()));
        QVERIFY(!decodeInteger("9223372036854775808"));
        QVERIFY(!decodeInteger("1.5"));
        QVERIFY(!decodeInteger(""));
        QCOMPARE(decodeReal("0.1"), std::optional(0.1));
        QCOMPARE(decodeReal("1e-320"), std::optional(1e-320));
        QCOMPARE(decodeReal("12345678901234567890.123456789"), std::optional(12345678901234567890.123456789));
        QVERIFY(std::isnan(decodeReal("NaN").value()));
        QVERIFY(std::isinf(decodeReal("Infinity").value()));
        QVERIFY(decodeReal("-Infinity").value() < 0);
        QVERIFY(!decodeReal("1,5"));
        QCOMPARE(decodeBoolean("t"), std::optional(true));
        QCOMPARE(decodeBoolean("f"), std::optional(false));
        QVERIFY(!decodeBoolean("true"));
    }

    void intervals_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<double>("seconds");
        QTest::newRow("zero") << QByteArray("00:00:00") << 0.0;
        QTest::newRow("clock") << QByteArray("01:02:03.5") << 3723.5;
        QTest::newRow("negative fraction") << QByteArray("-00:00:00.5") << -0.5;
        QTest::newRow("days") << QByteArray("-1 days") << -86400.0;
        QTest::newRow("mixed signs") << QByteArray("10 mons 3 days -04:05:06.7") << 26164493.3;
        QTest::newRow("plus sign") << QByteArray("-1 days +02:00:00") << -79200.0;
        QTest::newRow("years") << QByteArray("1 year") << 31557600.0;
        QTest::newRow("many hours") << QByteArray("40 years 100:00:00") << 40 * 31557600.0 + 360000.0;
    }
    void intervals()
    {
        QFETCH(QByteArray, text);
        QFETCH(double, seconds);
        QCOMPARE(decodeInterval(text), std::optional(seconds));
    }

    void badIntervalsAreNone()
    {
        for (const char *text : {"", "1", "1 fortnight", "1 day ", "P1D", "x"})
            QVERIFY2(!decodeInterval(text), text);
    }

    void kindsFollowTheType()
    {
        QCOMPARE(valueKind(23), ValueKind::Integer);
        QCOMPARE(valueKind(701), ValueKind::Real);
        QCOMPARE(valueKind(1700), ValueKind::Numeric);
        QCOMPARE(valueKind(1184), ValueKind::Timestamp);
        QCOMPARE(valueKind(25), ValueKind::Text);
        QCOMPARE(valueKind(99999), ValueKind::Text);
        QVERIFY(isNumber(ValueKind::Numeric));
        QVERIFY(!isNumber(ValueKind::Timestamp));
        QCOMPARE(decodeNumber("t", ValueKind::Boolean), std::optional(1.0));
        QCOMPARE(decodeNumber("00:01:00", ValueKind::Interval), std::optional(60.0));
        QCOMPARE(decodeNumber("1970-01-01 00:00:01+00", ValueKind::Timestamp), std::optional(1.0));
        QVERIFY(!decodeNumber("5", ValueKind::Text));
    }
};

SHARDBOARD_TEST_MAIN(TestDecode)
#include "test_decode.moc"
