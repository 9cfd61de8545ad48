// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/distribute/distributedraft.h"

#include <QWidget>

class QCheckBox;
class QRadioButton;

namespace Shardboard {

class Label;

/// Whether writes wait while rows are copied, and what becomes of the old copy.
class DistributeHowPage final : public QWidget
{
    Q_OBJECT

public:
    explicit DistributeHowPage(QWidget *parent = nullptr);
    void setDraft(const DistributeDraft &draft, const ShardingFacts &facts);

Q_SIGNALS:
    void wayChosen(bool isConcurrent, bool truncatesLocalData);

private:
    void setupLayout();

    QRadioButton *m_blocking;
    QRadioButton *m_concurrent;
    QCheckBox *m_truncate;
    Label *m_rows;
};

} // namespace Shardboard
