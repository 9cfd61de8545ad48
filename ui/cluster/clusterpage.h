// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/cluster/changefacts.h"
#include "connection/values/outcome.h"
#include "ui/cluster/clusterview.h"
#include "ui/common/serverpage.h"

#include <QDateTime>
#include <QPointer>
#include <QTimer>

class QTabWidget;

namespace Shardboard {

class ActivityView;
class Card;
class ClusterHead;
class ClusterLoader;
struct ClusterSettings;
class ErrorView;
class Job;
class Label;
class NodesView;
class ProgressLine;
class RebalanceView;
class Server;
class ShardMapView;
class SkewView;
class TenantsView;

/// The connected cluster: its nodes, where the shards are, how evenly, who asks for most, what is going on, and what
/// moves. Reads only what is in sight, and only while it is. Wizards are opened by the owner.
class ClusterPage final : public ServerPage
{
    Q_OBJECT

public:
    explicit ClusterPage(QWidget *parent = nullptr);
    ~ClusterPage() override;

    void attach(Server &server) override;
    void detach() override;
    void refresh() override;

    /// What was read, of these parts. The pages show the rest as it was.
    void showFacts(const std::shared_ptr<const ClusterFacts> &facts, ClusterParts parts);
    QTabWidget &tabs() { return *m_tabs; }
    NodesView &nodes() { return *m_nodes; }
    ShardMapView &shardMap() { return *m_map; }
    SkewView &skew() { return *m_skew; }
    TenantsView &tenants() { return *m_tenants; }
    ActivityView &activity() { return *m_activity; }
    RebalanceView &rebalance() { return *m_rebalance; }
    ClusterHead &head() { return *m_head; }

Q_SIGNALS:
    void changeRequested(const Shardboard::ClusterSettings &settings);
    void tableRequested(const Shardboard::QualifiedName &table);

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    void setupTabs();
    void setupLayout();
    void setupRequests();
    void addView(ClusterView *view, const QString &title);
    ClusterView *currentView() const;
    void refreshView(bool isAsked);
    void restartTimer();
    void showFailure();
    void showAvailable(const ServerCapabilities &capabilities);
    void loadPreview();
    void askToSignal(qint64 gpid, bool isTermination, const QString &what);
    void askToCancelJob(qint64 jobId, const QString &description);
    void perform(const Query &query, ClusterParts parts, const QString &failureTitle, const QString &whenFalse);
    QString refusal() const;

    QPointer<Server> m_server;
    ClusterLoader *m_loader = nullptr;
    QPointer<Job> m_preview;
    std::shared_ptr<const ClusterFacts> m_facts = std::make_shared<ClusterFacts>();
    QMap<ClusterPart, QDateTime> m_readAt;
    QList<ClusterView *> m_views;
    QTimer m_timer;
    ClusterHead *m_head;
    ProgressLine *m_progress;
    ErrorView *m_error;
    Card *m_missing;
    Label *m_missingText;
    QTabWidget *m_tabs;
    NodesView *m_nodes;
    ShardMapView *m_map;
    SkewView *m_skew;
    TenantsView *m_tenants;
    ActivityView *m_activity;
    RebalanceView *m_rebalance;
};

} // namespace Shardboard
