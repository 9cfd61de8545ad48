// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/import/carefulloader.h"
#include "admin/import/columnplan.h"
#include "admin/import/import.h"
#include "admin/import/importfile.h"
#include "admin/import/straightloader.h"
#include "admin/import/workernodes.h"

#include <memory>
#include <vector>

namespace Shardboard {

/// A file, the table it goes to, and which column goes where.
struct ImportTask
{
    ImportFile file;
    TargetTable table;
    ColumnPlan plan;
};

/// Loads the file: straight over all connections first; what the server refused then with care, over the first one
/// alone, so that no connection waits for another's rows. Blocks; runs the further connections on threads of its own.
class ImportRun
{
public:
    ImportRun(SyncSession &session, const ImportTask &task, ProgressSink progress, std::stop_token stop,
        std::optional<FurtherSessions> further);
    ~ImportRun();

    Completion load();

    const LoadCounts &counts() const { return m_counts; } ///< what is committed
    qint64 rejectedCount() const { return m_context.rejected; }
    std::vector<RejectSpool *> rejects();
    const QStringList &notes() const { return m_notes; }

private:
    struct Lane;

    Completion loadStraight();
    void runLane(Lane &lane, SyncSession &session, const WorkerNode *worker);
    Completion findWorkers();
    const WorkerNode *workerFor(qsizetype lane) const;
    std::unique_ptr<SyncSession> open(Lane &lane);
    std::unique_ptr<SyncSession> openOn(const WorkerNode *worker, Lane &lane);
    void runFirstLane(Lane &lane);
    void runFurtherLane(Lane &lane, const WorkerNode *worker);
    Completion settle(Lane &lane);
    Completion loadCarefully();
    Completion loadRefused();
    Completion withCommitted(Completion outcome) const;

    SyncSession &m_session;
    const ImportTask &m_task;
    ProgressSink m_progress;
    std::optional<FurtherSessions> m_further;
    LoadContext m_context;
    std::unique_ptr<ByteSource> m_source;
    std::unique_ptr<ChunkQueue> m_queue;
    QList<WorkerNode> m_workers; ///< that the connections are spread over; empty: all go to the session's server
    std::vector<std::unique_ptr<Lane>> m_lanes;
    std::unique_ptr<CarefulLoader> m_careful;
    std::vector<FileRange> m_refused; ///< by connections that rolled back
    qint64 m_refusedRead = 0; ///< lines in them
    LoadCounts m_counts;
    QStringList m_notes;
};

} // namespace Shardboard
