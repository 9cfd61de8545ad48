// SPDX-License-Identifier: GPL-3.0-or-later
#include "dashboard/panelbuilder.h"
#include "tests/support/results.h"
#include "tests/support/testmain.h"

#include <cmath>
#include <random>

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 minute = 60'000;
constexpr qint64 nine = 1'795'251'600'000; // 2026-11-21 09:00 UTC

ResultSet rowsOf(const QStringList &columns, const QList<QStringList> &cells)
{
    ResultSet rows = resultOf(int(columns.size()), cells);
    for (int i = 0; i < columns.size(); ++i)
        rows.fields[i].name = columns.at(i);
    return rows;
}

QString at(int minutes)
{
    return QDateTime::fromMSecsSinceEpoch(nine + minutes * minute, Qt::UTC).toString(u"yyyy-MM-dd HH:mm:ss+00"_s);
}

Panel panelOf(Panel::Kind kind, const QStringList &columns)
{
    Panel panel;
    panel.kind = kind;
    panel.sql = u"SELECT time_bucket(:step, at)"_s;
    for (const QString &column : columns) {
        FieldStyle field;
        field.column = column;
        panel.fields.append(field);
    }
    if (kind == Panel::Kind::TimeSeries)
        panel.timeColumn = u"t"_s;
    if (kind == Panel::Kind::Bars || kind == Panel::Kind::Share)
        panel.categoryColumn = u"c"_s;
    return panel;
}

QString printed(const Series &series)
{
    QStringList points;
    for (size_t i = 0; i < series.times.size(); ++i)
        points << u"%1:%2"_s.arg((series.times[i] - nine) / minute).arg(series.values[i]);
    return points.join(u' ');
}

QString errorOf(const Panel &panel, const ResultSet &rows)
{
    const auto data = buildPanelData(panel, rows, minute);
    return data.isError() ? data.error().message : QString();
}

} // namespace

