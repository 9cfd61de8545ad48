// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/sample/sample.h"
#include "admin/sample/samplepick.h"
#include "admin/sample/samplestream.h"

#include <array>
#include <string_view>

namespace Shardboard {

/// One generated event of a clickstream.
struct SampleClick
{
    qint64 time = 0; ///< microseconds since 1970
    int customerId = 1;
    std::string_view type;
    std::string_view country;
    std::string_view browser;
    qint64 deviceId = 0;
    qint64 sessionId = 0;
};

/// What visitors do in the shops of some customers: they look, search, fill carts, and few buy. A device keeps country
/// and browser and has a session each half hour; of each customer's devices a handful are much busier than the rest.
/// During a sale one customer has more visitors, and more of them buy. A function of the seed and the second.
class SampleClicks
{
public:
    using Row = SampleClick;
    static std::span<const SampleColumn<Row>> columns();
    static constexpr std::array<const char *, 4> neededColumns{"event_time", "customer_id", "event_type", "device_id"};
    static constexpr const char *rowsAre = "clickstream events";

    explicit SampleClicks(const SampleSettings &settings);

    /// Replaces `clicks` by those of the second, in order of time.
    void generate(qint64 second, std::vector<SampleClick> &clicks);
    const TrafficRate &rate() const { return m_rate; }
    /// The customer whose sale is on at that moment; 0: none.
    int customerWithSale(qint64 second) const;

    static constexpr int saleLength = 120; ///< seconds

private:
    void pickDevice(SampleRandom &random, qint64 second, SampleClick &click) const;

    SampleSettings m_settings;
    TrafficRate m_rate;
    RankPick m_customers;
};

} // namespace Shardboard
