// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/sample/httptraffic.h"
#include "connection/values/outcome.h"

#include <QStringList>

#include <string>
#include <vector>

namespace Shardboard {

class SyncSession;

/// Writes generated requests into a table, those columns that it has. Blocks; one thread.
class SampleWriter
{
public:
    /// An error when there is no such table, or it lacks site_id or ingest_time.
    static Outcome<SampleWriter> create(SyncSession &session, const SampleSettings &settings);

    /// The requests of the seconds from `from` to before `to`, in one COPY and one transaction. Returns how many.
    Outcome<qint64> write(qint64 from, qint64 to);
    qint64 countBetween(qint64 from, qint64 to) const { return m_traffic.rate().countBetween(from, to); }

private:
    using Append = void (*)(std::string &text, const SampleRequest &request);

    SampleWriter(SyncSession &session, const SampleSettings &settings) : m_session(session), m_traffic(settings) {}
    void appendRow(const SampleRequest &request);

    SyncSession &m_session;
    HttpTraffic m_traffic;
    QString m_copySql;
    std::vector<Append> m_columns; ///< how each is written, in the order of m_copySql
    std::vector<SampleRequest> m_requests;
    std::string m_text;
};

} // namespace Shardboard
