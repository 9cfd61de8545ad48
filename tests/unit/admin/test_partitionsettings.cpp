// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/intent.h"
#include "admin/partition/settings.h"
#include "tests/support/testmain.h"

#include <QJsonArray>
#include <QJsonObject>

using namespace Shardboard;
using namespace Qt::StringLiterals;

namespace {

PartitionSettings someSettings()
{
    PartitionSettings settings;
    settings.table = {u"We \"b"_s, u"it's.events"_s};
    settings.column = u"At %1"_s;
    settings.interval = u"1 hour"_s;
    settings.ahead = 12;
    settings.history = u"2 days"_s;
    settings.retention = u"30 days"_s;
    settings.columnarAfter = u"7 days"_s;
    settings.method = PartitionMethod::Sql;
    settings.schedule = u"*/10 * * * *"_s;
    settings.dropsOriginal = true;
    return settings;
}

} // namespace

class TestPartitionSettings : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u"."_s)); }

    void whatIsSavedIsReadAgain()
    {
        PartitionSettings settings = someSettings();
        settings.newTable
            = NewPartitionedTable{{{u"id"_s, u"bigint"_s, true, true}, {u"At %1"_s, u"timestamptz"_s, true, false},
                                      {u"price"_s, u"numeric(10, 2)"_s, false, false}},
                {u"id"_s, u"At %1"_s}, u"id"_s, 4};
        const auto intent = intentFromJson(intentToJson(partitionIntent(settings)));
        QVERIFY(intent);
        const auto read = partitionSettings(*intent);
        QVERIFY2(read, qPrintable(read.isError() ? read.error().message : QString()));
        QCOMPARE(*read, settings);
    }

    void whatIsLeftOutTakesItsDefault()
    {
        const auto read = partitionSettings({u"partition"_s, {{u"table"_s, u"events"_s}, {u"column"_s, u"at"_s}}});
        QVERIFY(read);
        QCOMPARE(read->table, (QualifiedName{u"public"_s, u"events"_s}));
        QCOMPARE(read->interval, u"1 day"_s);
        QCOMPARE(read->method, PartitionMethod::Automatic);
        QVERIFY(read->hasDefault && read->keepsForEver() && !read->turnsColumnar());
    }

    void badValuesAreNamed_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QJsonValue>("value");
        QTest::newRow("no table") << u"table"_s << QJsonValue(u""_s);
        QTest::newRow("no column") << u"column"_s << QJsonValue(u""_s);
        QTest::newRow("not dividing a day") << u"interval"_s << QJsonValue(u"7 minutes"_s);
        QTest::newRow("a month is no thirty days") << u"interval"_s << QJsonValue(u"30 days"_s);
        QTest::newRow("SQL") << u"interval"_s << QJsonValue(u"1 day'; drop table x; --"_s);
        QTest::newRow("none ahead") << u"ahead"_s << QJsonValue(0);
        QTest::newRow("too many ahead") << u"ahead"_s << QJsonValue(5000);
        QTest::newRow("ahead as text") << u"ahead"_s << QJsonValue(u"many"_s);
        QTest::newRow("no interval") << u"history"_s << QJsonValue(u"a while"_s);
        QTest::newRow("no unit") << u"retention"_s << QJsonValue(u"7"_s);
        QTest::newRow("zero") << u"columnarAfter"_s << QJsonValue(u"0 days"_s);
        QTest::newRow("unknown method") << u"method"_s << QJsonValue(u"timescale"_s);
        QTest::newRow("four fields") << u"schedule"_s << QJsonValue(u"* * * *"_s);
        QTest::newRow("unknown setting") << u"\"retain\""_s << QJsonValue();
        QTest::newRow("a type that is none")
            << u"newTable"_s
            << QJsonValue(QJsonObject{{u"columns"_s,
                   QJsonArray{QJsonObject{{u"name"_s, u"at"_s}, {u"type"_s, u"int); drop table x; --"_s}}}}});
        QTest::newRow("a key without the time")
            << u"newTable"_s
            << QJsonValue(QJsonObject{{u"columns"_s,
                                          QJsonArray{QJsonObject{{u"name"_s, u"at"_s}, {u"type"_s, u"date"_s}},
                                              QJsonObject{{u"name"_s, u"id"_s}, {u"type"_s, u"int"_s}}}},
                   {u"primaryKey"_s, QJsonArray{u"id"_s}}});
    }

    void badValuesAreNamed()
    {
        QFETCH(QString, name);
        QFETCH(QJsonValue, value);
        Intent intent{u"partition"_s, {{u"table"_s, u"events"_s}, {u"column"_s, u"at"_s}}};
        intent.settings.insert(name.startsWith(u'"') ? u"retain"_s : name, value);
        const auto read = partitionSettings(intent);
        QVERIFY(read.isError());
        QCOMPARE(read.error().kind, ServerError::Kind::Usage);
        QVERIFY2(read.error().message.startsWith(name), qPrintable(read.error().message));
    }

    void intervalsAreSpelledOneWay_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("canonical");
        QTest::newRow("minutes") << u"60 minutes"_s << u"1 hour"_s;
        QTest::newRow("hours") << u"24 HOURS"_s << u"1 day"_s;
        QTest::newRow("days") << u"7 days"_s << u"1 week"_s;
        QTest::newRow("months") << u"3 months"_s << u"3 months"_s;
        QTest::newRow("two units") << u"0 days 30 minutes"_s << u"30 minutes"_s;
        QTest::newRow("an hour as servers print it") << u"01:00:00"_s << u"1 hour"_s;
        QTest::newRow("minutes as servers print them") << u"00:05:00"_s << u"5 minutes"_s;
        QTest::newRow("a month as servers print it") << u"1 mon"_s << u"1 month"_s;
        QTest::newRow("three months as servers print them") << u"3 mons"_s << u"3 months"_s;
        QTest::newRow("nothing") << u""_s << QString();
        QTest::newRow("two days") << u"2 days"_s << QString();
    }

    void intervalsAreSpelledOneWay()
    {
        QFETCH(QString, text);
        QTEST(canonicalPartitionInterval(text), "canonical");
    }

    void everyIntervalOfferedIsAccepted()
    {
        for (const QString &interval : partitionIntervals()) {
            QCOMPARE(canonicalPartitionInterval(interval), interval);
            // The job comes at least once while the partitions made ahead last.
            QVERIFY(!defaultPartitionSchedule(interval).isEmpty());
        }
    }

    void rewritingWhatIsDroppedAnywayIsRefused()
    {
        PartitionSettings settings = someSettings();
        settings.columnarAfter = u"30 days"_s;
        QCOMPARE(partitionProblems(settings).size(), 1);
        settings.retention = u"never"_s;
        QVERIFY(partitionProblems(settings).isEmpty());
    }

    void citusFunctionsAndADefaultPartitionDoNotGoTogether()
    {
        PartitionSettings settings = someSettings();
        settings.method = PartitionMethod::Citus;
        QCOMPARE(partitionProblems(settings).size(), 1);
        settings.hasDefault = false;
        QVERIFY(partitionProblems(settings).isEmpty());
    }
};

SHARDBOARD_TEST_MAIN(TestPartitionSettings)
#include "test_partitionsettings.moc"
