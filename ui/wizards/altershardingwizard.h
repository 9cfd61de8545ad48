// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/distribute/altersharding.h"
#include "ui/wizards/shardingwizard.h"

class QCheckBox;
class QComboBox;
class QSpinBox;

namespace Shardboard {

class ErrorView;

/// Gives a distributed table another column, shard count or colocation group.
class AlterShardingWizard final : public ShardingWizard
{
    Q_OBJECT

public:
    AlterShardingWizard(const QualifiedName &table, const WizardContext &context, QWidget *parent);

    AlterShardingSettings settings() const;
    /// Once the table has been read; before, it is remembered.
    void setShardCount(int count);
    /// What is known of the table.
    void showFacts(const ShardingFacts &facts);

protected:
    Outcome<Intent> wish() const override;
    void enteredOwnQuestion(int step) override;

private:
    QWidget *makeQuestion();
    void read();
    void showChoice();
    QStringList group() const; ///< the tables that lie together now, this one among them

    QualifiedName m_table;
    ShardingFacts m_facts;
    QPointer<Job> m_reading;
    int m_wishedCount = 0; ///< of setShardCount()
    QComboBox *m_column;
    QSpinBox *m_count;
    QComboBox *m_group;
    QCheckBox *m_cascade;
    ErrorView *m_error;
};

} // namespace Shardboard
