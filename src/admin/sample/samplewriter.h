// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/sample/sample.h"
#include "admin/sample/samplestream.h"
#include "connection/values/outcome.h"

#include <memory>
#include <string>

namespace Shardboard {

class SyncSession;

/// Writes generated rows into a table, those columns that it has. Blocks; one thread.
class SampleWriter
{
public:
    /// An error when there is no such table, or it lacks columns that say what a row is. Of GitHub events, the users
    /// are written too.
    static Outcome<SampleWriter> create(SyncSession &session, const SampleSettings &settings);

    /// The rows of the seconds from `from` to before `to`, in one COPY and one transaction. Returns how many.
    Outcome<qint64> write(qint64 from, qint64 to);
    qint64 countBetween(qint64 from, qint64 to) const { return m_stream->rate().countBetween(from, to); }

private:
    SampleWriter(SyncSession &session, std::unique_ptr<SampleStream> stream)
        : m_session(session), m_stream(std::move(stream))
    {
    }

    SyncSession &m_session;
    std::unique_ptr<SampleStream> m_stream;
    QString m_copySql;
    std::string m_text;
};

} // namespace Shardboard
