// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tables/catalogueloader.h"

#include "admin/job.h"
#include "connection/server.h"

namespace Shardboard {

namespace {

using Read = Outcome<std::shared_ptr<const Catalogue>>;

Read read(const ServerCapabilities &capabilities, const QList<Outcome<ResultSet>> &answers)
{
    auto catalogue = readCatalogue(capabilities, answers);
    if (!catalogue)
        return catalogue.failure<std::shared_ptr<const Catalogue>>();
    return std::shared_ptr<const Catalogue>(std::make_shared<Catalogue>(std::move(catalogue).value()));
}

} // namespace

CatalogueLoader::CatalogueLoader(Server &server, QObject *parent) : QObject(parent), m_server(server) {}

CatalogueLoader::~CatalogueLoader()
{
    m_request.cancel();
    m_detailRequest.cancel();
}

Session &CatalogueLoader::session()
{
    if (!m_session)
        m_session = m_server.createSession(SessionPurpose::Catalogue, this);
    return *m_session;
}

void CatalogueLoader::refresh()
{
    m_request.cancel();
    m_answers.clear();
    const int generation = ++m_generation;
    const QList<Query> queries = catalogueQueries(m_server.capabilities());
    m_expected = queries.size();
    setLoading(true);
    m_request = session().runPipeline(
        queries, this,
        [this, generation](qsizetype index, const Outcome<ResultSet> &answer) {
            if (generation == m_generation)
                collect(index, answer);
        },
        [this, generation] {
            if (generation == m_generation)
                publish(true);
        });
}

void CatalogueLoader::collect(qsizetype index, const Outcome<ResultSet> &answer)
{
    m_answers << answer;
    // The last ones are the sizes: what there is can be shown before they are known.
    const qsizetype sizes = m_server.capabilities().hasCitus() ? 2 : 1;
    if (index + 1 == m_expected - sizes)
        publish(false);
}

void CatalogueLoader::publish(bool isComplete)
{
    Job::start<Read>(
        this,
        [capabilities = m_server.capabilities(), answers = m_answers](
            std::stop_token, const ProgressSink &) { return read(capabilities, answers); },
        [this, isComplete, generation = m_generation](const Read &catalogue) {
            if (generation != m_generation)
                return;
            if (isComplete)
                setLoading(false);
            if (catalogue)
                Q_EMIT loaded(catalogue.value(), isComplete);
            else if (catalogue.isError() && isComplete)
                Q_EMIT failed(catalogue.error());
        });
}

void CatalogueLoader::loadDetail(const CatalogueTable &table, const QualifiedName &defaultPartition)
{
    m_detailRequest.cancel();
    m_detailAnswers.clear();
    const int generation = ++m_detailGeneration;
    m_detailRequest = session().runPipeline(
        tableDetailQueries(m_server.capabilities(), table, defaultPartition), this,
        [this, generation](qsizetype, const Outcome<ResultSet> &answer) {
            if (generation == m_detailGeneration)
                m_detailAnswers << answer;
        },
        [this, generation, table, asksDefault = !defaultPartition.name.isEmpty()] {
            if (generation != m_detailGeneration)
                return;
            const auto detail = readTableDetail(table, m_detailAnswers, asksDefault);
            if (detail)
                Q_EMIT detailLoaded(*detail);
            else if (detail.isError())
                Q_EMIT detailFailed(detail.error());
        });
}

void CatalogueLoader::setLoading(bool isLoading)
{
    if (m_isLoading == isLoading)
        return;
    m_isLoading = isLoading;
    Q_EMIT loadingChanged(isLoading);
}

} // namespace Shardboard
