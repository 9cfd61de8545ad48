// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/cluster/changefacts.h"
#include "connection/values/outcome.h"
#include "ui/cluster/clusterview.h"

class QProgressBar;
class QPushButton;
class QStackedWidget;

namespace Shardboard {

class ErrorView;
class FactList;
class Label;
class LoadBars;

/// What a rebalance would move, then how far it is, and what became of one that did not get to its end; below, all
/// background jobs. The progress is the server's: it is found again after this program was closed.
class RebalanceView final : public ClusterView
{
    Q_OBJECT

public:
    explicit RebalanceView(QWidget *parent = nullptr);

    ClusterParts liveParts() const override { return ClusterPart::Jobs; }
    ClusterParts costlyParts() const override { return ClusterPart::Nodes | ClusterPart::Shards; }
    void setFacts(const std::shared_ptr<const ClusterFacts> &facts) override;
    void showPreview(const Outcome<ChangeFacts> &facts);
    FactList &tasks() { return *m_tasks; }
    FactList &jobs() { return *m_jobs; }
    QString headline() const;
    bool isRunning() const;
    /// The newest rebalance failed or was stopped, and nobody has looked away from it.
    bool isUnfinished() const;

Q_SIGNALS:
    void previewRequested();
    void rebalanceRequested();
    void stopRequested();
    void jobCancelRequested(qint64 jobId, const QString &description);

private:
    QWidget *makePreviewPage();
    QWidget *makeProgressPage();
    QWidget *makeJobs();
    void showPage();
    void showProgress(const BackgroundJob &job);
    void showUnfinished(const BackgroundJob &job);
    void look();
    void showTasks();
    void showJobs();
    QString tableOf(qint64 shardId) const;

    std::shared_ptr<const ClusterFacts> m_facts = std::make_shared<ClusterFacts>();
    QStackedWidget *m_pages;
    Label *m_title;
    Label *m_text;
    ErrorView *m_error;
    LoadBars *m_loads;
    FactList *m_moves;
    QWidget *m_movesCard;
    QPushButton *m_look;
    QPushButton *m_start;
    Label *m_running;
    Label *m_runningText;
    QProgressBar *m_bar;
    QPushButton *m_stop;
    QPushButton *m_resume;
    QPushButton *m_lookAway;
    FactList *m_tasks;
    FactList *m_jobs;
    Label *m_jobsText;
    QPushButton *m_cancelJob;
    qint64 m_leftJob = 0; ///< the unfinished rebalance that was looked away from
    bool m_wasLooked = false;
};

} // namespace Shardboard
