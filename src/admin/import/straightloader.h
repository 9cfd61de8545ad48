// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/commit.h"
#include "admin/import/chunkqueue.h"
#include "admin/import/loadcontext.h"

namespace Shardboard {

class SyncSession;

/// Loads chunks over one connection with a single COPY in a transaction of its own: the fast way, right for every file
/// whose rows pass the checks on this side. Blocks; one thread.
class StraightLoader
{
public:
    /// `further`: how to ask for the outcome of a COMMIT whose answer was lost.
    StraightLoader(
        SyncSession &session, LoadContext &context, ChunkQueue &queue, std::optional<FurtherSessions> further = {});

    /// Takes chunks until there are none and commits. True: committed. False: the server refused a row, all is rolled
    /// back, and ranges() must be loaded with care. An error or cancelled: rolled back, unless isUnknownOutcome().
    Outcome<bool> run();

    const LoadCounts &counts() const { return m_counts; }
    const std::vector<FileRange> &ranges() const { return m_ranges; }
    RejectSpool &rejects() { return m_rejects; }

private:
    Outcome<QByteArrayView> produce();
    Completion takeChunk();

    SyncSession &m_session;
    LoadContext &m_context;
    ChunkQueue &m_queue;
    std::optional<FurtherSessions> m_further;
    std::unique_ptr<RowEncoder> m_encoder;
    RejectSpool m_rejects;
    Chunk m_chunk;
    EncodedChunk m_encoded;
    QByteArrayView m_pending;
    bool m_isThrough = false;
    std::vector<FileRange> m_ranges; ///< taken, ascending
    LoadCounts m_counts;
};

} // namespace Shardboard
