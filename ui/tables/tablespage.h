// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/distribute/undistribute.h"
#include "connection/values/capabilities.h"
#include "connection/values/servererror.h"
#include "ui/common/serverpage.h"
#include "ui/tables/tableactions.h"
#include "ui/tables/tablefilter.h"
#include "ui/tables/tabletreemodel.h"

#include <QDateTime>
#include <QPointer>

#include <optional>

class QSplitter;
class QStackedWidget;
class QTimer;
class QTreeView;

namespace Shardboard {

class CatalogueLoader;
class EmptyState;
class ErrorView;
class Label;
class ProgressLine;
class Server;
class TableDetailView;
class TablesHead;

/// The tables of the connected database: shards and partitions folded, sorted and filtered as one likes, with the
/// details of the chosen one below. Wizards are opened by the owner. Nothing here can drop or truncate anything.
class TablesPage final : public ServerPage
{
    Q_OBJECT

public:
    explicit TablesPage(QWidget *parent = nullptr);
    ~TablesPage() override;

    void attach(Server &server) override;
    void detach() override;
    void refresh() override;
    /// What the server can do decides what is offered; nullopt while that is not known.
    void setCapabilities(const std::optional<ServerCapabilities> &capabilities);
    /// What the server answered; sizes may follow later. The old picture stays until all of it is known.
    void showCatalogue(const std::shared_ptr<const Catalogue> &catalogue, bool isComplete);
    void showError(const ServerError &error);
    TableTreeModel &model() { return m_model; }
    /// What is typed, at once; else it comes when the typing pauses.
    void applyFilter();
    /// Goes to this table, at once or when the tables have been read; nothing happens when there is none of that name,
    /// or the filter hides it.
    void choose(const QualifiedName &table);
    TableSelection selection() const;

Q_SIGNALS:
    /// The user wants to spread these tables; none: whatever the wizard suggests.
    void distributeRequested(const QList<Shardboard::QualifiedName> &tables);
    /// The user wants to put each tenant's schema on a node, beginning with this one.
    void distributeSchemaRequested(const QString &schema);
    /// The user wants another column, shard count or group for this distributed table.
    void changeDistributionRequested(const Shardboard::QualifiedName &table);
    /// The user wants a shard for one tenant of this distributed table.
    void isolateTenantRequested(const Shardboard::QualifiedName &table);
    /// The user wants these tables, or this schema, back on the coordinator.
    void makeLocalRequested(const Shardboard::UndistributeSettings &settings);
    /// The user wants this table cut by time, or its partitions looked after.
    void partitionRequested(const Shardboard::QualifiedName &table);
    /// The user wants rollups of this table.
    void rollUpRequested(const Shardboard::QualifiedName &table);
    /// The user wants old rows of this table to expire.
    void retentionRequested(const Shardboard::QualifiedName &table);

protected:
    void showEvent(QShowEvent *event) override;

private:
    void setupTree();
    void setupActions();
    void setupWizards();
    void setupLayout();
    void setupLoader();
    void showState();
    void showNotes();
    void showEmpty(int all);
    bool maySpread() const;
    void offerActions();
    void requestDistribution();
    void requestLocal();
    void showCurrent();
    void loadCurrent();
    void showMenu(const QPoint &position);
    void copyNames();
    const CatalogueTable *currentTable() const;
    void saveLayout() const;
    void restoreLayout();

    QPointer<Server> m_server;
    CatalogueLoader *m_loader = nullptr;
    TableTreeModel m_model;
    TableFilter m_filter;
    QDateTime m_readAt; ///< of what is shown
    TablesHead *m_head;
    Label *m_note;
    Label *m_gaps;
    TableActions *m_actions;
    ProgressLine *m_progress;
    ErrorView *m_error;
    QStackedWidget *m_states;
    EmptyState *m_empty;
    QSplitter *m_splitter;
    QTreeView *m_tree;
    TableDetailView *m_detail;
    QTimer *m_filterDelay; ///< until the typing pauses
    QTimer *m_detailDelay; ///< likewise for walking through the tables by key
    std::optional<ServerCapabilities> m_capabilities;
    std::optional<QualifiedName> m_wanted; ///< chosen before the tables were known
    bool m_wasRead = false;
};

} // namespace Shardboard
