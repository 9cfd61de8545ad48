// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/catalogue/partitionhorizon.h"
#include "admin/catalogue/tabledetail.h"
#include "ui/common/card.h"

class QAction;
class QTabWidget;
class QTreeView;

namespace Shardboard {

class ActionRow;
class ErrorView;
class Label;
class PartListModel;
class ProgressLine;
class SqlView;

/// One table: its columns, keys, triggers, and where its shards lie.
class TableDetailView final : public Card
{
    Q_OBJECT

public:
    explicit TableDetailView(QWidget *parent = nullptr);

    /// The line of the catalogue, at once; details follow by setDetail().
    void setTable(const CatalogueTable &table, const Catalogue &catalogue);
    void setDetail(const TableDetail &detail);
    void setError(const ServerError &error);
    void clear();
    /// What can be done with the table, beside its name.
    void setActions(const QList<QAction *> &actions);
    quint32 oid() const { return m_table.oid; }

Q_SIGNALS:
    void retryRequested();

private:
    struct List
    {
        QTreeView *view;
        PartListModel *model;
    };

    List addList(const QString &name, const QStringList &headers);
    void setupLayout();
    void showSummary(const Catalogue &catalogue);
    void showHorizon(std::optional<qint64> defaultRows);
    void showColumns(const TableDetail &detail);
    void showKeys(const TableDetail &detail);
    void showTriggers(const TableDetail &detail);
    void showShards(const TableDetail &detail);
    void setCount(QWidget *page, const QString &name, qsizetype count);

    CatalogueTable m_table;
    std::optional<PartitionHorizon> m_horizon; ///< of a table that is partitioned by time
    Label *m_name;
    ActionRow *m_actions;
    Label *m_summary;
    Label *m_ahead; ///< what partitions are ready for
    Label *m_gaps;
    ProgressLine *m_progress;
    ErrorView *m_error;
    QTabWidget *m_tabs;
    List m_columns;
    List m_keys;
    List m_triggers;
    List m_shards;
    SqlView *m_definition;
};

} // namespace Shardboard
