// SPDX-License-Identifier: GPL-3.0-or-later
#include "dashboard/cellvalue.h"
#include "tests/support/testmain.h"

#include <cmath>

using namespace Shardboard;
using namespace Qt::StringLiterals;

class TestCellValue : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral("."))); }

    void readsNumbers()
    {
        QCOMPARE(cellNumber("42"), std::optional(42.));
        QCOMPARE(cellNumber("-0.5000"), std::optional(-0.5));
        QCOMPARE(cellNumber("1e-7"), std::optional(1e-7));
        QCOMPARE(cellNumber("12345678901234567890.5"), std::optional(12345678901234567890.5));
        QVERIFY(std::isnan(*cellNumber("NaN")));
        QVERIFY(std::isinf(*cellNumber("-Infinity")) && *cellNumber("-Infinity") < 0);
        for (const char *text : {"", "x", "12x", " 12", "1,5", "t"})
            QVERIFY2(!cellNumber(text), text);
    }

    void readsTimes_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<qint64>("moment");
        const qint64 base = 1'795'251'600'000; // 2026-11-21 09:00 UTC
        QTest::newRow("utc") << QByteArray("2026-11-21 09:00:00+00") << base;
        QTest::newRow("fraction") << QByteArray("2026-11-21 09:00:00.123456+00") << base + 123;
        QTest::newRow("short fraction") << QByteArray("2026-11-21 09:00:00.5+00") << base + 500;
        QTest::newRow("east") << QByteArray("2026-11-21 14:30:00+05:30") << base;
        QTest::newRow("west") << QByteArray("2026-11-21 05:30:00-03:30") << base;
        QTest::newRow("offset with seconds") << QByteArray("2026-11-21 09:53:28+00:53:28") << base;
        QTest::newRow("timestamp") << QByteArray("2026-11-21 09:00:00") << base;
        QTest::newRow("date") << QByteArray("2026-11-21") << base - 9 * 3'600'000;
        QTest::newRow("before 1970") << QByteArray("1969-12-31 23:59:59+00") << qint64(-1000);
        QTest::newRow("five-digit year") << QByteArray("12026-01-01")
                                         << QDate(12026, 1, 1).startOfDay(Qt::UTC).toMSecsSinceEpoch();
    }

    void readsTimes()
    {
        QFETCH(QByteArray, text);
        QFETCH(qint64, moment);
        QCOMPARE(cellTime(text), std::optional(moment));
    }

    void refusesWhatIsNoTime()
    {
        for (const char *text : {"", "infinity", "-infinity", "0044-03-15 00:00:00+00 BC", "2026-13-01",
                 "2026-02-30 00:00:00+00", "2026-11-21 09:00", "2026-11-21T09:00:00Z", "12", "2026-11-21 09:00:00+00x"})
            QVERIFY2(!cellTime(text), text);
    }
};

SHARDBOARD_TEST_MAIN(TestCellValue)
#include "test_cellvalue.moc"
