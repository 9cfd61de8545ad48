// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/jobsloader.h"

#include "admin/job.h"
#include "connection/registrytrust.h"
#include "connection/server.h"

namespace Shardboard {

JobsLoader::JobsLoader(Server &server, QObject *parent) : QObject(parent), m_server(server) {}

JobsLoader::~JobsLoader()
{
    m_request.cancel();
}

Session &JobsLoader::session()
{
    if (!m_session) {
        m_session = m_server.createSession(SessionPurpose::Catalogue, this);
        connect(m_session, &Session::failed, this, &JobsLoader::failed);
    }
    return *m_session;
}

void JobsLoader::refresh(JobsParts parts)
{
    if (m_isLoading)
        m_waiting |= parts;
    else
        start(parts & availableParts(m_server.capabilities(), *m_facts));
}

void JobsLoader::start(JobsParts parts)
{
    if (!parts)
        return;
    m_isLoading = true;
    Q_EMIT loadingChanged(true);
    m_answers.clear();
    m_request = session().run(RegistryTrust::query(), this, [this, parts](const Outcome<ResultSet> &answer) {
        const Completion verdict = RegistryTrust::verdict(answer);
        if (verdict)
            return ask(parts);
        if (verdict.isError())
            Q_EMIT failed(verdict.error());
        finish();
    });
}

void JobsLoader::ask(JobsParts parts)
{
    m_request = session().runPipeline(
        jobsQueries(m_server.capabilities(), parts, *m_facts), this,
        [this](qsizetype, const Outcome<ResultSet> &answer) { m_answers << answer; },
        [this, parts] { publish(parts); });
}

void JobsLoader::publish(JobsParts parts)
{
    using Read = Outcome<JobsFacts>;
    Job::start<Read>(
        this,
        [capabilities = m_server.capabilities(), parts, answers = std::move(m_answers), before = m_facts](
            std::stop_token, const ProgressSink &) { return readJobs(capabilities, parts, answers, *before); },
        [this, parts](const Read &facts) {
            if (facts) {
                // What was set up meanwhile, on this page or elsewhere, was not asked for yet.
                const bool isNew = facts->hasRegistry.value_or(false) && !m_facts->hasRegistry.value_or(true);
                m_facts = std::make_shared<JobsFacts>(*facts);
                if (isNew)
                    m_waiting |= JobsPart::Rollups | JobsPart::Sizes;
                Q_EMIT loaded(m_facts, parts);
            } else if (facts.isError()) {
                Q_EMIT failed(facts.error());
            }
            finish();
        });
}

void JobsLoader::finish()
{
    m_isLoading = false;
    const JobsParts next = std::exchange(m_waiting, {}) & availableParts(m_server.capabilities(), *m_facts);
    if (next)
        start(next);
    else
        Q_EMIT loadingChanged(false);
}

void JobsLoader::perform(const QList<Query> &queries, std::function<void(const Outcome<ResultSet> &)> done)
{
    session().run(RegistryTrust::query(), this, [this, queries, done](const Outcome<ResultSet> &answer) {
        const Completion verdict = RegistryTrust::verdict(answer);
        if (verdict)
            return change(queries, done);
        done(verdict.failure<ResultSet>());
    });
}

void JobsLoader::change(const QList<Query> &queries, std::function<void(const Outcome<ResultSet> &)> done)
{
    const QList<Query> rest = queries.mid(1);
    session().run(queries.first(), this, [this, rest, done = std::move(done)](const Outcome<ResultSet> &outcome) {
        if (outcome && !rest.isEmpty())
            return change(rest, done);
        done(outcome);
        refresh(JobsPart::Rollups | JobsPart::Cron);
    });
}

} // namespace Shardboard
