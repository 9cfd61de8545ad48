// SPDX-License-Identifier: GPL-3.0-or-later
// Charts over time: what is drawn is what was sent, gaps and open buckets included; pointer and keys do the same.
#include "tests/support/testmain.h"
#include "tests/ui/sampledata.h"
#include "ui/charts/chartlegend.h"
#include "ui/charts/charttooltip.h"
#include "ui/charts/timeserieschart.h"
#include "ui/common/theme.h"

#include <QAccessible>
#include <QApplication>
#include <QRegularExpression>

#include <cmath>

using namespace Shardboard;
using namespace Shardboard::Testing;

namespace {

const QTimeZone berlin("Europe/Berlin");

void moveTo(QWidget *viewport, QPointF at, Qt::MouseButtons buttons = Qt::NoButton)
{
    QMouseEvent event(QEvent::MouseMove, at, viewport->mapToGlobal(at), Qt::NoButton, buttons, Qt::NoModifier);
    QCoreApplication::sendEvent(viewport, &event);
}

} // namespace

class TestCharts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { Theme::instance().apply(Theme::Mode::Light); }

    void init()
    {
        Testing::failOnWarnings();
        m_crosshair = std::make_unique<Crosshair>();
        m_window = std::make_unique<QWidget>();
        m_window->resize(700, 520);
        m_chart = new TimeSeriesChart(*m_crosshair, berlin, m_window.get());
        m_chart->setGeometry(0, 0, 700, 240);
        m_other = new TimeSeriesChart(*m_crosshair, berlin, m_window.get());
        m_other->setGeometry(0, 260, 700, 240);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
        m_chart->setContent(share(makeData({makeSeries(QStringLiteral("Requests"), 1240)})), linePanel());
        m_other->setContent(share(makeData({makeSeries(QStringLiteral("Errors"), 40)})), linePanel());
    }

    void cleanup() { m_window.reset(); }

    void chartsOfOneWidthHaveTheirPlotsAtOnePlace()
    {
        QCOMPARE(m_chart->plotArea(), m_other->plotArea());
        QVERIFY(m_chart->plotArea().width() > 550);
    }

    void countsBeginAtZeroAndKeepTheirScaleThroughARefresh()
    {
        QCOMPARE(m_chart->mapping().low, 0.0);
        const double high = m_chart->mapping().high;
        Series lower = makeSeries(QStringLiteral("Requests"), 1100);
        m_chart->setContent(share(makeData({lower})), linePanel());
        QCOMPARE(m_chart->mapping().high, high);
    }

    void draggingAsksForWholeBuckets()
    {
        QSignalSpy zoomed(m_chart, &TimeSeriesChart::zoomRequested);
        const QRectF plot = m_chart->plotArea();
        const QPoint from(int(plot.left() + plot.width() / 3), int(plot.center().y()));
        const QPoint to(int(plot.left() + plot.width() * 2 / 3), from.y());
        QTest::mousePress(m_chart->viewport(), Qt::LeftButton, {}, from);
        moveTo(m_chart->viewport(), to, Qt::LeftButton);
        QTest::mouseRelease(m_chart->viewport(), Qt::LeftButton, {}, to);
        QCOMPARE(zoomed.size(), 1);
        const auto span = zoomed[0][0].value<TimeSpan>();
        QCOMPARE(span.begin % minute, 0);
        QCOMPARE(span.end % minute, 0);
        const qint64 third = sampleSpan.length() / 3;
        QVERIFY(std::abs(span.begin - (sampleSpan.begin + third)) <= 2 * minute);
        QVERIFY(std::abs(span.end - (sampleSpan.end - third)) <= 2 * minute);
    }

    void aClickIsNoZoomAndADoubleClickGoesBack()
    {
        QSignalSpy zoomed(m_chart, &TimeSeriesChart::zoomRequested);
        QSignalSpy back(m_chart, &TimeSeriesChart::zoomOutRequested);
        const QPoint at = m_chart->plotArea().center().toPoint();
        QTest::mouseClick(m_chart->viewport(), Qt::LeftButton, {}, at);
        QCOMPARE(zoomed.size(), 0);
        QTest::mouseDClick(m_chart->viewport(), Qt::LeftButton, {}, at);
        QCOMPARE(back.size(), 1);
    }

    void keysDoWhatThePointerDoes()
    {
        QSignalSpy zoomed(m_chart, &TimeSeriesChart::zoomRequested);
        QSignalSpy back(m_chart, &TimeSeriesChart::zoomOutRequested);
        m_chart->setFocus();
        QTest::keyClick(m_chart, Qt::Key_Left);
        QCOMPARE(m_crosshair->time(), std::optional(sampleEnd - minute / 2));
        QTest::keyClick(m_chart, Qt::Key_Left);
        QTest::keyClick(m_chart, Qt::Key_Left, Qt::ShiftModifier);
        QCOMPARE(m_crosshair->time(), std::optional(sampleEnd - 12 * minute + minute / 2));
        QTest::keyClick(m_chart, Qt::Key_Home);
        QCOMPARE(m_crosshair->time(), std::optional(sampleSpan.begin + minute / 2));
        QTest::keyClick(m_chart, Qt::Key_Plus);
        QCOMPARE(zoomed.size(), 1);
        QVERIFY(zoomed[0][0].value<TimeSpan>().length() < sampleSpan.length() * 6 / 10);
        QTest::keyClick(m_chart, Qt::Key_Minus);
        QVERIFY(zoomed[1][0].value<TimeSpan>().length() > sampleSpan.length() * 19 / 10);
        QTest::keyClick(m_chart, Qt::Key_Escape);
        QCOMPARE(m_crosshair->time(), std::nullopt);
        QCOMPARE(back.size(), 0);
        QTest::keyClick(m_chart, Qt::Key_Escape);
        QCOMPARE(back.size(), 1);
    }

    void oneCrosshairForAllAndTheTooltipWhereThePointerIs()
    {
        QSignalSpy pointed(m_other, &TimeSeriesChart::bucketPointed);
        const QPointF at = m_chart->plotArea().center();
        moveTo(m_chart->viewport(), at);
        QCOMPARE(pointed.last()[0].value<std::optional<qint64>>(), std::optional(sampleSpan.begin + 180 * minute));
        const auto tooltips = m_window->findChildren<ChartTooltip *>();
        QCOMPARE(tooltips.size(), 1);
        QVERIFY(tooltips[0]->isVisible());
        QCOMPARE(makeSeries(QStringLiteral("Requests"), 1240).values[180], 1041.0);
        QCOMPARE(tooltips[0]->text(), QStringLiteral("2026-11-21 08:00 – 08:01\nRequests: 1,041"));
        QVERIFY(m_window->rect().contains(tooltips[0]->geometry()));
        QEvent leave(QEvent::Leave);
        QCoreApplication::sendEvent(m_chart, &leave);
        QVERIFY(!tooltips[0]->isVisible());
        QCOMPARE(pointed.last()[0].value<std::optional<qint64>>(), std::nullopt);
    }

    void theTooltipSaysWhatIsOpenAndHowSureAValueIs()
    {
        Series visitors = makeSeries(QStringLiteral("Visitors"), 400);
        visitors.low = visitors.high = visitors.values;
        for (size_t i = 0; i < visitors.values.size(); ++i) {
            visitors.low[i] *= 0.95;
            visitors.high[i] *= 1.05;
        }
        PanelData data = makeData({visitors});
        data.completeUntil = sampleEnd - 1000;
        m_chart->setContent(share(data), linePanel());
        moveTo(m_chart->viewport(), {m_chart->plotArea().right() - 0.2, m_chart->plotArea().center().y()});
        const QString text = m_window->findChild<ChartTooltip *>()->text();
        QVERIFY2(text.contains(QStringLiteral("still open")), qPrintable(text));
        QVERIFY2(text.contains(QStringLiteral("±5.0\u00a0%")), qPrintable(text));
    }

    void theLegendFollowsTheCrosshairAndHidesASeries()
    {
        m_chart->setContent(share(makeData({makeBuckets(QStringLiteral("small"), {1, 2, 3, 4}),
                                makeBuckets(QStringLiteral("large"), {100, 200, 300, 400})})),
            linePanel());
        ChartLegend legend;
        legend.resize(400, 24);
        legend.setModel(m_chart->model());
        QCOMPARE(legend.entries().size(), 2);
        QCOMPARE(legend.entries()[0]->value(), QStringLiteral("4"));
        legend.pointAt(sampleSpan.begin + minute, m_chart->model());
        QCOMPARE(legend.entries()[1]->value(), QStringLiteral("200"));
        legend.pointAt(std::nullopt, m_chart->model());
        QCOMPARE(legend.entries()[1]->value(), QStringLiteral("400"));

        QSignalSpy changed(&legend, &ChartLegend::hiddenChanged);
        legend.entries()[1]->click();
        QCOMPARE(changed.size(), 1);
        m_chart->setHidden(legend.hiddenSeries());
        QVERIFY(m_chart->mapping().high <= 5);
        QCOMPARE(legend.entries()[1]->accessibleName(), QStringLiteral("large, 400, hidden"));
        QCOMPARE(m_chart->model().series()[0].colour, m_chart->model().allSeries()[0].colour);
    }

    void aValueThatIsOpenIsNotTheLastOne()
    {
        PanelData data = makeData({makeBuckets(QStringLiteral("a"), {10, 20, 30, 3})});
        data.completeUntil = sampleSpan.begin + 3 * minute + 5000;
        m_chart->setContent(share(data), linePanel());
        ChartLegend legend;
        legend.setModel(m_chart->model());
        QCOMPARE(legend.entries()[0]->value(), QStringLiteral("30"));
    }

    void assistiveTechnologySeesAChartInWords()
    {
        m_chart->setContent(share(makeData({makeBuckets(QStringLiteral("Requests"), {10, gap, 30, 20})})), linePanel());
        QAccessibleInterface *interface = QAccessible::queryAccessibleInterface(m_chart);
        QVERIFY(interface);
        QCOMPARE(interface->role(), QAccessible::Chart);
        QCOMPARE(interface->text(QAccessible::Description),
            QStringLiteral("Chart from 2026-11-21 05:00 to 2026-11-21 11:00.\n"
                           "Requests: last 20, lowest 10, highest 30. 1 bucket(s) missing."));
    }

    void anEmptyChartIsNotAFaultyOne()
    {
        m_chart->setContent(share(makeData({})), linePanel());
        QCOMPARE(m_chart->description(), QStringLiteral("No data."));
        moveTo(m_chart->viewport(), m_chart->plotArea().center());
        m_window->grab();
    }

    void aChartIsDrawnInBothThemesAndKeptForLooking_data()
    {
        QTest::addColumn<Theme::Mode>("mode");
        QTest::newRow("light") << Theme::Mode::Light;
        QTest::newRow("dark") << Theme::Mode::Dark;
    }
    void aChartIsDrawnInBothThemesAndKeptForLooking()
    {
        QFETCH(Theme::Mode, mode);
        Theme::instance().apply(mode);
        const QImage image = m_window->grab().toImage();
        image.save(QStringLiteral("chart-%1.png").arg(QLatin1String(QTest::currentDataTag())));
        // The line is there: pixels of its colour along the plot.
        const QRgb colour = m_chart->model().series()[0].colour.rgb();
        int hits = 0;
        for (int y = 0; y < 240; ++y) {
            for (int x = 0; x < image.width(); ++x)
                hits += image.pixel(x, y) == colour ? 1 : 0;
        }
        QVERIFY2(hits > 100, qPrintable(QString::number(hits)));
        Theme::instance().apply(Theme::Mode::Light);
    }

private:
    std::unique_ptr<Crosshair> m_crosshair;
    std::unique_ptr<QWidget> m_window;
    TimeSeriesChart *m_chart = nullptr;
    TimeSeriesChart *m_other = nullptr;
};

SHARDBOARD_UI_TEST_MAIN(TestCharts)
#include "test_charts.moc"
