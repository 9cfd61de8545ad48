// SPDX-License-Identifier: GPL-3.0-or-later
// From the data of a panel to shapes on the plot: sums, gaps, open buckets, extremes, colours.
#include "tests/support/testmain.h"
#include "tests/ui/sampledata.h"
#include "ui/charts/seriescolours.h"
#include "ui/charts/seriespath.h"
#include "ui/common/theme.h"

#include <QApplication>
#include <QRegularExpression>

#include <cmath>

using namespace Shardboard;
using namespace Shardboard::Testing;

namespace {

PlotSeries plotOf(const Series &series)
{
    return {&series, {}, 0, series.times, series.values, {}, series.low, series.high};
}

/// One pixel a minute, one a unit.
PlotMapping unitMapping(int minutes, double high)
{
    PlotMapping mapping;
    mapping.area = QRectF(0, 0, minutes, high);
    mapping.span = {sampleSpan.begin, sampleSpan.begin + minutes * minute};
    mapping.high = high;
    return mapping;
}

} // namespace

class TestPlotModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { Theme::instance().apply(Theme::Mode::Light); }
    void init() { Testing::failOnWarnings(); }

    // The model

    void aStackAddsUpAndAMissingPartAddsNothing()
    {
        Panel panel = linePanel();
        panel.drawing = Panel::Drawing::Stacked;
        PanelData data = makeData(
            {makeBuckets(QStringLiteral("a"), {1, 2, gap, gap}), makeBuckets(QStringLiteral("b"), {10, gap, 30, gap})});
        const PlotModel model(share(data), panel);
        const PlotSeries &top = model.series()[1];
        QCOMPARE(top.values[0], 11.0);
        QCOMPARE(top.base[0], 1.0);
        QVERIFY(!std::isnan(top.values[1]) && top.values[1] == 2.0);
        QCOMPARE(top.values[2], 30.0);
        QVERIFY(std::isnan(top.values[3]));
        // Readings are what was sent, never the sums.
        QCOMPARE(model.read(top, top.times[0]).value, 10.0);
    }

    void theOpenSpanBeginsWithItsBucket()
    {
        PanelData data = makeData({makeSeries(QStringLiteral("Requests"), 100)});
        data.completeUntil = sampleEnd - 90'000;
        const PlotModel model(share(data), linePanel());
        QVERIFY(model.openSpan());
        QCOMPARE(model.openSpan()->begin, sampleEnd - 2 * minute);
        QCOMPARE(model.openSpan()->end, sampleEnd);
        QCOMPARE(*model.lastComplete(model.series()[0]), sampleEnd - 3 * minute);
        data.completeUntil = sampleEnd;
        QVERIFY(!PlotModel(share(data), linePanel()).openSpan());
    }

    void overAGapThereIsNothingToRead()
    {
        Series series = makeBuckets(QStringLiteral("a"), {1, 2});
        series.times.push_back(sampleSpan.begin + 30 * minute);
        series.values.push_back(3);
        const PlotModel model(share(makeData({series})), linePanel());
        QCOMPARE(model.bucketAt(sampleSpan.begin + 70'000), std::optional(sampleSpan.begin + minute));
        QCOMPARE(model.bucketAt(sampleSpan.begin + 15 * minute), std::nullopt);
    }

    void aFarThresholdDoesNotFlattenThePicture()
    {
        Panel panel = linePanel();
        panel.thresholds = {{15, QStringLiteral("near"), {}, {}}, {1000, QStringLiteral("far"), {}, {}}};
        const PlotModel model(share(makeData({makeBuckets(QStringLiteral("a"), {1, 10, 3, 4})})), panel);
        QCOMPARE(model.extent().high, 15.0);
    }

    // Paths

    void aMissingBucketBreaksTheLine()
    {
        const Series series = makeBuckets(QStringLiteral("a"), {1, 2, gap, 4, gap, 6, 7});
        const SeriesPath path = makeSeriesPath(plotOf(series), unitMapping(100, 10), {});
        QCOMPARE(path.lines.size(), 2);
        QCOMPARE(path.lines[0].size(), 2);
        QCOMPARE(path.lines[1].size(), 2);
        QCOMPARE(path.dots.size(), 1);
        QCOMPARE(path.dots[0], QPointF(3, 6));
    }

    void theWayIntoAnOpenBucketIsApart()
    {
        const Series series = makeBuckets(QStringLiteral("a"), {1, 2, 3, 4});
        PathOptions options;
        options.bucket = minute;
        options.openFrom = sampleSpan.begin + 3 * minute;
        const SeriesPath path = makeSeriesPath(plotOf(series), unitMapping(100, 10), options);
        QCOMPARE(path.lines.size(), 1);
        QCOMPARE(path.lines[0].last(), QPointF(2.5, 7));
        QCOMPARE(path.openLines.size(), 1);
        QCOMPARE(path.openLines[0].first(), QPointF(2.5, 7));
        QCOMPARE(path.openLines[0].last(), QPointF(3.5, 6));
    }

    void aDenseLineKeepsEveryExtreme()
    {
        std::vector<double> values(20'000, 5);
        values[7'777] = 9;
        values[12'345] = 1;
        const Series series = makeBuckets(QStringLiteral("a"), values);
        PlotMapping mapping = unitMapping(20'000, 10);
        mapping.area = QRectF(0, 0, 200, 10);
        const SeriesPath path = makeSeriesPath(plotOf(series), mapping, {});
        QVERIFY(path.isDense);
        QCOMPARE(path.lines.size(), 1);
        QVERIFY2(path.lines[0].size() <= 400, qPrintable(QString::number(path.lines[0].size())));
        const QRectF bounds = path.lines[0].boundingRect();
        QCOMPARE(bounds.top(), 1.0);
        QCOMPARE(bounds.bottom(), 9.0);
    }

    void barsStandOnEachOther()
    {
        Panel panel = linePanel();
        panel.drawing = Panel::Drawing::Bars;
        const PlotModel model(
            share(makeData({makeBuckets(QStringLiteral("a"), {1, 2}), makeBuckets(QStringLiteral("b"), {3, 4})})),
            panel);
        PathOptions options;
        options.drawing = Panel::Drawing::Bars;
        options.bucket = minute;
        const SeriesPath lower = makeSeriesPath(model.series()[0], unitMapping(10, 10), options);
        const SeriesPath upper = makeSeriesPath(model.series()[1], unitMapping(10, 10), options);
        QCOMPARE(lower.bars[0].top(), upper.bars[0].bottom());
        QCOMPARE(upper.bars[1].height(), 4.0);
    }

    // Colours

    void seriesOfOnePanelNeverShareAColour()
    {
        QList<Series> series;
        for (const char *name : {"a", "b", "c", "d", "e", "f", "g"}) {
            series.append(Series());
            series.last().name = QLatin1String(name);
        }
        const QList<QColor> colours = seriesColours(series);
        for (qsizetype i = 0; i < colours.size(); ++i)
            QCOMPARE(colours.count(colours[i]), 1);
        std::reverse(series.begin(), series.end());
        QList<QColor> reversed = seriesColours(series);
        std::reverse(reversed.begin(), reversed.end());
        QCOMPARE(reversed, colours);
    }

    void noOrangeLineBesideTheRedOfErrors()
    {
        QList<Series> series(7);
        for (int i = 0; i < series.size(); ++i)
            series[i].name = QString::number(i);
        series[0].colour = QStringLiteral("error");
        const QList<QColor> colours = seriesColours(series);
        QCOMPARE(colours[0], Theme::instance().error());
        for (int i = 1; i < 6; ++i)
            QVERIFY2(colours[i] != QColor(0xd5, 0x5e, 0x00), qPrintable(QString::number(i)));
    }
};

SHARDBOARD_UI_TEST_MAIN(TestPlotModel)
#include "test_plotmodel.moc"
