// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/import/chunkqueue.h"
#include "admin/import/duplicatefinder.h"
#include "admin/import/loadcontext.h"

namespace Shardboard {

class SyncSession;

/// Loads chunks in a transaction that is under way, each under a savepoint; where the server refuses one, finds the
/// rows it refuses and loads the others. Blocks; one thread.
class CarefulLoader
{
public:
    CarefulLoader(SyncSession &session, LoadContext &context);

    /// Takes chunks until the queue has none.
    Completion load(ChunkQueue &queue);

    const LoadCounts &counts() const { return m_counts; }
    RejectSpool &rejects() { return m_rejects; }

private:
    /// Rows of the chunk, by their places.
    struct Rows
    {
        size_t first = 0;
        size_t count = 0;
    };
    struct Refusal
    {
        ServerError error;
        std::optional<size_t> row; ///< as the server's context has it; not to be relied on
    };

    Completion loadChunk();
    /// Tries parts of the rows from `first` on; stops before a row that another one's key refuses, telling which.
    Outcome<std::optional<size_t>> loadRows(size_t first, bool stopsAtDuplicates);
    /// Loads those of the rows that no key refuses, asking for many at a time.
    Completion loadWithoutDuplicates(std::vector<RowPlace> rows);
    Outcome<DuplicateFinder::Findings> findDuplicates();
    /// Takes back what failed, so that the rows can be loaded without knowing which are refused.
    Outcome<DuplicateFinder::Findings> withoutDuplicates(Outcome<DuplicateFinder::Findings> found);
    /// Makes the rows those that are loaded, one after the other in memory.
    void gather(const std::vector<RowPlace> &rows);
    Outcome<std::optional<Refusal>> tryRows(Rows rows);
    Completion setSavepoint();
    void rejectRow(size_t row, const ServerError &error);
    std::optional<size_t> blamedRow(const ServerError &error, Rows rows) const;

    SyncSession &m_session;
    LoadContext &m_context;
    std::unique_ptr<RowEncoder> m_encoder;
    RejectSpool m_rejects;
    Chunk m_chunk;
    EncodedChunk m_encoded;
    DuplicateFinder m_duplicates;
    bool m_canAskForDuplicates = true;
    bool m_expectsDuplicates = false; ///< the last chunk had some
    ByteBuffer m_gathered; ///< what the rows' places point at
    bool m_hasSavepoint = false;
    LoadCounts m_counts;
};

} // namespace Shardboard
