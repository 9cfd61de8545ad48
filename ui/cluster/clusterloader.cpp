// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/cluster/clusterloader.h"

#include "admin/job.h"
#include "connection/server.h"

namespace Shardboard {

ClusterLoader::ClusterLoader(Server &server, QObject *parent) : QObject(parent), m_server(server) {}

ClusterLoader::~ClusterLoader()
{
    m_request.cancel();
}

Session &ClusterLoader::session()
{
    if (!m_session) {
        m_session = m_server.createSession(SessionPurpose::Catalogue, this);
        connect(m_session, &Session::failed, this, &ClusterLoader::failed);
    }
    return *m_session;
}

void ClusterLoader::refresh(ClusterParts parts)
{
    if (m_isLoading)
        m_waiting |= parts;
    else
        start(parts & availableParts(m_server.capabilities()));
}

void ClusterLoader::start(ClusterParts parts)
{
    if (!parts)
        return;
    m_isLoading = true;
    Q_EMIT loadingChanged(true);
    m_answers.clear();
    m_request = session().runPipeline(
        clusterQueries(m_server.capabilities(), parts), this,
        [this](qsizetype, const Outcome<ResultSet> &answer) { m_answers << answer; },
        [this, parts] { publish(parts); });
}

void ClusterLoader::publish(ClusterParts parts)
{
    using Read = Outcome<ClusterFacts>;
    Job::start<Read>(
        this,
        [capabilities = m_server.capabilities(), parts, answers = std::move(m_answers), before = m_facts](
            std::stop_token, const ProgressSink &) { return readCluster(capabilities, parts, answers, *before); },
        [this, parts](const Read &facts) {
            if (facts) {
                m_facts = std::make_shared<ClusterFacts>(*facts);
                Q_EMIT loaded(m_facts, parts);
            } else if (facts.isError()) {
                Q_EMIT failed(facts.error());
            }
            finish();
        });
}

void ClusterLoader::finish()
{
    m_isLoading = false;
    const ClusterParts next = std::exchange(m_waiting, {});
    if (next)
        start(next);
    else
        Q_EMIT loadingChanged(false);
}

void ClusterLoader::perform(
    const Query &query, ClusterParts parts, std::function<void(const Outcome<ResultSet> &)> done)
{
    session().run(query, this, [this, parts, done = std::move(done)](const Outcome<ResultSet> &outcome) {
        done(outcome);
        refresh(parts);
    });
}

} // namespace Shardboard
