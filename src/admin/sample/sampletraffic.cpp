// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/sample/sampletraffic.h"

#include "admin/import/copytext.h"
#include "admin/sample/samplepick.h"
#include "admin/sample/trafficcatalogue.h"

#include <algorithm>
#include <cmath>

namespace Shardboard {

namespace {

constexpr qint64 secondsPerDay = 86400;
constexpr double largestPublic = 40000; ///< visitors of a site that had all the traffic
constexpr double slowFactor = 8;
constexpr double burstFactor = 3;
constexpr int longestAnswer = 30000; ///< milliseconds: then a server gives up

std::string fillIn(const Traffic::Page &page, SampleRandom &random)
{
    std::string url;
    for (const char c : page.path) {
        if (c == '#')
            url += std::to_string(1 + random.below(page.variety));
        else if (c == '@')
            url += Traffic::words[size_t(random.below(int(Traffic::words.size())))];
        else
            url += c;
    }
    return url;
}

/// From the ranges that are routed nowhere: 100.64.0.0/10, 198.18.0.0/15 and 2001:db8::/32.
std::string addressOf(uint64_t key)
{
    SampleRandom random(key);
    const uint64_t bits = random.next();
    const auto byte = [&](int index) { return std::to_string((bits >> (8 * index)) & 0xff); };
    const int kind = random.below(100);
    if (kind < 60)
        return "100." + std::to_string(64 + ((bits >> 16) & 0x3f)) + '.' + byte(1) + '.' + byte(0);
    if (kind < 85)
        return "198." + std::to_string(18 + ((bits >> 16) & 1)) + '.' + byte(1) + '.' + byte(0);
    char text[32];
    std::snprintf(text, sizeof text, "2001:db8:%x:%x::%x", unsigned(bits & 0xffff), unsigned((bits >> 16) & 0xffff),
        unsigned(1 + ((bits >> 32) & 0xfffe)));
    return text;
}

constexpr std::array<SampleColumn<SampleRequest>, 11> columns{{
    {"site_id", [](std::string &text, const SampleRequest &request) { text += std::to_string(request.siteId); }},
    {"ingest_time", [](std::string &text, const SampleRequest &request) { appendSampleTime(text, request.time); }},
    {"url", [](std::string &text, const SampleRequest &request) { appendCopyText(text, request.url); }},
    {"request_country", [](std::string &text, const SampleRequest &request) { appendCopyText(text, request.country); }},
    {"ip_address", [](std::string &text, const SampleRequest &request) { appendCopyText(text, request.ipAddress); }},
    {"status_code", [](std::string &text, const SampleRequest &request) { text += std::to_string(request.status); }},
    {"response_time_msec",
        [](std::string &text, const SampleRequest &request) { text += std::to_string(request.responseTime); }},
    {"method", [](std::string &text, const SampleRequest &request) { appendCopyText(text, request.method); }},
    {"response_bytes",
        [](std::string &text, const SampleRequest &request) { text += std::to_string(request.responseBytes); }},
    {"referrer",
        [](std::string &text, const SampleRequest &request) {
            if (request.referrer.empty())
                text += copyNull;
            else
                appendCopyText(text, request.referrer);
        }},
    {"user_agent", [](std::string &text, const SampleRequest &request) { appendCopyText(text, request.userAgent); }},
}};

} // namespace

std::span<const SampleColumn<SampleRequest>> SampleTraffic::columns()
{
    return ::Shardboard::columns;
}

SampleTraffic::SampleTraffic(const SampleSettings &settings)
    : m_settings(settings), m_rate(settings.rate, settings.rhythm, settings.seed), m_ends(size_t(settings.sites))
{
    double sum = 0;
    for (int site = 1; site <= settings.sites; ++site) {
        m_weights.push_back(1 / std::pow(site, 0.9));
        sum += m_weights.back();
    }
    for (double &weight : m_weights)
        weight /= sum;
}

int SampleTraffic::burstingSite(qint64 second) const
{
    const auto siteOf = [this](qint64 number) { return 1 + int(number % std::min(m_settings.sites, 3)); };
    if (const qint64 every = m_settings.burstEvery.count(); every > 0 && second % every < burstLength)
        return siteOf(second / every);
    for (qsizetype i = 0; i < m_settings.burstsAt.size(); ++i) {
        const qint64 begin = m_settings.burstsAt[i].toSecsSinceEpoch();
        if (second >= begin && second < begin + burstLength)
            return siteOf(i);
    }
    return 0;
}

/// Each site's share of the requests swings around its weight in the course of a day.
void SampleTraffic::shareOut(qint64 minute)
{
    if (minute == m_minute)
        return;
    m_minute = minute;
    double sum = 0;
    for (size_t i = 0; i < m_weights.size(); ++i) {
        const double turn = double(minute % 1440) / 1440 + double(i) * 0.29;
        sum += m_weights[i] * (1 + 0.25 * std::sin(2 * std::numbers::pi * turn));
        m_ends[i] = sum;
    }
    for (double &end : m_ends)
        end /= sum;
}

int SampleTraffic::pickSite(SampleRandom &random) const
{
    const auto found = std::upper_bound(m_ends.begin(), m_ends.end(), random.uniform());
    return 1 + int(std::min<qsizetype>(found - m_ends.begin(), qsizetype(m_ends.size()) - 1));
}

void SampleTraffic::pickVisitor(SampleRandom &random, qint64 day, SampleRequest &request) const
{
    const double visitors = std::max(200.0, largestPublic * m_weights[size_t(request.siteId - 1)]);
    // Few come often, many come rarely; of these most come on one day only.
    const auto visitor = uint64_t(visitors * std::pow(random.uniform(), 4));
    const bool isRegular = double(visitor) < visitors / 5;
    uint64_t key = SampleRandom::combine(m_settings.seed, uint64_t(request.siteId));
    key = SampleRandom::combine(key, visitor);
    if (!isRegular)
        key = SampleRandom::combine(key, uint64_t(day));
    SampleRandom person(key);
    request.country = pick<Traffic::countries>(person).name;
    request.userAgent = pick<Traffic::agents>(person).text;
    request.ipAddress = addressOf(person.next());
}

void SampleTraffic::pickAnswer(SampleRandom &random, bool isBursting, SampleRequest &request) const
{
    const Traffic::Page &page = pick<Traffic::pages>(random);
    request.method = page.method;
    request.url = fillIn(page, random);
    double time = random.logNormal(page.milliseconds, 0.45);
    double bytes = random.logNormal(page.bytes, 0.3);
    const bool isStatic = page.path.starts_with("/static") || page.path.starts_with("/images");
    if (random.chance(isBursting ? burstErrorShare : m_settings.errorShare)) {
        request.status
            = isBursting ? pick<Traffic::burstFailures>(random).status : pick<Traffic::failures>(random).status;
        bytes = random.logNormal(600, 0.2);
    } else if (isStatic && random.chance(0.3)) {
        request.status = 304;
        bytes = 0;
        time /= 3;
    } else if (page.method == "POST") {
        request.status = random.chance(0.6) ? 201 : 302;
    } else {
        request.status = page.method == "DELETE" ? 204 : 200;
    }
    if (isBursting)
        time *= burstFactor;
    if (request.siteId == m_settings.slowSite)
        time *= slowFactor;
    request.responseTime = std::clamp(int(time), 1, longestAnswer);
    request.responseBytes = page.method == "HEAD" ? 0 : qint64(bytes);
    const double from = random.uniform();
    if (from < 0.35)
        request.referrer
            = "https://site-" + std::to_string(request.siteId) + ".example.com" + (from < 0.2 ? "/" : "/products");
    else if (from < 0.55)
        request.referrer = Traffic::referringSites[size_t(random.below(int(Traffic::referringSites.size())))];
    else
        request.referrer.clear();
}

void SampleTraffic::generate(qint64 second, std::vector<SampleRequest> &requests)
{
    shareOut(second / 60);
    const int bursting = burstingSite(second);
    SampleRandom random(SampleRandom::combine(m_settings.seed ^ 0x5eed, uint64_t(second)));
    requests.resize(size_t(m_rate.countOf(second)));
    for (SampleRequest &request : requests)
        request.time = second * 1000000 + qint64(random.uniform() * 1000000);
    std::sort(requests.begin(), requests.end(), [](const auto &a, const auto &b) { return a.time < b.time; });
    for (SampleRequest &request : requests) {
        request.siteId = pickSite(random);
        pickVisitor(random, second / secondsPerDay, request);
        pickAnswer(random, request.siteId == bursting, request);
    }
}

} // namespace Shardboard
