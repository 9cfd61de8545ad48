// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/jobs/jobfindings.h"

#include <QWidget>

#include <memory>

class QPushButton;
class QStackedWidget;

namespace Shardboard {

class EmptyState;
class FactList;
class Label;
class RunDetail;

/// Every job of pg_cron that the user may see, ours and others'; what is known of the chosen one, what is wrong with it
/// and what to do, its next runs and its past ones.
class CronJobsView final : public QWidget
{
    Q_OBJECT

public:
    enum Action { Run, Pause, Edit, Delete, New, Prune, ActionCount };
    Q_ENUM(Action)

    explicit CronJobsView(QWidget *parent = nullptr);

    void setFacts(const std::shared_ptr<const JobsFacts> &facts);
    /// Why there are no jobs on this server, and what it would take; empty: there may be some.
    void setMissing(const QString &reason, const QString &remedy);
    const CronJob *current() const;
    void choose(qint64 jobId);
    void setWorking(bool isWorking);
    QPushButton &button(Action action) { return *m_buttons.at(action); }
    RunDetail &detail() { return *m_detail; }
    FactList &list() { return *m_list; }

Q_SIGNALS:
    /// The job is 0 for New and Prune.
    void actionRequested(Shardboard::CronJobsView::Action action, qint64 jobId);

private:
    void setupButtons();
    void setupLayout();
    void showList();
    void showCurrent();
    void showRuns(const CronJob &job);

    std::shared_ptr<const JobsFacts> m_facts = std::make_shared<JobsFacts>();
    QList<QPushButton *> m_buttons;
    QStackedWidget *m_states;
    EmptyState *m_empty;
    Label *m_history;
    FactList *m_list;
    RunDetail *m_detail;
    bool m_isWorking = false;
    bool m_isMissing = false;
};

} // namespace Shardboard
