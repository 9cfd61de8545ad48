// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/jobs/jobsfacts.h"

#include <QHash>
#include <QWidget>

#include <memory>

class QPushButton;
class QStackedWidget;

namespace Shardboard {

class EmptyState;
class FactList;
class RunDetail;

/// Every rollup with how far it is and how it is; what is known of the chosen one, and what can be done with it.
class RollupsView final : public QWidget
{
    Q_OBJECT

public:
    enum Action { Run, Pause, Verify, Schedule, Keep, Drop, ActionCount };
    Q_ENUM(Action)

    explicit RollupsView(QWidget *parent = nullptr);

    void setFacts(const std::shared_ptr<const JobsFacts> &facts, bool hasCron);
    /// Of the rollup that is chosen; nullptr when none is.
    const RollupReport *current() const;
    void choose(const QString &name);
    /// While it is at work, Run and Verify wait.
    void setWorking(bool isWorking);
    QPushButton &button(Action action) { return *m_buttons.at(action); }
    RunDetail &detail() { return *m_detail; }
    FactList &list() { return *m_list; }

Q_SIGNALS:
    void newRequested();
    void actionRequested(Shardboard::RollupsView::Action action, const QString &rollup);

private:
    void setupButtons();
    void setupLayout();
    void showList();
    void showCurrent();
    void showLines(const RollupReport &rollup);
    void showRuns(const RollupReport &rollup);
    qint64 keyOf(const QString &name);

    std::shared_ptr<const JobsFacts> m_facts = std::make_shared<JobsFacts>();
    QHash<QString, qint64> m_keys;
    QList<QPushButton *> m_buttons;
    QPushButton *m_new;
    QStackedWidget *m_states;
    EmptyState *m_empty;
    FactList *m_list;
    RunDetail *m_detail;
    bool m_isWorking = false;
    bool m_hasCron = false;
};

} // namespace Shardboard
