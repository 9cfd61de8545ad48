// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/import/importrun.h"

#include "connection/syncsession.h"

#include <algorithm>
#include <thread>

namespace Shardboard {

/// One connection of the straight phase.
struct ImportRun::Lane
{
    std::unique_ptr<StraightLoader> loader; ///< null when the connection could not be made
    Outcome<bool> outcome = true; ///< as StraightLoader::run()
    QStringList notes;
};

ImportRun::ImportRun(SyncSession &session, const ImportTask &task, ProgressSink progress, std::stop_token stop,
    std::optional<FurtherSessions> further)
    : m_session(session), m_task(task), m_progress(std::move(progress)), m_further(std::move(further))
{
    const ImportSettings &settings = task.file.settings;
    m_context.encoder = makeEncoderSettings(settings, task.plan, task.table);
    m_context.table = task.table;
    m_context.isParallel = settings.connections > 1 && m_further;
    m_context.maximumRejects = settings.maximumRejects;
    m_context.stop = std::move(stop);
}

ImportRun::~ImportRun() = default;

Completion ImportRun::load()
{
    const ImportFile &file = m_task.file;
    auto source = ByteSource::open(file.settings.file);
    if (!source)
        return source.failure<Nothing>();
    m_source = std::move(source).value();
    if (auto sought = m_source->seek(file.data.begin); !sought)
        return sought;
    m_queue = std::make_unique<ChunkQueue>(
        *m_source, m_context.encoder.layout, file.data, QStringLiteral("Loading"), m_progress);
    auto loaded = loadStraight();
    if (const QString warning = m_source->warning(); !warning.isEmpty())
        m_notes.append(warning);
    if (loaded && !m_refused.empty())
        loaded = loadCarefully();
    return withCommitted(std::move(loaded));
}

std::vector<RejectSpool *> ImportRun::rejects()
{
    std::vector<RejectSpool *> spools;
    for (const auto &lane : m_lanes) {
        if (lane->loader)
            spools.push_back(&lane->loader->rejects());
    }
    if (m_careful)
        spools.push_back(&m_careful->rejects());
    return spools;
}

Completion ImportRun::loadStraight()
{
    const int count = m_context.isParallel ? m_task.file.settings.connections : 1;
    if (auto found = findWorkers(); !found)
        return found;
    for (int i = 0; i < count; ++i)
        m_lanes.push_back(std::make_unique<Lane>());
    {
        std::vector<std::jthread> threads;
        for (int i = 1; i < count; ++i) {
            threads.emplace_back(
                [this, worker = workerFor(i), lane = m_lanes[size_t(i)].get()] { runFurtherLane(*lane, worker); });
        }
        runFirstLane(*m_lanes.front());
    }
    if (count > 1)
        m_notes.append(QStringLiteral("Loaded over %1 connections, each a transaction of its own: not all or nothing.")
                           .arg(count));
    // Every lane is settled, so that what is committed is counted, before the first failure is told. A real error says
    // more than the cancellations it brought about.
    Completion result = Nothing{};
    for (const auto &lane : m_lanes) {
        auto settled = settle(*lane);
        if (!settled && (result || (result.isCancelled() && settled.isError())))
            result = std::move(settled);
    }
    return result;
}

/// `worker`: the session's server, when it is not the coordinator.
void ImportRun::runLane(Lane &lane, SyncSession &session, const WorkerNode *worker)
{
    std::optional<FurtherSessions> further = m_further;
    if (further && worker)
        further.emplace(FurtherSessions{further->io, *settingsFor(*worker, further->settings)});
    lane.loader = std::make_unique<StraightLoader>(session, m_context, *m_queue, further);
    lane.outcome = lane.loader->run();
    if (!lane.outcome)
        m_queue->close();
}

/// What goes through the coordinator waits for one of its processes; workers find each row's shard just as well.
Completion ImportRun::findWorkers()
{
    if (!m_context.isParallel)
        return Nothing{};
    auto workers = readWorkerNodes(m_session, m_task.table);
    if (workers) {
        m_workers = std::move(workers).value();
        return Nothing{};
    }
    if (workers.isCancelled() || workers.error().connectionLost)
        return workers.failure<Nothing>();
    m_notes.append(QStringLiteral("The workers could not be asked (%1): all rows went through the coordinator.")
                       .arg(workers.error().message));
    return Nothing{};
}

const WorkerNode *ImportRun::workerFor(qsizetype lane) const
{
    return m_workers.isEmpty() ? nullptr : &m_workers[lane % m_workers.size()];
}

/// Null when it cannot be opened; the lane's notes say why.
std::unique_ptr<SyncSession> ImportRun::open(Lane &lane)
{
    auto session
        = std::make_unique<SyncSession>(m_further->io, m_further->settings, SessionPurpose::Job, m_context.stop);
    const auto opened = session->open();
    if (opened)
        return session;
    if (opened.isError())
        lane.notes.append(QStringLiteral("One connection less than asked for: %1").arg(opened.error().message));
    return nullptr;
}

/// Null when the worker cannot be reached from here, which is common: a cluster's nodes often know each other by names
/// of their own. The lane's notes say so.
std::unique_ptr<SyncSession> ImportRun::openOn(const WorkerNode *worker, Lane &lane)
{
    if (!worker)
        return nullptr;
    const auto settings = settingsFor(*worker, m_further->settings);
    if (!settings) {
        lane.notes.append(
            QStringLiteral("Worker %1 is not a host that you named, so the password is not offered to it: "
                           "its share went through the coordinator.")
                .arg(worker->name()));
        return nullptr;
    }
    auto session = std::make_unique<SyncSession>(m_further->io, *settings, SessionPurpose::Job, m_context.stop);
    auto reached = session->open();
    if (reached)
        reached = checkReached(*session, *worker);
    if (reached)
        return session;
    if (reached.isError())
        lane.notes.append(QStringLiteral("Worker %1 cannot be reached from here (%2): its share went through the "
                                         "coordinator.")
                              .arg(worker->name(), reached.error().message));
    return nullptr;
}

void ImportRun::runFirstLane(Lane &lane)
{
    const WorkerNode *worker = workerFor(0);
    const auto session = openOn(worker, lane);
    runLane(lane, session ? *session : m_session, session ? worker : nullptr);
}

void ImportRun::runFurtherLane(Lane &lane, const WorkerNode *worker)
{
    auto session = openOn(worker, lane);
    if (session)
        return runLane(lane, *session, worker);
    if (!m_context.stop.stop_requested())
        session = open(lane);
    if (session)
        runLane(lane, *session, nullptr);
}

Completion ImportRun::settle(Lane &lane)
{
    m_notes += lane.notes;
    if (!lane.outcome)
        return lane.outcome.failure<Nothing>();
    if (!lane.loader)
        return Nothing{};
    StraightLoader &loader = *lane.loader;
    if (*lane.outcome) {
        m_counts += loader.counts();
        return Nothing{};
    }
    m_refused.insert(m_refused.end(), loader.ranges().begin(), loader.ranges().end());
    m_refusedRead += loader.counts().read;
    return m_context.forget(loader.rejects());
}

Completion ImportRun::loadCarefully()
{
    m_notes.append(
        QStringLiteral("The server refused rows that had passed the checks before it; it was asked again in smaller "
                       "parts to find them."));
    std::sort(m_refused.begin(), m_refused.end(), [](const auto &a, const auto &b) { return a.begin < b.begin; });
    m_careful = std::make_unique<CarefulLoader>(m_session, m_context);
    const auto transaction = NotedTransaction::begin(m_session);
    if (!transaction)
        return transaction.failure<Nothing>();
    auto loaded = loadRefused();
    if (loaded)
        loaded = m_careful->load(*m_queue);
    if (!loaded) {
        // As in the straight phase: the end of the connection rolls back too.
        (void)m_session.rollback();
        return loaded;
    }
    if (const Completion committed = transaction->commit(m_session, m_further); !committed)
        return committed;
    m_counts += m_careful->counts();
    return Nothing{};
}

Completion ImportRun::loadRefused()
{
    auto source = ByteSource::open(m_task.file.settings.file);
    if (!source)
        return source.failure<Nothing>();
    for (const FileRange &range : m_refused) {
        if (auto sought = (*source)->seek(range.begin); !sought)
            return sought;
        ChunkQueue queue(
            **source, m_context.encoder.layout, range, QStringLiteral("Looking for the refused rows"), m_progress);
        if (auto loaded = m_careful->load(queue); !loaded)
            return loaded;
    }
    if (m_careful->counts().read != m_refusedRead)
        return ServerError::file(QStringLiteral("%1 changed while it was loaded.").arg(m_task.file.settings.file));
    return Nothing{};
}

/// A failure never hides that other connections had committed.
Completion ImportRun::withCommitted(Completion outcome) const
{
    if (outcome || m_counts.loaded == 0)
        return outcome;
    const QString committed
        = QStringLiteral("%1 rows had been committed by other connections and stay.").arg(m_counts.loaded);
    if (outcome.isCancelled())
        return ServerError::usage(QStringLiteral("Cancelled, but ") + committed);
    ServerError error = outcome.error();
    error.hint = error.hint.isEmpty() ? committed : error.hint + QLatin1Char(' ') + committed;
    return error;
}

} // namespace Shardboard
