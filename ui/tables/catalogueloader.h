// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/catalogue/tabledetail.h"
#include "connection/session.h"

#include <QObject>

#include <memory>

namespace Shardboard {

class Server;

/// Reads the catalogue and the details of single tables over a session of its own, so that slow sizes hold nobody up.
/// Answers are put together on a worker thread.
class CatalogueLoader final : public QObject
{
    Q_OBJECT

public:
    explicit CatalogueLoader(Server &server, QObject *parent = nullptr);
    ~CatalogueLoader() override;

    /// One pipelined round trip; one that is under way is given up. loaded() comes twice: without sizes as soon as it
    /// is known what there is, then complete.
    void refresh();
    bool isLoading() const { return m_isLoading; }
    /// The newest request wins.
    void loadDetail(const CatalogueTable &table, const QualifiedName &defaultPartition);

Q_SIGNALS:
    void loadingChanged(bool isLoading);
    void loaded(std::shared_ptr<const Shardboard::Catalogue> catalogue, bool isComplete);
    void failed(const Shardboard::ServerError &error);
    void detailLoaded(const Shardboard::TableDetail &detail);
    void detailFailed(const Shardboard::ServerError &error);

private:
    Session &session();
    void collect(qsizetype index, const Outcome<ResultSet> &answer);
    void publish(bool isComplete);
    void setLoading(bool isLoading);

    Server &m_server;
    Session *m_session = nullptr;
    RequestHandle m_request;
    RequestHandle m_detailRequest;
    QList<Outcome<ResultSet>> m_answers;
    QList<Outcome<ResultSet>> m_detailAnswers;
    qsizetype m_expected = 0;
    int m_generation = 0; ///< of the refresh: what an older one still sends is dropped
    int m_detailGeneration = 0;
    bool m_isLoading = false;
};

} // namespace Shardboard
