// SPDX-License-Identifier: GPL-3.0-or-later
#include "dashboard/downsample.h"
#include "tests/support/testmain.h"

#include <algorithm>
#include <cmath>
#include <random>

using namespace Shardboard;
using namespace Qt::StringLiterals;

namespace {

Series randomSeries(size_t count, quint64 seed, double gapShare)
{
    std::mt19937_64 random(seed);
    std::normal_distribution<double> value(100, 30);
    std::uniform_real_distribution<double> uniform;
    Series series;
    series.name = u"s"_s;
    for (size_t i = 0; i < count; ++i) {
        series.times.push_back(qint64(i) * 1000);
        series.values.push_back(uniform(random) < gapShare ? std::nan("") : value(random));
    }
    return series;
}

void addBand(Series &series)
{
    for (const double value : series.values) {
        series.low.push_back(value - 5);
        series.high.push_back(value + 5);
    }
}

/// Lowest and highest of the values in each column; NaN for a column without any.
std::vector<std::pair<double, double>> extremes(
    const Series &series, const TimeSpan &span, int columns, const std::vector<double> &values)
{
    std::vector<std::pair<double, double>> result(size_t(columns), {std::nan(""), std::nan("")});
    for (size_t i = 0; i < series.times.size(); ++i) {
        const double at = std::floor(double(series.times[i] - span.begin) * (double(columns) / double(span.length())));
        if (at < 0 || at >= columns)
            continue;
        auto &[low, high] = result[size_t(at)];
        low = std::fmin(low, values[i]);
        high = std::fmax(high, values[i]);
    }
    return result;
}

bool same(const std::vector<std::pair<double, double>> &a, const std::vector<std::pair<double, double>> &b)
{
    const auto equal = [](double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
        [&](const auto &x, const auto &y) { return equal(x.first, y.first) && equal(x.second, y.second); });
}

} // namespace

class TestDownsample : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral("."))); }

    void everyColumnKeepsItsExtremes()
    {
        for (quint64 seed = 0; seed < 40; ++seed) {
            const Series series = randomSeries(5000 + seed * 37, seed, seed % 3 == 0 ? 0.2 : 0);
            const int columns = 50 + int(seed) * 7;
            const TimeSpan span{0, qint64(series.times.size()) * 1000};
            const Series thin = downsample(series, span, columns);
            QVERIFY(thin.times.size() <= 5 * size_t(columns));
            QVERIFY(same(extremes(thin, span, columns, thin.values), extremes(series, span, columns, series.values)));
        }
    }

    void whatIsKeptWasThereAndInOrder()
    {
        const Series series = randomSeries(10'000, 3, 0.1);
        const Series thin = downsample(series, {0, 10'000'000}, 100);
        QVERIFY(std::is_sorted(thin.times.begin(), thin.times.end(), std::less_equal<>()));
        for (size_t i = 0; i < thin.times.size(); ++i) {
            const auto at = size_t(thin.times[i] / 1000);
            QVERIFY(
                thin.values[i] == series.values[at] || (std::isnan(thin.values[i]) && std::isnan(series.values[at])));
        }
    }

    void aGapStaysAGap()
    {
        Series series = randomSeries(10'000, 5, 0);
        for (size_t i = 5000; i < 5200; ++i)
            series.values[i] = std::nan("");
        series.values[7000] = std::nan(""); // a single one
        const Series thin = downsample(series, {0, 10'000'000}, 100);
        const auto isGapAt = [&](qint64 begin, qint64 end) {
            for (size_t i = 0; i < thin.times.size(); ++i) {
                if (thin.times[i] >= begin && thin.times[i] < end && std::isnan(thin.values[i]))
                    return true;
            }
            return false;
        };
        QVERIFY(isGapAt(5'000'000, 5'100'000));
        QVERIFY(isGapAt(5'100'000, 5'200'000));
        QVERIFY(isGapAt(7'000'000, 7'001'000));
        QCOMPARE(std::count_if(thin.values.begin(), thin.values.end(), [](double v) { return std::isnan(v); }), 3);
    }

    void aBandCoversWhatItCovered()
    {
        Series series = randomSeries(10'000, 9, 0.05);
        addBand(series);
        const TimeSpan span{0, 10'000'000};
        const Series thin = downsample(series, span, 100);
        QCOMPARE(thin.low.size(), thin.values.size());
        QCOMPARE(thin.high.size(), thin.values.size());
        const auto wide = extremes(series, span, 100, series.low);
        const auto kept = extremes(thin, span, 100, thin.low);
        for (size_t i = 0; i < wide.size(); ++i)
            QVERIFY(kept[i].first == wide[i].first || std::isnan(wide[i].first));
    }

    void fewPointsComeBackAsTheyAre()
    {
        const Series series = randomSeries(200, 1, 0.1);
        QCOMPARE(downsample(series, {0, 200'000}, 100).times, series.times);
        QCOMPARE(downsample(series, {0, 200'000}, 0).times, series.times);
        QCOMPARE(downsample(Series(), {0, 1}, 100).times.size(), size_t(0));
    }

    void aZoomKeepsTheNeighboursTheLineLeadsTo()
    {
        const Series series = randomSeries(10'000, 2, 0);
        const TimeSpan span{4'000'500, 6'000'500};
        const Series thin = downsample(series, span, 100);
        QCOMPARE(thin.times.front(), 4'000'000);
        QCOMPARE(thin.times.back(), 6'001'000);
    }

    void theNameTravels()
    {
        Series series = randomSeries(5000, 2, 0);
        series.unit = u"ms"_s;
        series.colour = u"error"_s;
        series.decimals = 2;
        const Series thin = downsample(series, {0, 5'000'000}, 10);
        QCOMPARE(thin.name + thin.unit + thin.colour, u"smserror"_s);
        QCOMPARE(thin.decimals, 2);
    }
};

SHARDBOARD_TEST_MAIN(TestDownsample)
#include "test_downsample.moc"
