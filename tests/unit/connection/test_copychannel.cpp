// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/copychannel.h"
#include "tests/support/testmain.h"

#include <thread>

using namespace Shardboard;
using namespace Qt::StringLiterals;

class TestCopyChannel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u"."_s)); }

    void holdsAFewBlocksAndNoMore()
    {
        CopyChannel channel;
        for (int i = 0; i < CopyChannel::maximumBlocks; ++i) {
            QByteArray block = QByteArray::number(i);
            QVERIFY(channel.tryPush(block));
            QVERIFY(block.isEmpty());
        }
        QByteArray refused("one too many");
        QVERIFY(!channel.tryPush(refused));
        QCOMPARE(refused, QByteArray("one too many"));
        QCOMPARE(channel.tryTake(), std::optional(QByteArray("0")));
        QVERIFY(channel.tryPush(refused));
    }

    void producerWaitsForRoomAndEverythingArrivesInOrder()
    {
        CopyChannel channel;
        std::atomic<int> wakes{0};
        channel.wake = [&] { ++wakes; };
        std::jthread producer([&] {
            for (int i = 0; i < 1000; ++i)
                channel.waitAndPush(QByteArray::number(i));
            channel.finish();
        });
        int next = 0;
        while (next < 1000) {
            if (const auto block = channel.tryTake())
                QCOMPARE(*block, QByteArray::number(next++));
            else
                std::this_thread::yield();
        }
        producer.join();
        QVERIFY(channel.isFinished());
        QVERIFY(wakes >= 2); // the first block and the end, at least
    }

    void consumerGetsWhatIsLeftAfterTheEnd()
    {
        CopyChannel channel;
        channel.wake = [] {};
        QByteArray last("last");
        QVERIFY(channel.tryPush(last));
        channel.close();
        QCOMPARE(channel.waitAndTake(), std::optional(QByteArray("last")));
        QCOMPARE(channel.waitAndTake(), std::nullopt);
    }

    void fullChannelWakesTheReaderOfTheSocketOnce()
    {
        CopyChannel channel;
        int wakes = 0;
        channel.wake = [&] { ++wakes; };
        for (int i = 0; i < CopyChannel::maximumBlocks; ++i) {
            QByteArray block("x");
            QVERIFY(channel.tryPush(block));
        }
        QVERIFY(channel.waitAndTake());
        QVERIFY(channel.waitAndTake());
        QCOMPARE(wakes, 1);
    }

    void closingReleasesWhoeverWaits()
    {
        CopyChannel channel;
        channel.wake = [] {};
        for (int i = 0; i < CopyChannel::maximumBlocks; ++i)
            QVERIFY(channel.waitAndPush("x"));
        std::jthread closer([&] { channel.close(); });
        QVERIFY(!channel.waitAndPush("nobody takes it"));
    }

    void abortCarriesItsReason()
    {
        CopyChannel channel;
        channel.wake = [] {};
        QCOMPARE(channel.abortReason(), std::nullopt);
        channel.abort(u"the file ends in the middle"_s);
        QCOMPARE(channel.abortReason(), std::optional(u"the file ends in the middle"_s));
        QVERIFY(!channel.isFinished());
    }
};

SHARDBOARD_TEST_MAIN(TestCopyChannel)
#include "test_copychannel.moc"
