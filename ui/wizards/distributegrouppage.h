// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/distribute/distributedraft.h"

#include <QWidget>

class QComboBox;
class QRadioButton;
class QSpinBox;

namespace Shardboard {

class Label;

/// With which tables the new ones shall lie, and into how many shards they go.
class DistributeGroupPage final : public QWidget
{
    Q_OBJECT

public:
    explicit DistributeGroupPage(QWidget *parent = nullptr);
    void setDraft(const DistributeDraft &draft, const ShardingFacts &facts);

Q_SIGNALS:
    void groupChosen(Shardboard::DistributeDraft::Group group, const Shardboard::QualifiedName &mate, int shardCount);

private:
    void setupLayout();
    void announce();
    void showJoins();

    QRadioButton *m_default;
    QRadioButton *m_existing;
    QRadioButton *m_own;
    QComboBox *m_groups;
    QSpinBox *m_count;
    Label *m_advice;
    Label *m_joins;
    Label *m_noGroups;
    ShardingFacts m_facts;
    DistributeDraft m_draft;
};

} // namespace Shardboard
