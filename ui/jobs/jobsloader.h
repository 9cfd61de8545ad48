// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/jobs/jobsfacts.h"
#include "connection/session.h"

#include <QObject>

#include <memory>

namespace Shardboard {

class Server;

/// Reads rollups and jobs over a session of its own: whether schema shardboard is safe to use, then one pipelined round
/// trip. Answers are put together on a worker thread.
class JobsLoader final : public QObject
{
    Q_OBJECT

public:
    explicit JobsLoader(Server &server, QObject *parent = nullptr);
    ~JobsLoader() override;

    /// While a refresh is under way another one waits for it.
    void refresh(JobsParts parts);
    bool isLoading() const { return m_isLoading; }
    /// Runs statements, the next only after the one before, then reads everything; the last result, or the first error,
    /// comes first.
    void perform(const QList<Query> &queries, std::function<void(const Outcome<ResultSet> &)> done);

Q_SIGNALS:
    void loadingChanged(bool isLoading);
    void loaded(std::shared_ptr<const Shardboard::JobsFacts> facts, Shardboard::JobsParts parts);
    void failed(const Shardboard::ServerError &error);

private:
    Session &session();
    void start(JobsParts parts);
    void ask(JobsParts parts);
    void change(const QList<Query> &queries, std::function<void(const Outcome<ResultSet> &)> done);
    void publish(JobsParts parts);
    void finish();

    Server &m_server;
    Session *m_session = nullptr;
    RequestHandle m_request;
    QList<Outcome<ResultSet>> m_answers;
    std::shared_ptr<const JobsFacts> m_facts = std::make_shared<JobsFacts>();
    JobsParts m_waiting;
    bool m_isLoading = false;
};

} // namespace Shardboard
