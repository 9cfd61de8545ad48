// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/catalogue/catalogue.h"
#include "admin/distribute/distributedraft.h"
#include "admin/distribute/hashsample.h"
#include "ui/wizards/shardingwizard.h"

namespace Shardboard {

class DistributeColumnPage;
class DistributeGroupPage;
class DistributeHowPage;
class DistributeTablesPage;

/// Spreads tables over the cluster: which and how, by which column, with what, while writes go on or not; then the
/// verdict, the plan and the run.
class DistributeWizard final : public ShardingWizard
{
    Q_OBJECT

public:
    enum Step { Tables, Columns, Group, How };

    /// `start`: what is answered already; tables that are not in it can be added.
    DistributeWizard(const DistributeDraft &start, const WizardContext &context, QWidget *parent);

    const DistributeDraft &draft() const { return m_draft; }
    bool isReading() const; ///< of tables or of the rows of a column
    DistributeTablesPage &tablesPage() { return *m_tablesPage; }
    DistributeColumnPage &columnPage() { return *m_columnPage; }
    DistributeGroupPage &groupPage() { return *m_groupPage; }
    DistributeHowPage &howPage() { return *m_howPage; }

protected:
    Outcome<Intent> wish() const override;
    void enteredOwnQuestion(int step) override;
    bool leaveOwnQuestion(int step) override;

private:
    /// What the server told of the tables.
    struct Reading
    {
        Catalogue catalogue;
        ShardingFacts facts;
        QHash<QualifiedName, QHash<QString, HashSample>> samples; ///< from the statistics
    };

    void connectPages();
    void read();
    static Outcome<Reading> readTables(
        SyncSession &session, const ServerCapabilities &server, const DistributeDraft &draft);
    void showReading(const Outcome<Reading> &reading);
    void fillIn();
    void showStep();
    void showKindMeaning();
    void showOrderMeaning();
    void readSample();
    int plannedShardCount() const;
    void setSpread(const QualifiedName &table, Spread spread);

    DistributeDraft m_draft;
    Reading m_reading;
    QList<QualifiedName> m_decided; ///< tables whose kind the user has chosen: advice no longer changes it
    bool m_wasRead = false;
    QPointer<Job> m_job;
    QPointer<Job> m_sampling;
    DistributeTablesPage *m_tablesPage;
    DistributeColumnPage *m_columnPage;
    DistributeGroupPage *m_groupPage;
    DistributeHowPage *m_howPage;
};

} // namespace Shardboard
