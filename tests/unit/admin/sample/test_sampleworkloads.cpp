// SPDX-License-Identifier: GPL-3.0-or-later
// The made-up GitHub events and clickstreams tell the story they promise, and tell it again.
#include "admin/sample/sampleclicks.h"
#include "admin/sample/sampleevents.h"
#include "tests/support/testmain.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <map>
#include <set>

using namespace Shardboard;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 noon = 1750248000; // 2025-06-18 12:00 UTC

template <typename Generator>
std::vector<typename Generator::Row> rowsBetween(Generator generator, qint64 from, qint64 to)
{
    std::vector<typename Generator::Row> all;
    std::vector<typename Generator::Row> some;
    for (qint64 second = from; second < to; ++second) {
        generator.generate(second, some);
        all.insert(all.end(), some.begin(), some.end());
    }
    return all;
}

SampleSettings quiet(SampleKind kind)
{
    SampleSettings settings = defaultSampleSettings(kind);
    settings.burstEvery = std::chrono::seconds(0);
    return settings;
}

} // namespace

class TestSampleWorkloads : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u"."_s)); }

    void theSameSeedTellsTheSameStory()
    {
        const auto text = [](SampleStream &&stream) {
            stream.select(stream.columns());
            std::string rows;
            for (qint64 second = noon; second < noon + 20; ++second)
                stream.append(second, rows);
            return rows;
        };
        const SampleSettings clicks = quiet(SampleKind::Clickstream);
        QCOMPARE(text(GeneratedStream<SampleClicks>(clicks)), text(GeneratedStream<SampleClicks>(clicks)));
        const SampleSettings events = quiet(SampleKind::GitHub);
        QCOMPARE(text(GeneratedStream<SampleEvents>(events, quint64(5))),
            text(GeneratedStream<SampleEvents>(events, quint64(5))));
    }

    void twoRunsDoNotShareEventIds()
    {
        std::set<qint64> ids;
        size_t count = 0;
        for (const quint64 run : {1, 2}) {
            for (const auto &event : rowsBetween(SampleEvents(quiet(SampleKind::GitHub), run), noon, noon + 60)) {
                ids.insert(event.id);
                ++count;
            }
        }
        QCOMPARE(ids.size(), count);
    }

    void everyDocumentIsJsonAndEveryUserIsWritten()
    {
        const SampleSettings settings = quiet(SampleKind::GitHub);
        std::map<QString, int> types;
        for (const auto &event : rowsBetween(SampleEvents(settings, 1), noon, noon + 100)) {
            QJsonParseError problem;
            const auto payload = QJsonDocument::fromJson(QByteArray::fromStdString(event.payload), &problem).object();
            QVERIFY2(problem.error == QJsonParseError::NoError, event.payload.c_str());
            QVERIFY(event.userId > 1000000 && event.userId <= 1000000 + 40 * settings.sites);
            const auto type = QString::fromLatin1(event.type.data(), qsizetype(event.type.size()));
            ++types[type];
            if (type == u"PushEvent")
                QVERIFY(payload.value(u"distinct_size"_s).toInt() <= payload.value(u"size"_s).toInt()
                    && payload.value(u"distinct_size"_s).toInt() > 0);
        }
        QVERIFY(types.size() >= 8);
        QVERIFY(types[u"PushEvent"_s] > types[u"WatchEvent"_s]);
    }

    void whileARepositoryTrendsMostEventsAreItsStars()
    {
        SampleSettings settings = quiet(SampleKind::GitHub);
        settings.burstsAt = {QDateTime::fromSecsSinceEpoch(noon + 600, Qt::UTC)};
        const SampleEvents events(settings, 1);
        QCOMPARE(events.trendingRepository(noon + 599), 0);
        const int trending = events.trendingRepository(noon + 600);
        QVERIFY(trending > 0);
        const auto rows = rowsBetween(events, noon + 600, noon + 600 + SampleEvents::trendLength);
        const auto stars = std::ranges::count_if(
            rows, [&](const auto &row) { return row.repository == trending && row.type == "WatchEvent"; });
        QVERIFY2(double(stars) > 0.35 * double(rows.size()), qPrintable(QString::number(stars)));
    }

    void devicesKeepTheirCountryAndBrowserAndSomeAreBusy()
    {
        const auto rows = rowsBetween(SampleClicks(quiet(SampleKind::Clickstream)), noon, noon + 600);
        std::map<qint64, std::set<std::string>> looks;
        std::map<qint64, int> counts;
        std::set<int> customers;
        for (const auto &row : rows) {
            looks[row.deviceId].insert(std::string(row.country) + std::string(row.browser));
            ++counts[row.deviceId];
            customers.insert(row.customerId);
        }
        QVERIFY(std::ranges::all_of(looks, [](const auto &look) { return look.second.size() == 1; }));
        QCOMPARE(customers.size(), size_t(20));
        const int busiest = std::ranges::max_element(counts, {}, [](const auto &c) { return c.second; })->second;
        QVERIFY2(busiest > 20 * int(rows.size() / counts.size()), qPrintable(QString::number(busiest)));
    }

    void aSessionIsOneDevices()
    {
        std::map<qint64, std::set<qint64>> devices;
        for (const auto &row : rowsBetween(SampleClicks(quiet(SampleKind::Clickstream)), noon, noon + 300))
            devices[row.sessionId].insert(row.deviceId);
        QVERIFY(std::ranges::all_of(devices, [](const auto &session) { return session.second.size() == 1; }));
    }

    void aSaleBringsPurchases()
    {
        SampleSettings settings = quiet(SampleKind::Clickstream);
        settings.burstsAt = {QDateTime::fromSecsSinceEpoch(noon + 600, Qt::UTC)};
        const SampleClicks clicks(settings);
        const auto purchases = [&](qint64 from) {
            const auto rows = rowsBetween(clicks, from, from + SampleClicks::saleLength);
            return double(std::ranges::count(rows, "purchase", &SampleClick::type)) / double(rows.size());
        };
        QVERIFY(clicks.customerWithSale(noon + 600) > 0);
        QVERIFY(purchases(noon + 600) > 2 * purchases(noon));
    }
};

SHARDBOARD_TEST_MAIN(TestSampleWorkloads)
#include "test_sampleworkloads.moc"
