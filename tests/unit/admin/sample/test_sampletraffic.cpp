// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/sample/sampletraffic.h"
#include "tests/support/testmain.h"

#include <map>
#include <numeric>
#include <set>

using namespace Shardboard;

namespace {

constexpr qint64 midnight = 1750204800; // 2025-06-18 00:00 UTC
constexpr qint64 hour = 3600;
constexpr qint64 day = 24 * hour;

std::vector<SampleRequest> requestsBetween(const SampleSettings &settings, qint64 from, qint64 to)
{
    SampleTraffic traffic(settings);
    std::vector<SampleRequest> all;
    std::vector<SampleRequest> some;
    for (qint64 second = from; second < to; ++second) {
        traffic.generate(second, some);
        all.insert(all.end(), some.begin(), some.end());
    }
    return all;
}

QByteArray toText(const SampleRequest &r)
{
    return QByteArray::number(r.siteId) + ' ' + QByteArray::number(r.time) + ' ' + QByteArray::fromStdString(r.url)
        + ' ' + QByteArray::fromStdString(r.ipAddress) + ' ' + QByteArray::number(r.status) + ' '
        + QByteArray::number(r.responseTime);
}

double shareOf(const std::vector<SampleRequest> &requests, bool (*matches)(const SampleRequest &))
{
    return double(std::count_if(requests.begin(), requests.end(), matches)) / double(requests.size());
}

double medianTime(const std::vector<SampleRequest> &requests, int site)
{
    std::vector<int> times;
    for (const auto &request : requests) {
        if (request.siteId == site)
            times.push_back(request.responseTime);
    }
    std::nth_element(times.begin(), times.begin() + qsizetype(times.size() / 2), times.end());
    return times[times.size() / 2];
}

} // namespace

