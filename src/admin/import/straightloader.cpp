// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/import/straightloader.h"

#include "connection/syncsession.h"

namespace Shardboard {

StraightLoader::StraightLoader(
    SyncSession &session, LoadContext &context, ChunkQueue &queue, std::optional<FurtherSessions> further)
    : m_session(session)
    , m_context(context)
    , m_queue(queue)
    , m_further(std::move(further))
    , m_encoder(makeEncoder(context.encoder))
{
}

Outcome<bool> StraightLoader::run()
{
    const auto transaction = NotedTransaction::begin(m_session);
    if (!transaction)
        return transaction.failure<bool>();
    const auto copied = m_session.copyIn(m_encoder->copyStatement(), [this] { return produce(); });
    if (copied) {
        m_counts.loaded = *copied;
        const Completion committed = transaction->commit(m_session, m_further);
        return committed ? Outcome<bool>(true) : committed.failure<bool>();
    }
    // What the COPY came to matters more than whether the server could still be told to roll back: it does so by itself
    // when the connection ends.
    (void)m_session.rollback();
    m_counts.loaded = 0;
    if (copied.isError() && blamesRow(copied.error(), m_context))
        return false;
    return copied.failure<bool>();
}

Outcome<QByteArrayView> StraightLoader::produce()
{
    while (m_pending.isEmpty() && !m_isThrough) {
        if (auto taken = takeChunk(); !taken)
            return taken.failure<QByteArrayView>();
    }
    return takeBlock(m_pending);
}

Completion StraightLoader::takeChunk()
{
    if (m_context.stop.stop_requested())
        return Cancelled{};
    const auto more = m_queue.next(m_chunk, straightChunk);
    if (!more)
        return more.failure<Nothing>();
    m_isThrough = !*more;
    if (m_isThrough)
        return Nothing{};
    if (!m_ranges.empty() && m_ranges.back().end == m_chunk.range.begin)
        m_ranges.back().end = m_chunk.range.end;
    else
        m_ranges.push_back(m_chunk.range);
    m_encoder->encode(m_chunk, m_encoded, false);
    m_counts.read += m_encoded.records();
    m_counts.sent += m_encoded.rows;
    m_counts.withMore += m_encoded.withMore;
    m_counts.withoutAddress += m_encoded.withoutAddress;
    m_pending = m_encoded.data;
    return m_context.reject(m_rejects, m_encoded.rejects);
}

} // namespace Shardboard
