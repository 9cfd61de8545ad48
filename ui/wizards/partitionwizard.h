// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/partition/partitionfacts.h"
#include "ui/wizards/shardingwizard.h"

namespace Shardboard {

class PartitionKeepPage;
class PartitionRangePage;
class PartitionTablePage;

/// Partitions a table by time: which and by what, how long partitions are and how many are ready ahead, how long they
/// are kept; then the verdict, the plan and the run.
class PartitionWizard final : public ShardingWizard
{
    Q_OBJECT

public:
    enum Step { Table, Ranges, Keep };

    /// An empty table: the user chooses one, or describes a new one.
    PartitionWizard(const QualifiedName &table, const WizardContext &context, QWidget *parent);

    const PartitionSettings &settings() const { return m_settings; }
    bool isReading() const;
    PartitionTablePage &tablePage() { return *m_tablePage; }
    PartitionRangePage &rangePage() { return *m_rangePage; }
    PartitionKeepPage &keepPage() { return *m_keepPage; }

protected:
    Outcome<Intent> wish() const override;
    void enteredOwnQuestion(int step) override;
    bool leaveOwnQuestion(int step) override;

private:
    void connectPages();
    void read();
    void showReading(const Outcome<PartitionFacts> &facts);
    void takeUpKnown(); ///< what was begun, or is looked after, goes on as it is
    void takeOver();
    void showStep();
    void showMeaning();
    bool isReady() const;

    PartitionSettings m_settings;
    PartitionFacts m_facts;
    bool m_wasRead = false;
    bool m_isUndo = false; ///< take back what is there instead
    bool m_choseInterval = false; ///< the user did: advice no longer changes it
    QPointer<Job> m_job;
    PartitionTablePage *m_tablePage;
    PartitionRangePage *m_rangePage;
    PartitionKeepPage *m_keepPage;
};

} // namespace Shardboard
