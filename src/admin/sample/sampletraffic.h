// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/sample/sample.h"
#include "admin/sample/samplerandom.h"
#include "admin/sample/samplestream.h"
#include "admin/sample/trafficrate.h"

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace Shardboard {

/// One generated request. Views are valid for the life of the program, or as long as the request.
struct SampleRequest
{
    int siteId = 1;
    qint64 time = 0; ///< microseconds since 1970
    std::string_view method;
    std::string url;
    std::string_view country;
    std::string ipAddress; ///< from the ranges kept for documentation and tests: nobody's
    int status = 200;
    int responseTime = 0; ///< milliseconds
    qint64 responseBytes = 0;
    std::string referrer; ///< empty: none
    std::string_view userAgent;
};

/// Made-up traffic of some web sites: a function of the seed and the second, so that any stretch of time comes out the
/// same however it is cut. Visitors return: a site has a public of its own, some come every day, and a visitor keeps
/// country, address and browser.
class SampleTraffic
{
public:
    using Row = SampleRequest;
    static std::span<const SampleColumn<Row>> columns();
    static constexpr std::array<const char *, 2> neededColumns{"site_id", "ingest_time"};
    static constexpr const char *rowsAre = "web requests";

    explicit SampleTraffic(const SampleSettings &settings);

    /// Replaces `requests` by those of the second, in order of time.
    void generate(qint64 second, std::vector<SampleRequest> &requests);
    const TrafficRate &rate() const { return m_rate; }
    /// The site whose requests fail at that moment; 0: none.
    int burstingSite(qint64 second) const;

    static constexpr int burstLength = 120; ///< seconds
    static constexpr double burstErrorShare = 0.6;

private:
    void shareOut(qint64 minute);
    int pickSite(SampleRandom &random) const;
    void pickVisitor(SampleRandom &random, qint64 day, SampleRequest &request) const;
    void pickAnswer(SampleRandom &random, bool isBursting, SampleRequest &request) const;

    SampleSettings m_settings;
    TrafficRate m_rate;
    std::vector<double> m_weights; ///< of the sites, on average
    std::vector<double> m_ends; ///< of each site's share of [0, 1) in m_minute
    qint64 m_minute = -1;
};

} // namespace Shardboard
