// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/import/recordsplitter.h"
#include "admin/progress.h"

#include <QElapsedTimer>

#include <atomic>
#include <mutex>

namespace Shardboard {

/// Gives the chunks of a file to whoever asks next, and tells how far the file is read. Any thread.
class ChunkQueue
{
public:
    ChunkQueue(ByteSource &source, RecordLayout layout, FileRange range, QString activity, ProgressSink progress);

    /// False: the file is through. Cancelled: the queue was closed.
    Outcome<bool> next(Chunk &chunk, qsizetype target);
    /// No more chunks for anybody, as one connection has failed: the others are to roll back.
    void close() { m_isClosed = true; }

private:
    void report();

    ByteSource &m_source;
    RecordSplitter m_splitter;
    QString m_activity;
    ProgressSink m_progress;
    std::mutex m_mutex;
    std::atomic<bool> m_isClosed = false;
    QElapsedTimer m_sinceReport;
};

} // namespace Shardboard
