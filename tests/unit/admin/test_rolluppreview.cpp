// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/rolluppreview.h"
#include "tests/support/testmain.h"

using namespace Shardboard;
using namespace Qt::StringLiterals;

class TestRollupPreview : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { Testing::failOnWarnings(); }

    void theSpanComesToHoldWhatMayBeRead_data()
    {
        QTest::addColumn<double>("rowsPerSecond");
        QTest::newRow("one in an hour") << 1 / 3600.0;
        QTest::newRow("one in a second") << 1.0;
        QTest::newRow("many") << 5000.0;
    }

    void theSpanComesToHoldWhatMayBeRead()
    {
        QFETCH(double, rowsPerSecond);
        constexpr qint64 limit = 200'000, shortest = 60, longest = 365 * 86400;
        qint64 seconds = 3600;
        int rounds = 0;
        for (qint64 next = seconds; next != 0; ++rounds) {
            QVERIFY(rounds < 12);
            seconds = next;
            const qint64 found = qMin(limit + 1, qint64(double(seconds) * rowsPerSecond));
            next = nextPreviewSpan(seconds, found, limit, shortest, longest);
        }
        const double found = double(seconds) * rowsPerSecond;
        QVERIFY(found <= double(limit) || seconds == shortest);
        QVERIFY(found >= double(limit) / 16 || seconds == longest);
    }

    void aBucketThatHoldsTooManyRowsIsTheLeastThereIs()
    {
        QCOMPARE(nextPreviewSpan(60, 201, 200, 60, 86400), 0);
        QCOMPARE(nextPreviewSpan(120, 201, 200, 60, 86400), 60);
        QCOMPARE(nextPreviewSpan(86400, 0, 200, 60, 86400), 0);
    }

    void aMonthIsWorkedOutFromTheSpanOfTheBuckets()
    {
        PreviewLevel level;
        level.rows = 10;
        level.seconds = 3600;
        level.bytesPerRow = 100;
        QCOMPARE(level.rowsPerMonth(), 7200.0);
        QCOMPARE(level.bytesPerMonth(), 720000.0);
        QCOMPARE(level.reduction(500), 50.0);
        RollupPreview preview;
        preview.rows = 1000;
        preview.from = QDateTime::fromSecsSinceEpoch(0, Qt::UTC);
        preview.until = QDateTime::fromSecsSinceEpoch(86400, Qt::UTC);
        QCOMPARE(preview.rawRowsPerMonth(), 30000.0);
        QCOMPARE(preview.rawBytesPerMonth(), 0.0); // the size of the source is not known
        preview.sourceRows = 2000;
        preview.sourceBytes = 200000;
        QCOMPARE(preview.rawBytesPerMonth(), 3e6);
    }

    void aRowTakesRoomForItselfAndItsKeys()
    {
        // 24 bytes of header, aligned to eight; never less than its data.
        QVERIFY(storedRowBytes(40, 40) > 40 + 4);
        QVERIFY(storedRowBytes(1300, 40) > 1300);
        QVERIFY(storedRowBytes(1300, 40) < 1400);
        QCOMPARE(storedRowBytes(33, 40), storedRowBytes(40, 40));
    }
};

SHARDBOARD_TEST_MAIN(TestRollupPreview)
#include "test_rolluppreview.moc"
