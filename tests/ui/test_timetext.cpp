// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testmain.h"
#include "ui/common/timetext.h"

#include <QLocale>

using namespace Shardboard;
using namespace Qt::StringLiterals;

class TestTimeText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }
    void durations_data();
    void durations();
};

void TestTimeText::durations_data()
{
    QTest::addColumn<double>("milliseconds");
    QTest::addColumn<QString>("words");
    constexpr double second = 1000;
    constexpr double hour = 3600 * second;
    QTest::newRow("a fraction") << 0.44 << u"0.4 ms"_s;
    QTest::newRow("milliseconds") << 38.2 << u"38 ms"_s;
    QTest::newRow("seconds") << 2.1 * second << u"2.1 s"_s;
    QTest::newRow("whole minutes") << 180 * second << u"3 min"_s;
    QTest::newRow("minutes and seconds") << 185 * second << u"3 min 5 s"_s;
    QTest::newRow("an hour") << hour << u"1 h"_s;
    QTest::newRow("a day and a bit") << 24 * hour + 21 * second << u"24 h"_s;
    QTest::newRow("hours and minutes") << 26 * hour + 600 * second << u"26 h 10 min"_s;
    QTest::newRow("days") << 76 * hour << u"3 days 4 h"_s;
}

void TestTimeText::durations()
{
    QFETCH(double, milliseconds);
    QFETCH(QString, words);
    QCOMPARE(describeDuration(milliseconds), words);
}

SHARDBOARD_UI_TEST_MAIN(TestTimeText)
#include "test_timetext.moc"