class TestSampleTraffic : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral("."))); }

    void rateIsExactOverDays_data()
    {
        QTest::addColumn<double>("rate");
        QTest::addColumn<double>("rhythm");
        QTest::newRow("default") << 50.0 << 0.35;
        QTest::newRow("less than one a second") << 0.1 << 0.35;
        QTest::newRow("strong rhythm") << 200.0 << 0.7;
        QTest::newRow("flat") << 12.5 << 0.0;
    }

    void rateIsExactOverDays()
    {
        QFETCH(double, rate);
        QFETCH(double, rhythm);
        const TrafficRate traffic(rate, rhythm, 7);
        // A wave that is cut off and a minute's noise are all that may be missing.
        const double expected = rate * 10 * day;
        QVERIFY(std::abs(double(traffic.countBetween(midnight, midnight + 10 * day)) - expected) < rate * 200 + 2);
        qint64 sum = 0;
        for (qint64 second = midnight; second < midnight + hour; ++second) {
            const qint64 count = traffic.countOf(second);
            QVERIFY(count >= 0);
            sum += count;
        }
        QCOMPARE(sum, traffic.countBetween(midnight, midnight + hour));
    }

    void dayIsBusierThanNight()
    {
        const TrafficRate traffic(100, 0.35, 1);
        const auto night = traffic.countBetween(midnight + 2 * hour, midnight + 4 * hour);
        const auto afternoon = traffic.countBetween(midnight + 14 * hour, midnight + 16 * hour);
        QVERIFY2(
            double(afternoon) > 1.6 * double(night), qPrintable(QStringLiteral("%1 %2").arg(night).arg(afternoon)));
    }

    /// However the time is cut, and whatever was generated before.
    void sameSeedSameStory()
    {
        SampleSettings settings;
        const auto whole = requestsBetween(settings, midnight, midnight + 200);
        auto pieces = requestsBetween(settings, midnight, midnight + 77);
        const auto rest = requestsBetween(settings, midnight + 77, midnight + 200);
        pieces.insert(pieces.end(), rest.begin(), rest.end());
        QCOMPARE(pieces.size(), whole.size());
        for (size_t i = 0; i < whole.size(); ++i)
            QCOMPARE(toText(pieces[i]), toText(whole[i]));
        settings.seed = 2;
        QVERIFY(toText(requestsBetween(settings, midnight, midnight + 1).front()) != toText(whole.front()));
    }

    void timesAreInTheirSecondAndInOrder()
    {
        const auto requests = requestsBetween({}, midnight, midnight + 30);
        QVERIFY(std::is_sorted(
            requests.begin(), requests.end(), [](const auto &a, const auto &b) { return a.time < b.time; }));
        QVERIFY(requests.front().time >= midnight * 1000000);
        QVERIFY(requests.back().time < (midnight + 30) * 1000000);
    }

    void errorsAreTheShareAskedFor()
    {
        SampleSettings settings;
        settings.burstEvery = std::chrono::seconds(0);
        settings.errorShare = 0.05;
        const auto requests = requestsBetween(settings, midnight, midnight + hour);
        const double share = shareOf(requests, [](const SampleRequest &r) { return r.status >= 400; });
        QVERIFY2(std::abs(share - 0.05) < 0.004, qPrintable(QString::number(share)));
    }

    void burstsShowAndPass()
    {
        SampleSettings settings;
        settings.burstsAt = {QDateTime::fromSecsSinceEpoch(midnight + 700, Qt::UTC)};
        SampleTraffic traffic(settings);
        QVERIFY(traffic.burstingSite(midnight) != 0); // every twenty minutes, from the full hour
        QVERIFY(traffic.burstingSite(midnight + SampleTraffic::burstLength - 1) != 0);
        QCOMPARE(traffic.burstingSite(midnight + SampleTraffic::burstLength), 0);
        QVERIFY(traffic.burstingSite(midnight + 700) != 0);
        QCOMPARE(traffic.burstingSite(midnight + 900), 0);
        QVERIFY(traffic.burstingSite(midnight + 1200) != 0);

        const auto isError = [](const SampleRequest &r) { return r.status >= 400; };
        const double during = shareOf(requestsBetween(settings, midnight, midnight + 120), isError);
        const double after = shareOf(requestsBetween(settings, midnight + 120, midnight + 240), isError);
        QVERIFY2(during > 4 * after, qPrintable(QStringLiteral("%1 %2").arg(during).arg(after)));
    }

    void firstSitesAreBusiestAndOneIsSlow()
    {
        SampleSettings settings;
        settings.burstEvery = std::chrono::seconds(0);
        const auto requests = requestsBetween(settings, midnight, midnight + hour);
        std::map<int, int> counts;
        for (const auto &request : requests)
            ++counts[request.siteId];
        QCOMPARE(int(counts.size()), settings.sites);
        QVERIFY(counts[1] > counts[4] && counts[4] > 0 && counts[2] > counts[8]);
        QVERIFY(medianTime(requests, settings.slowSite) > 5 * medianTime(requests, 1));
        settings.slowSite = 0;
        const auto even = requestsBetween(settings, midnight, midnight + hour);
        QVERIFY(medianTime(even, 3) < 2 * medianTime(even, 1));
    }

    /// Far fewer addresses than requests, and one address is one visitor: one country, one browser.
    void visitorsReturn()
    {
        const auto requests = requestsBetween({}, midnight, midnight + hour);
        std::map<std::pair<int, std::string>, std::set<std::string_view>> countries;
        for (const auto &request : requests)
            countries[{request.siteId, request.ipAddress}].insert(request.country);
        QVERIFY(countries.size() < requests.size() / 4);
        QVERIFY(countries.size() > 1000);
        const auto several = std::count_if(
            countries.begin(), countries.end(), [](const auto &entry) { return entry.second.size() > 1; });
        QVERIFY2(several * 200 < qint64(countries.size()), qPrintable(QString::number(several)));
    }

    void addressesAreNobodys()
    {
        static const QRegularExpression reserved(
            QStringLiteral("^(100\\.(6[4-9]|[7-9]\\d|1[01]\\d|12[0-7])\\.\\d+\\.\\d+|198\\.1[89]\\.\\d+\\.\\d+|2001:"
                           "db8:[0-9a-f:]+)$"));
        for (const auto &request : requestsBetween({}, midnight, midnight + 100))
            QVERIFY2(reserved.match(QString::fromStdString(request.ipAddress)).hasMatch(), request.ipAddress.c_str());
    }

    void settingsThatMakeNoSenseAreRefused()
    {
        QVERIFY(SampleSettings().problem().isEmpty());
        const auto refused = [](auto change) {
            SampleSettings settings;
            change(settings);
            return !settings.problem().isEmpty();
        };
        QVERIFY(refused([](SampleSettings &s) { s.rate = 0; }));
        QVERIFY(refused([](SampleSettings &s) { s.rhythm = 0.9; }));
        QVERIFY(refused([](SampleSettings &s) { s.sites = 0; }));
        QVERIFY(refused([](SampleSettings &s) { s.errorShare = 1.5; }));
        QVERIFY(refused([](SampleSettings &s) { s.slowSite = 9; }));
        QVERIFY(refused([](SampleSettings &s) { s.backfill = std::chrono::seconds(-1); }));
    }
};

SHARDBOARD_TEST_MAIN(TestSampleTraffic)
#include "test_sampletraffic.moc"