class TestPanelBuilder : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral("."))); }

    void missingBucketsAreGapsAndNeverZero()
    {
        const auto data = buildPanelData(panelOf(Panel::Kind::TimeSeries, {u"a"_s, u"b"_s}),
            rowsOf({u"t"_s, u"a"_s, u"b"_s},
                {{at(0), u"1"_s, u"10"_s}, {at(1), u"2"_s, QString()}, {at(4), u"0"_s, u"40"_s}}),
            minute);
        QVERIFY(data.isOk());
        QCOMPARE(data->state, PanelData::State::Ready);
        QCOMPARE(printed(data->series.at(0)), u"0:1 1:2 2:nan 3:nan 4:0"_s);
        QCOMPARE(printed(data->series.at(1)), u"0:10 1:nan 2:nan 3:nan 4:40"_s);
        QCOMPARE(data->bucketMilliseconds, minute);
        QCOMPARE(data->table.rowCount(), 3);
    }

    void rowsComeInAnyOrderAndOffTheGrid()
    {
        const Panel panel = panelOf(Panel::Kind::TimeSeries, {u"a"_s});
        const auto mixed = buildPanelData(panel, rowsOf({u"a"_s, u"t"_s}, {{u"3"_s, at(2)}, {u"1"_s, at(0)}}), minute);
        QCOMPARE(printed(mixed->series.at(0)), u"0:1 1:nan 2:3"_s);
        const auto odd
            = buildPanelData(panel, rowsOf({u"a"_s, u"t"_s}, {{u"1"_s, at(0)}, {u"3"_s, at(7)}}), 5 * minute);
        QCOMPARE(printed(odd->series.at(0)), u"0:1 7:3"_s);
        const auto wild = buildPanelData(
            panel, rowsOf({u"a"_s, u"t"_s}, {{u"1"_s, u"0001-01-01 00:00:00+00"_s}, {u"3"_s, at(0)}}), minute);
        QCOMPARE(wild->series.at(0).times.size(), size_t(2)); // no grid of a thousand million buckets
    }

    void aStatementWithoutStepHasBucketsOfItsOwn_data()
    {
        QTest::addColumn<QList<int>>("minutes");
        QTest::addColumn<QString>("points");
        QTest::newRow("hours") << QList<int>{0, 60, 120, 180} << u"0:1 60:1 120:1 180:1"_s;
        QTest::newRow("hours, one missing") << QList<int>{0, 60, 120, 240} << u"0:1 60:1 120:1 180:nan 240:1"_s;
        QTest::newRow("hours and a row right after one")
            << QList<int>{0, 1, 60, 120, 180} << u"0:1 1:1 60:1 120:1 180:1"_s;
        QTest::newRow("a day of 23 hours") << QList<int>{0, 1440, 2820, 4260} << u"0:1 1440:1 2820:1 4260:1"_s;
        QTest::newRow("a day of 23 hours and a missing one")
            << QList<int>{0, 1440, 2820, 5700} << u"0:1 1440:1 2820:1 5700:1"_s;
        QTest::newRow("events") << QList<int>{0, 1, 2, 9, 30, 31, 55, 90, 91, 140}
                                << u"0:1 1:1 2:1 9:1 30:1 31:1 55:1 90:1 91:1 140:1"_s;
        QTest::newRow("two rows") << QList<int>{0, 600} << u"0:1 600:1"_s;
        QTest::newRow("one row") << QList<int>{5} << u"5:1"_s;
    }
    void aStatementWithoutStepHasBucketsOfItsOwn()
    {
        QFETCH(QList<int>, minutes);
        Panel panel = panelOf(Panel::Kind::TimeSeries, {u"n"_s});
        panel.sql = u"SELECT date_trunc('hour', at) AS t, count(*) AS n FROM e WHERE at >= :from GROUP BY 1"_s;
        QList<QStringList> cells;
        for (const int one : minutes)
            cells << QStringList{at(one), u"1"_s};
        const auto data = buildPanelData(panel, rowsOf({u"t"_s, u"n"_s}, cells), minute);
        QTEST(printed(data->series.at(0)), "points");
    }

    void everyCategoryHasItsOwnBuckets()
    {
        Panel panel = panelOf(Panel::Kind::TimeSeries, {u"n"_s});
        panel.sql = u"SELECT t, c, n FROM e"_s;
        panel.categoryColumn = u"c"_s;
        const auto data = buildPanelData(panel,
            rowsOf({u"t"_s, u"c"_s, u"n"_s},
                {{at(0), u"hourly"_s, u"1"_s}, {at(60), u"hourly"_s, u"2"_s}, {at(55), u"often"_s, u"3"_s},
                    {at(60), u"often"_s, u"4"_s}, {at(65), u"often"_s, u"5"_s}, {at(120), u"hourly"_s, u"6"_s}}),
            minute);
        QCOMPARE(printed(data->series.at(0)), u"0:1 60:2 120:6"_s);
        QCOMPARE(printed(data->series.at(1)), u"55:3 60:4 65:5"_s);
    }

    void nullAndTextsLikeItAreDifferentSeries()
    {
        Panel panel = panelOf(Panel::Kind::TimeSeries, {u"n"_s});
        panel.categoryColumn = u"c"_s;
        const auto data = buildPanelData(panel,
            rowsOf({u"t"_s, u"c"_s, u"n"_s},
                {{at(0), QString(), u"1"_s}, {at(0), u"NULL"_s, u"2"_s}, {at(0), u"“NULL”"_s, u"3"_s},
                    {at(0), u""_s, u"4"_s}}),
            minute);
        QVERIFY(data.isOk());
        QStringList names;
        for (const Series &series : data->series)
            names << series.name;
        QCOMPARE(names, QStringList({QString(), u"NULL"_s, u"“NULL”"_s, u"““NULL””"_s}));
    }

    void theRestOfAShareIsNotACategoryOfThatName()
    {
        Panel panel = panelOf(Panel::Kind::Share, {u"n"_s});
        panel.limit = 2;
        const auto data = buildPanelData(panel,
            rowsOf({u"c"_s, u"n"_s},
                {{u"Other (2)"_s, u"9"_s}, {u"NULL"_s, u"8"_s}, {QString(), u"2"_s}, {u"b"_s, u"1"_s}}),
            0);
        QCOMPARE(data->categories.size(), 3);
        QCOMPARE(data->categories.at(0).label, u"“Other (2)”"_s);
        QCOMPARE(data->categories.at(1).label, u"“NULL”"_s);
        QCOMPARE(data->categories.at(2).label, u"Other (2)"_s);
    }

    void aCategoryColumnMakesASeriesEach()
    {
        Panel panel = panelOf(Panel::Kind::TimeSeries, {u"n"_s});
        panel.categoryColumn = u"c"_s;
        const auto data = buildPanelData(panel,
            rowsOf({u"t"_s, u"c"_s, u"n"_s},
                {{at(0), u"b"_s, u"1"_s}, {at(1), u"a"_s, u"2"_s}, {at(2), u"b"_s, u"3"_s},
                    {at(2), QString(), u"4"_s}}),
            minute);
        QCOMPARE(data->series.size(), 3);
        QCOMPARE(data->series.at(0).name, u"NULL"_s);
        QCOMPARE(data->series.at(1).name, u"a"_s);
        QCOMPARE(printed(data->series.at(2)), u"0:1 1:nan 2:3"_s);
        QCOMPARE(data->series.at(1).times, data->series.at(2).times); // so that they can be stacked
    }

    void aBandTravelsWithItsSeries()
    {
        Panel panel = panelOf(Panel::Kind::TimeSeries, {u"n"_s});
        panel.fields[0].low = u"lo"_s;
        panel.fields[0].high = u"hi"_s;
        const auto data = buildPanelData(panel,
            rowsOf({u"t"_s, u"n"_s, u"lo"_s, u"hi"_s},
                {{at(0), u"10"_s, u"9"_s, u"11"_s}, {at(2), u"20"_s, u"18"_s, u"22"_s}}),
            minute);
        QCOMPARE(data->series.at(0).low.size(), size_t(3));
        QCOMPARE(data->series.at(0).high.at(2), 22.);
        QVERIFY(std::isnan(data->series.at(0).low.at(1)));
    }

    void aStatKeepsEveryDigitAndDrawsItsSparkline()
    {
        Panel panel = panelOf(Panel::Kind::Stat, {u"n"_s});
        panel.timeColumn = u"t"_s;
        panel.fields[0].label = u"Requests"_s;
        const auto data = buildPanelData(panel,
            rowsOf({u"t"_s, u"n"_s}, {{at(0), u"1"_s}, {at(1), u"2"_s}, {QString(), u"9007199254740993"_s}}), minute);
        QCOMPARE(data->figures.size(), 1);
        QCOMPARE(data->figures.at(0).exact, u"9007199254740993"_s);
        QCOMPARE(data->figures.at(0).label, u"Requests"_s);
        QCOMPARE(printed(data->series.at(0)), u"0:1 1:2"_s);
    }

    void aStatOfNothingIsEmpty()
    {
        const Panel panel = panelOf(Panel::Kind::Stat, {u"n"_s});
        QCOMPARE(buildPanelData(panel, rowsOf({u"n"_s}, {}), minute)->state, PanelData::State::Empty);
        QCOMPARE(buildPanelData(panel, rowsOf({u"n"_s}, {{QString()}}), minute)->state, PanelData::State::Empty);
        QCOMPARE(buildPanelData(panel, rowsOf({u"n"_s}, {{u"0"_s}}), minute)->state, PanelData::State::Ready);
    }

    void categoriesComeLargestFirstAndNullIsNamed()
    {
        Panel panel = panelOf(Panel::Kind::Bars, {u"n"_s});
        const ResultSet rows = rowsOf({u"c"_s, u"n"_s},
            {{u"FR"_s, u"5"_s}, {QString(), u"7"_s}, {u"DE"_s, u"9"_s}, {u""_s, u"1"_s}, {u"XX"_s, QString()}});
        const auto all = buildPanelData(panel, rows, 0);
        QStringList labels;
        for (const Category &category : all->categories)
            labels << (category.isNull ? u"(null)"_s : category.label);
        QCOMPARE(labels, (QStringList{u"DE"_s, u"(null)"_s, u"FR"_s, u""_s, u"XX"_s}));
        QVERIFY(!all->categories.at(4).figure.value);
        panel.limit = 2;
        QCOMPARE(buildPanelData(panel, rows, 0)->categories.size(), 2);
    }

    void aShareNamesWhatItLeavesOut()
    {
        Panel panel = panelOf(Panel::Kind::Share, {u"n"_s});
        panel.limit = 1;
        const auto data = buildPanelData(panel,
            rowsOf({u"c"_s, u"n"_s},
                {{u"a"_s, u"9007199254740993"_s}, {u"b"_s, u"4503599627370497"_s}, {u"c"_s, u"4503599627370496"_s}}),
            0);
        QCOMPARE(data->categories.size(), 2);
        QCOMPARE(data->categories.at(1).label, u"Other (2)"_s);
        QCOMPARE(data->categories.at(1).figure.exact, u"9007199254740993"_s);
    }

    void aTableIsCutAtItsLimit()
    {
        Panel panel = panelOf(Panel::Kind::Table, {});
        panel.limit = 2;
        const auto data = buildPanelData(
            panel, rowsOf({u"a"_s, u"b"_s}, {{u"1"_s, QString()}, {u"2"_s, u"x"_s}, {u"3"_s, u"y"_s}}), 0);
        QCOMPARE(data->table.rowCount(), 2);
        QVERIFY(data->table.isNull(0, 1));
        QCOMPARE(data->table.text(1, 1), u"x"_s);
    }

    void saysWhichColumnIsWrong()
    {
        const Panel series = panelOf(Panel::Kind::TimeSeries, {u"a"_s});
        QVERIFY(errorOf(series, rowsOf({u"t"_s, u"b"_s}, {})).contains(u"no column “a”"_s));
        QVERIFY(errorOf(series, rowsOf({u"a"_s, u"b"_s}, {})).contains(u"no column “t”"_s));
        QVERIFY(errorOf(series, rowsOf({u"t"_s, u"a"_s}, {{at(0), u"x"_s}})).contains(u"“a” holds “x”"_s));
        QVERIFY(errorOf(series, rowsOf({u"t"_s, u"a"_s}, {{u"infinity"_s, u"1"_s}})).contains(u"no time"_s));
        QVERIFY(errorOf(series, rowsOf({u"t"_s, u"a"_s}, {{at(0), u"1"_s}, {at(0), u"2"_s}})).contains(u"two rows"_s));
        QVERIFY(errorOf(panelOf(Panel::Kind::Stat, {u"a"_s}), rowsOf({u"a"_s}, {{u"1"_s}, {u"2"_s}}))
                    .contains(u"more than one row"_s));
        QVERIFY(
            errorOf(panelOf(Panel::Kind::Bars, {u"a"_s}), rowsOf({u"a"_s}, {{u"1"_s}})).contains(u"no column “c”"_s));
    }

    void mergedRowsMakeTheSamePictureAsAllOfThem()
    {
        std::mt19937_64 random(5);
        const Panel panel = panelOf(Panel::Kind::TimeSeries, {u"a"_s});
        for (int round = 0; round < 200; ++round) {
            QList<QStringList> before, all, fresh;
            const int begin = int(random() % 10);
            const int from = int(random() % 60);
            for (int i = 0; i < 60; ++i) {
                const QString old = QString::number(random() % 100);
                const QString value = i < from ? old : QString::number(random() % 100);
                if (random() % 4 != 0 && i < 50)
                    before.append({at(i), old});
                else if (i < from)
                    continue; // a gap before and after
                if (i >= begin && (i >= from || !before.isEmpty()) && (i < 50 || i >= from))
                    all.append({at(i), value});
                if (i >= from)
                    fresh.append({at(i), value});
            }
            fresh.removeIf([&](const QStringList &row) { return row.at(0) < at(begin); });
            const TimeSpan kept{nine + begin * minute, nine + from * minute};
            const auto merged
                = mergeRows(rowsOf({u"t"_s, u"a"_s}, before), rowsOf({u"t"_s, u"a"_s}, fresh), u"t"_s, kept);
            QVERIFY(merged.isOk());
            const auto one = buildPanelData(panel, *merged, minute);
            const auto other = buildPanelData(panel, rowsOf({u"t"_s, u"a"_s}, all), minute);
            QCOMPARE(printed(one->series.at(0)), printed(other->series.at(0)));
        }
    }
};

SHARDBOARD_TEST_MAIN(TestPanelBuilder)
#include "test_panelbuilder.moc"
