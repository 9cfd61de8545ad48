// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/partition/partitionfacts.h"

#include <QWidget>

class QCheckBox;
class QComboBox;

namespace Shardboard {

class ErrorView;
class Label;
class NewTableEditor;
class ProgressLine;

/// Which table, and which of its columns holds the time; or a new table.
class PartitionTablePage final : public QWidget
{
    Q_OBJECT

public:
    /// A table that is fixed, or an empty name: then one is chosen from those that the facts name.
    PartitionTablePage(const QualifiedName &table, bool hasCitus, QWidget *parent = nullptr);

    void showWorking(bool isWorking);
    void showError(const ServerError &error);
    void setFacts(const PartitionFacts &facts, const QString &column);
    void showProblems(const QStringList &problems); ///< of a new table
    void chooseTable(const QualifiedName &table); ///< as if the user had; an empty name is the new table

Q_SIGNALS:
    void tableChosen(const Shardboard::QualifiedName &table);
    void columnChosen(const QString &column);
    void newTableChanged(
        const Shardboard::QualifiedName &table, const Shardboard::NewPartitionedTable &made, const QString &column);
    void undoChosen(bool isChosen); ///< the partitioning that is there shall be taken back
    void retryRequested();

private:
    void setupLayout();
    void fillTables(const PartitionFacts &facts);
    void choose();
    void showNew(bool isNew);
    QString describe(const PartitionFacts &facts) const;

    const bool m_isFixed;
    QComboBox *m_table;
    QComboBox *m_column;
    Label *m_columnLabel;
    Label *m_about;
    QCheckBox *m_undo;
    Label *m_problems;
    NewTableEditor *m_new;
    ErrorView *m_error;
    ProgressLine *m_progress;
    bool m_isFilling = false;
};

} // namespace Shardboard
