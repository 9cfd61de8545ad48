// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/rollupzone.h"
#include "tests/support/testmain.h"

using namespace Shardboard;
using namespace Qt::StringLiterals;

class TestRollupZone : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void daysBeginWithABucketOrNot_data()
    {
        QTest::addColumn<QString>("zone");
        QTest::addColumn<qint64>("seconds");
        QTest::addColumn<bool>("begins");
        QTest::newRow("UTC") << u"UTC"_s << qint64(3600) << true;
        QTest::newRow("whole hours") << u"Europe/Berlin"_s << qint64(3600) << true;
        QTest::newRow("half an hour") << u"America/St_Johns"_s << qint64(3600) << false;
        QTest::newRow("half an hour, shorter buckets") << u"America/St_Johns"_s << qint64(1800) << true;
        QTest::newRow("a quarter") << u"Asia/Kathmandu"_s << qint64(1800) << false;
        QTest::newRow("half an hour of summer time") << u"Australia/Lord_Howe"_s << qint64(3600) << false;
        QTest::newRow("hours beside each other") << u"Asia/Tokyo"_s << qint64(7200) << false;
    }
    void daysBeginWithABucketOrNot()
    {
        QFETCH(QString, zone);
        QFETCH(qint64, seconds);
        const ZoneFit fit = zoneFit(zone, seconds, m_now);
        QVERIFY(fit.isKnown);
        QTEST(fit.begins, "begins");
    }

    void aProblemNamesWhatWouldDo()
    {
        const QString problem = zoneProblem(u"Asia/Kathmandu"_s, u"1 day"_s, u"1 hour"_s, m_now);
        QVERIFY2(problem.contains(u"15 minutes or 5 minutes"_s), qPrintable(problem));
        QVERIFY(!problem.contains(u"30 minutes"_s));
        QCOMPARE(zoneProblem(u"Asia/Kathmandu"_s, u"1 hour"_s, u"5 minutes"_s, m_now), QString());
        QCOMPARE(zoneProblem(u"Asia/Kathmandu"_s, u"1 month"_s, u"1 day"_s, m_now), QString());
        QVERIFY(!zoneProblem(u"Nowhere/City"_s, u"1 hour"_s, {}, m_now).isEmpty());
    }

    void whatWasOddInThePastIsAWarning()
    {
        QVERIFY(zoneWarning(u"Africa/Monrovia"_s, u"1 day"_s, u"1 hour"_s, m_now).contains(u"1972"_s));
        QCOMPARE(zoneWarning(u"Europe/Berlin"_s, u"1 day"_s, u"1 hour"_s, m_now), QString());
    }

private:
    const QDateTime m_now{QDate(2026, 6, 1), QTime(0, 0), Qt::UTC};
};

SHARDBOARD_TEST_MAIN(TestRollupZone)
#include "test_rollupzone.moc"
