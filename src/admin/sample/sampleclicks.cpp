// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/sample/sampleclicks.h"

#include "admin/import/copytext.h"
#include "admin/sample/trafficcatalogue.h"

namespace Shardboard {

namespace {

constexpr qint64 sessionLength = 1800; // seconds
constexpr int busyDevices = 12; // of each customer
constexpr double busyShare = 0.08; // of the events come from these
constexpr double saleShare = 0.5; // of all events, while a sale is on

constexpr std::array<WeightedName, 8> clickTypes{{{48, "page_view"}, {22, "click"}, {11, "search"}, {7, "add_to_cart"},
    {4, "login"}, {3, "remove_from_cart"}, {3, "checkout"}, {2, "purchase"}}};
constexpr std::array<WeightedName, 4> saleTypes{
    {{40, "page_view"}, {30, "add_to_cart"}, {18, "checkout"}, {12, "purchase"}}};
constexpr std::array<WeightedName, 6> browsers{
    {{56, "Chrome"}, {21, "Safari"}, {9, "Edge"}, {8, "Firefox"}, {4, "Samsung Internet"}, {2, "Opera"}}};

constexpr std::array<SampleColumn<SampleClick>, 7> clickColumns{{
    {"event_time", [](std::string &text, const SampleClick &click) { appendSampleTime(text, click.time); }},
    {"customer_id", [](std::string &text, const SampleClick &click) { text += std::to_string(click.customerId); }},
    {"event_type", [](std::string &text, const SampleClick &click) { text += click.type; }},
    {"country", [](std::string &text, const SampleClick &click) { appendCopyText(text, click.country); }},
    {"browser", [](std::string &text, const SampleClick &click) { text += click.browser; }},
    {"device_id", [](std::string &text, const SampleClick &click) { text += std::to_string(click.deviceId); }},
    {"session_id", [](std::string &text, const SampleClick &click) { text += std::to_string(click.sessionId); }},
}};

/// Positive, as ids are.
qint64 idOf(uint64_t key)
{
    return qint64(key >> 16);
}

} // namespace

std::span<const SampleColumn<SampleClick>> SampleClicks::columns()
{
    return clickColumns;
}

SampleClicks::SampleClicks(const SampleSettings &settings)
    : m_settings(settings), m_rate(settings.rate, settings.rhythm, settings.seed), m_customers(settings.sites, 0.9)
{
}

int SampleClicks::customerWithSale(qint64 second) const
{
    const auto customerOf = [this](qint64 number) { return 1 + int(number % m_settings.sites); };
    if (const qint64 every = m_settings.burstEvery.count(); every > 0 && second % every < saleLength)
        return customerOf(second / every);
    for (qsizetype i = 0; i < m_settings.burstsAt.size(); ++i) {
        const qint64 begin = m_settings.burstsAt[i].toSecsSinceEpoch();
        if (second >= begin && second < begin + saleLength)
            return customerOf(i);
    }
    return 0;
}

void SampleClicks::pickDevice(SampleRandom &random, qint64 second, SampleClick &click) const
{
    const bool isBusy = random.chance(busyShare);
    // Few come often, many come rarely.
    const auto number
        = isBusy ? uint64_t(random.below(busyDevices)) : uint64_t(busyDevices + 20000 * std::pow(random.uniform(), 3));
    const uint64_t key
        = SampleRandom::combine(SampleRandom::combine(m_settings.seed ^ 0xc11c, uint64_t(click.customerId)), number);
    SampleRandom device(key);
    click.deviceId = idOf(key);
    click.country = pick<Traffic::countries>(device).name;
    click.browser = pick<browsers>(device).name;
    click.sessionId = idOf(SampleRandom::combine(key, uint64_t(second / sessionLength)));
}

void SampleClicks::generate(qint64 second, std::vector<SampleClick> &clicks)
{
    SampleRandom random(SampleRandom::combine(m_settings.seed ^ 0xc11c, uint64_t(second)));
    const int onSale = customerWithSale(second);
    clicks.resize(size_t(m_rate.countOf(second)));
    for (SampleClick &click : clicks)
        click.time = second * 1000000 + qint64(random.uniform() * 1000000);
    std::sort(clicks.begin(), clicks.end(), [](const auto &a, const auto &b) { return a.time < b.time; });
    for (SampleClick &click : clicks) {
        const bool isSale = onSale > 0 && random.chance(saleShare);
        click.customerId = isSale ? onSale : m_customers(random);
        click.type = isSale ? pick<saleTypes>(random).name : pick<clickTypes>(random).name;
        pickDevice(random, second, click);
    }
}

} // namespace Shardboard
