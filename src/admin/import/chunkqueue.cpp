// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/import/chunkqueue.h"

namespace Shardboard {

namespace {
constexpr int reportIntervalMs = 100;
}

ChunkQueue::ChunkQueue(
    ByteSource &source, RecordLayout layout, FileRange range, QString activity, ProgressSink progress)
    : m_source(source)
    , m_splitter(source, layout, range)
    , m_activity(std::move(activity))
    , m_progress(std::move(progress))
{
}

Outcome<bool> ChunkQueue::next(Chunk &chunk, qsizetype target)
{
    const std::lock_guard lock(m_mutex);
    if (m_isClosed)
        return Cancelled{};
    auto more = m_splitter.next(chunk, target);
    report();
    return more;
}

void ChunkQueue::report()
{
    if (!m_progress || (m_sinceReport.isValid() && m_sinceReport.elapsed() < reportIntervalMs))
        return;
    m_sinceReport.start();
    m_progress({m_activity, m_source.consumed(), m_source.sizeOnDisk(), QStringLiteral("bytes")});
}

} // namespace Shardboard
