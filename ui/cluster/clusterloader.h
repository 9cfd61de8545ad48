// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/cluster/clusterfacts.h"
#include "connection/session.h"

#include <QObject>

#include <memory>

namespace Shardboard {

class Server;

/// Reads the cluster over a session of its own, one pipelined round trip a refresh. Answers are put together on a
/// worker thread.
class ClusterLoader final : public QObject
{
    Q_OBJECT

public:
    explicit ClusterLoader(Server &server, QObject *parent = nullptr);
    ~ClusterLoader() override;

    /// While a refresh is under way another one waits for it: parts asked for meanwhile are read in one go after it.
    void refresh(ClusterParts parts);
    bool isLoading() const { return m_isLoading; }
    /// Runs a statement and then reads `parts`; what it gave, or the error, comes first.
    void perform(const Query &query, ClusterParts parts, std::function<void(const Outcome<ResultSet> &)> done);

Q_SIGNALS:
    void loadingChanged(bool isLoading);
    void loaded(std::shared_ptr<const Shardboard::ClusterFacts> facts, Shardboard::ClusterParts parts);
    void failed(const Shardboard::ServerError &error);

private:
    Session &session();
    void start(ClusterParts parts);
    void publish(ClusterParts parts);
    void finish();

    Server &m_server;
    Session *m_session = nullptr;
    RequestHandle m_request;
    QList<Outcome<ResultSet>> m_answers;
    std::shared_ptr<const ClusterFacts> m_facts = std::make_shared<ClusterFacts>();
    ClusterParts m_waiting;
    bool m_isLoading = false;
};

} // namespace Shardboard
