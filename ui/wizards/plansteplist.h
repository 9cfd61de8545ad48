// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QListView>

namespace Shardboard {

class PlanModel;

/// A plan's steps with their states, one line each.
class PlanStepList final : public QListView
{
    Q_OBJECT

public:
    explicit PlanStepList(PlanModel &model, QWidget *parent = nullptr);

Q_SIGNALS:
    void stepSelected(int row);

protected:
    void currentChanged(const QModelIndex &current, const QModelIndex &previous) override;
};

} // namespace Shardboard
