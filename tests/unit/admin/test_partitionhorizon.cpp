// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/catalogue/partitionhorizon.h"
#include "tests/support/testmain.h"

using namespace Shardboard;
using namespace Qt::StringLiterals;

namespace {

const QDateTime noon(QDate(2026, 3, 10), QTime(12, 0), Qt::UTC);

/// A table with partitions of these bounds; "default" is the default one.
Catalogue withPartitions(const QString &key, const QList<std::pair<QString, QString>> &bounds)
{
    Catalogue catalogue;
    CatalogueTable table;
    table.name = {u"shop"_s, u"events"_s};
    table.partitionKey = key;
    for (const auto &[from, to] : bounds) {
        CatalogueTable partition;
        partition.name = {u"shop"_s, u"events_%1"_s.arg(catalogue.tables.size())};
        const bool isDefault = from == u"default";
        partition.bound
            = isDefault ? PartitionBound{} : PartitionBound{PartitionBound::Kind::Range, {from}, {to}, {}, 0, 0};
        table.partitions << int(catalogue.tables.size());
        catalogue.tables << partition;
    }
    catalogue.tables << table;
    return catalogue;
}

std::optional<PartitionHorizon> horizonOf(const Catalogue &catalogue)
{
    return partitionHorizon(catalogue.tables.last(), catalogue, noon);
}

} // namespace

class TestPartitionHorizon : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u"."_s)); }

    void boundsAreMoments_data()
    {
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("moment");
        QTest::newRow("a day") << u"2026-03-11"_s << u"2026-03-11T00:00:00.000Z"_s;
        QTest::newRow("with a zone") << u"2026-03-11 00:00:00+01"_s << u"2026-03-10T23:00:00.000Z"_s;
        QTest::newRow("half an hour") << u"2026-03-11 00:00:00-03:30"_s << u"2026-03-11T03:30:00.000Z"_s;
        QTest::newRow("without one") << u"2026-03-11 04:05:06.5"_s << u"2026-03-11T04:05:06.500Z"_s;
        QTest::newRow("no limit") << u"MAXVALUE"_s << QString();
        QTest::newRow("a number") << u"20260311"_s << QString();
        QTest::newRow("no such day") << u"2026-02-30"_s << QString();
    }

    void boundsAreMoments()
    {
        QFETCH(QString, value);
        const auto found = boundMoment(value);
        QTEST(found ? found->toString(Qt::ISODateWithMs) : QString(), "moment");
    }

    void partitionsThatBeginLaterAreAhead()
    {
        const auto horizon = horizonOf(withPartitions(u"RANGE (at)"_s,
            {{u"2026-03-09 00:00:00+00"_s, u"2026-03-10 00:00:00+00"_s},
                {u"2026-03-10 00:00:00+00"_s, u"2026-03-11 00:00:00+00"_s},
                {u"2026-03-11 00:00:00+00"_s, u"2026-03-12 00:00:00+00"_s}, {u"default"_s, {}}}));
        QVERIFY(horizon);
        QCOMPARE(horizon->ahead, 1);
        QCOMPARE(*horizon->until, QDateTime(QDate(2026, 3, 12), QTime(0, 0), Qt::UTC));
        QCOMPARE(horizon->defaultPartition.name, u"events_3"_s);
        QCOMPARE(horizon->state(noon), PartitionHorizon::State::Good);
    }

    void itSaysWhenTheyRunOut()
    {
        const auto last = horizonOf(withPartitions(u"RANGE (at)"_s, {{u"2026-03-10"_s, u"2026-03-11"_s}}));
        QCOMPARE(last->state(noon), PartitionHorizon::State::RunsOut);
        const auto gone = horizonOf(withPartitions(u"RANGE (at)"_s, {{u"2026-03-08"_s, u"2026-03-09"_s}}));
        QCOMPARE(gone->state(noon), PartitionHorizon::State::RanOut);
        const auto endless = horizonOf(withPartitions(u"RANGE (at)"_s, {{u"2026-03-08"_s, u"MAXVALUE"_s}}));
        QCOMPARE(endless->state(noon), PartitionHorizon::State::Good);
    }

    void otherPartitionsHaveNoHorizon()
    {
        QVERIFY(!horizonOf(withPartitions(u"RANGE (id)"_s, {{u"1"_s, u"100"_s}})));
        QVERIFY(!horizonOf(withPartitions(u"HASH (id)"_s, {{u"1"_s, u"100"_s}})));
        QVERIFY(!horizonOf(withPartitions(u"RANGE (at)"_s, {})));
        QVERIFY(!horizonOf(withPartitions({}, {})));
    }
};

SHARDBOARD_TEST_MAIN(TestPartitionHorizon)
#include "test_partitionhorizon.moc"
