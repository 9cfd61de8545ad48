// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/catalogue/catalogue.h"
#include "admin/distribute/distributedraft.h"

#include <QWidget>

class QComboBox;
class QPushButton;
class QRadioButton;
class QStackedWidget;
class QTableWidget;

namespace Shardboard {

class ErrorView;
class Label;

/// Which tables, and how each of them: the advised kind is chosen already, with the reason beside it.
class DistributeTablesPage final : public QWidget
{
    Q_OBJECT

public:
    explicit DistributeTablesPage(QWidget *parent = nullptr);

    /// What there is to choose from.
    void setCatalogue(const Catalogue &catalogue);
    void setDraft(const DistributeDraft &draft, const ShardingFacts &facts);
    void showWorking(bool isWorking);
    void showError(const ServerError &error);

Q_SIGNALS:
    void tablesAdded(const QList<Shardboard::QualifiedName> &tables);
    void tableRemoved(const Shardboard::QualifiedName &table);
    void spreadChosen(const Shardboard::QualifiedName &table, Shardboard::Spread spread);
    void schemaChosen(bool isWholeSchema, const QString &schema);
    void retryRequested();

private:
    QWidget *makeTablesView();
    QWidget *makeSchemaView();
    void fillRow(int row, const DistributeDraft::Table &table, const ShardingFacts &facts);
    QComboBox *makeKindBox(const DistributeDraft::Table &table, const ShardingTable *known);
    void showConnected(const DistributeDraft &draft, const ShardingFacts &facts);
    void addTyped();
    void announceSchema();

    QRadioButton *m_someTables;
    QRadioButton *m_wholeSchema;
    QStackedWidget *m_stack;
    QTableWidget *m_table;
    QComboBox *m_more;
    QPushButton *m_add;
    QPushButton *m_remove;
    Label *m_connected;
    QPushButton *m_addConnected;
    QComboBox *m_schemas;
    Label *m_status;
    ErrorView *m_error;
    QList<QualifiedName> m_suggested;
    Catalogue m_catalogue;
    DistributeDraft m_draft;
};

/// "Distributed by a column", for boxes and sentences.
QString spreadText(Spread spread);

} // namespace Shardboard
