// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/distribute/candidates.h"
#include "admin/distribute/distributedraft.h"

#include <QWidget>

class QComboBox;
class QProgressBar;
class QTableWidget;

namespace Shardboard {

class ErrorView;
class Label;
class ShardSizeBars;

/// The distribution column of each table: the candidates, best first, with what speaks for and against the current one
/// and the shards that it would make.
class DistributeColumnPage final : public QWidget
{
    Q_OBJECT

public:
    explicit DistributeColumnPage(QWidget *parent = nullptr);

    /// Keeps the table that is being looked at when it is still there.
    void setTables(const QList<DistributeDraft::Table> &tables, const ShardingFacts &facts, int shardCount);
    /// What is known of a table's values by column; what is read from rows replaces what the statistics tell.
    void addSamples(const QualifiedName &table, const QHash<QString, HashSample> &samples);
    void showReading(bool isReading);
    void showSampleError(const ServerError &error);
    QualifiedName currentTable() const;
    QString currentColumn() const;
    bool hasSampleOfRows(const QualifiedName &table, const QString &column) const;

Q_SIGNALS:
    void columnChosen(const Shardboard::QualifiedName &table, const QString &column);
    /// Another table or column is looked at.
    void lookedAt();

private:
    void setupLayout();
    void setupCandidates();
    void showTable();
    void fillRow(int row, const ShardingCandidate &candidate);
    void showColumn();

    QList<DistributeDraft::Table> m_tables;
    ShardingFacts m_facts;
    QHash<QualifiedName, QHash<QString, HashSample>> m_samples;
    QList<ShardingCandidate> m_candidates; ///< of the current table
    int m_shardCount = 32;
    QComboBox *m_table;
    QTableWidget *m_list;
    Label *m_for;
    Label *m_against;
    ShardSizeBars *m_bars;
    Label *m_source;
    QProgressBar *m_reading;
    ErrorView *m_error;
};

} // namespace Shardboard
