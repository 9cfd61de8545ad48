// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/capabilities.h"
#include "connection/values/servererror.h"
#include "ui/common/serverpage.h"
#include "ui/tables/tablefilter.h"
#include "ui/tables/tabletreemodel.h"

#include <QDateTime>
#include <QPointer>

#include <optional>

class QAction;
class QLabel;
class QSplitter;
class QStackedWidget;
class QTimer;
class QTreeView;

namespace Shardboard {

class CatalogueLoader;
class EmptyState;
class ErrorView;
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
    /// Without views and partitions, which are spread with their table.
    QList<const CatalogueTable *> chosenTables() const;

Q_SIGNALS:
    /// The user wants to spread these tables; none: whatever the wizard suggests.
    void distributeRequested(const QList<Shardboard::QualifiedName> &tables);
    /// The user wants this table cut by time, or its partitions looked after.
    void partitionRequested(const Shardboard::QualifiedName &table);

protected:
    void showEvent(QShowEvent *event) override;

private:
    void setupTree();
    void setupActions();
    void setupLayout();
    void setupLoader();
    void showState();
    void showNotes();
    void showEmpty(int all);
    void offerActions();
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
    QLabel *m_note;
    QLabel *m_gaps;
    QAction *m_copy;
    QAction *m_distribute;
    QAction *m_partition;
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
