// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/jobs/jobsfacts.h"
#include "ui/common/serverpage.h"
#include "ui/jobs/cronjobsview.h"
#include "ui/jobs/retentionview.h"
#include "ui/jobs/rollupsview.h"

#include <QPointer>
#include <QTimer>

class QPushButton;
class QTabWidget;

namespace Shardboard {

class ErrorView;
class Job;
class JobsLoader;
class Label;
class ProgressLine;
struct QualifiedName;
class Server;

/// What runs on a schedule: the rollups with how far they are, and every job of pg_cron. Reads while it is in sight.
/// Dropping a rollup is a wizard, which the owner opens.
class JobsPage final : public ServerPage
{
    Q_OBJECT

public:
    explicit JobsPage(QWidget *parent = nullptr);
    ~JobsPage() override;

    void attach(Server &server) override;
    void detach() override;
    void refresh() override;

    void showFacts(const std::shared_ptr<const JobsFacts> &facts, bool hasCron);
    QTabWidget &tabs() { return *m_tabs; }
    RollupsView &rollups() { return *m_rollups; }
    RetentionView &retention() { return *m_retention; }
    CronJobsView &jobs() { return *m_jobs; }
    QString summary() const;
    QString message() const; ///< what the last action came to

Q_SIGNALS:
    void dropRequested(const QString &rollup);
    void newRollupRequested();
    /// An empty name: the user chooses the table.
    void retentionRequested(const Shardboard::QualifiedName &table);
    void stopRetentionRequested(const Shardboard::QualifiedName &table);

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    void setupLayout();
    QLayout *makeHead();
    void showAvailable();
    void refreshView(bool isAsked);
    void showFailure(const ServerError &error, const QString &title);
    /// Shows why not where nothing may be changed; asks where the connection is marked as production; then `go`.
    void change(const QString &what, const std::function<void()> &go);
    void perform(const QList<Query> &queries, const QString &failureTitle, const QString &done);
    void actOnRollup(RollupsView::Action action, const QString &name);
    void runRollupNow(const QString &name);
    void verify(const RollupReport &rollup);
    void scheduleRollup(const RollupReport &rollup);
    void keep(const RollupReport &rollup);
    void actOnRetention(RetentionView::Action action, const QString &table);
    void showDryRun(const QualifiedName &table);
    void runRetentionNow(const QString &table);
    void actOnJob(CronJobsView::Action action, qint64 jobId);
    void confirmRun(const CronJob &job);
    void runJobNow(const CronJob &job);
    void editJob(const CronJob &job);
    void makeJob();
    void deleteJob(const CronJob &job);
    void prune();
    void setWorking(bool isWorking);
    void say(const QString &text);
    QString refusal() const;

    QPointer<Server> m_server;
    JobsLoader *m_loader = nullptr;
    QPointer<Job> m_work;
    std::shared_ptr<const JobsFacts> m_facts = std::make_shared<JobsFacts>();
    QDateTime m_sizesAt;
    QTimer m_timer;
    bool m_hasReadFailed = false; ///< the failure shown goes away when reading works again
    Label *m_summary;
    Label *m_readAt;
    Label *m_message;
    ProgressLine *m_progress;
    ErrorView *m_error;
    QTabWidget *m_tabs;
    RollupsView *m_rollups;
    RetentionView *m_retention;
    CronJobsView *m_jobs;
};

} // namespace Shardboard
