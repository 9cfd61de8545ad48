// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/job.h"
#include "admin/jobs/jobactions.h"
#include "admin/rollup.h"
#include "connection/server.h"
#include "connection/syncsession.h"
#include "ui/common/confirmdialog.h"
#include "ui/common/showntext.h"
#include "ui/common/timetext.h"
#include "ui/jobs/jobsloader.h"
#include "ui/jobs/jobspage.h"
#include "ui/jobs/keepdialog.h"
#include "ui/jobs/scheduledialog.h"
#include "ui/jobs/verifydialog.h"
#include "ui/tables/figures.h"

#include <QInputDialog>

namespace Shardboard {

namespace {

constexpr int keptDays = 7;
constexpr qsizetype mostShownCommand = 1500;

QString runWords(const RollupRun &run)
{
    switch (run.state) {
    case RollupRun::State::Done:
        return JobsPage::tr("%1: %2 rows read, %3 rows written in %4.")
            .arg(run.rollup, exactText(run.rowsRead), exactText(run.bucketsWritten),
                describeDuration(double(run.duration.count())));
    case RollupRun::State::Waiting:
        return JobsPage::tr("%1 gave up waiting, nothing is lost: %2").arg(run.rollup, run.message);
    case RollupRun::State::AlreadyRunning:
    case RollupRun::State::Paused:
        return run.message;
    }
    return {};
}

} // namespace

QString JobsPage::refusal() const
{
    return m_server && m_server->profile().isReadOnly
        ? tr("This connection is marked read-only, so nothing can be changed through it.")
        : QString();
}

void JobsPage::change(const QString &what, const std::function<void()> &go)
{
    if (!m_server)
        return;
    if (const QString why = refusal(); !why.isEmpty())
        return showFailure(ServerError::usage(why), what);
    if (!m_server->profile().isProduction)
        return go();
    ConfirmDialog::ask({what, tr("“%1” is marked as production.").arg(m_server->profile().name),
                           m_server->capabilities().database, tr("Do it"), false},
        this, go);
}

void JobsPage::perform(const QList<Query> &queries, const QString &failureTitle, const QString &done)
{
    if (!m_loader || queries.isEmpty())
        return;
    m_loader->perform(queries, [this, failureTitle, done](const Outcome<ResultSet> &outcome) {
        if (outcome.isError())
            showFailure(outcome.error(), failureTitle);
        else if (outcome)
            say(done);
    });
}

void JobsPage::actOnRollup(RollupsView::Action action, const QString &name)
{
    const RollupReport *found = m_facts->rollup(name);
    if (!found || !m_server)
        return;
    const RollupReport rollup = *found; // the facts are read anew while a dialog is open
    switch (action) {
    case RollupsView::Run:
        return change(tr("Run %1 now").arg(name), [this, name] { runRollupNow(name); });
    case RollupsView::Pause:
        return change(rollup.isPaused ? tr("Resume %1").arg(name) : tr("Pause %1").arg(name), [this, rollup] {
            perform({pauseRollupQuery(rollup.name, !rollup.isPaused)}, tr("%1 stays as it is").arg(rollup.name),
                rollup.isPaused ? tr("%1 is resumed: its next run takes all that has come since.").arg(rollup.name)
                                : tr("%1 is paused. Rows wait for it; none is lost.").arg(rollup.name));
        });
    case RollupsView::Verify:
        return verify(rollup);
    case RollupsView::Schedule:
        return scheduleRollup(rollup);
    case RollupsView::Keep:
        return keep(rollup);
    case RollupsView::Drop:
        Q_EMIT dropRequested(name);
        return;
    case RollupsView::ActionCount:
        return;
    }
}

void JobsPage::runRollupNow(const QString &name)
{
    setWorking(true);
    m_work = Job::start<Outcome<RollupRun>>(
        this,
        [&io = m_server->io(), settings = m_server->settings(), name](
            std::stop_token stop, const ProgressSink &) -> Outcome<RollupRun> {
            SyncSession session(io, settings, SessionPurpose::Job, std::move(stop));
            if (const auto opened = session.open(); !opened)
                return opened.failure<RollupRun>();
            return runRollup(session, name);
        },
        [this, name](const Outcome<RollupRun> &run) {
            setWorking(false);
            if (run.isError())
                showFailure(run.error(), tr("%1 could not be run").arg(name));
            else if (run)
                say(runWords(*run));
            refresh();
        });
}

void JobsPage::verify(const RollupReport &rollup)
{
    auto *dialog
        = new VerifyDialog(rollup.name, rollup.bucketSeconds, m_server->io(), m_server->settings(), refusal(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &VerifyDialog::rebuilt, this, &JobsPage::refresh);
    dialog->open();
}

void JobsPage::scheduleRollup(const RollupReport &rollup)
{
    const CronJob *job = m_facts->job(rollup.jobId);
    const QString before = job ? job->schedule : QStringLiteral("* * * * *");
    auto *dialog = new ScheduleDialog(tr("When does %1 run?").arg(rollup.name), ScheduleDialog::Asks::Schedule,
        {before, {}, {}}, m_facts->cron.dialect, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog, rollup] {
        const QString schedule = dialog->fields().schedule;
        change(tr("Change when %1 runs").arg(rollup.name), [this, rollup, schedule] {
            perform({rollupScheduleQuery(rollup, schedule)}, tr("The schedule stays as it is"),
                tr("%1 runs by the schedule %2 now.").arg(rollup.name, schedule));
        });
    });
    dialog->open();
}

void JobsPage::keep(const RollupReport &rollup)
{
    auto *dialog = new KeepDialog(rollup, *m_facts, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog, rollup] {
        QList<Query> queries;
        const bool hasCron = m_server && m_server->capabilities().pgCron.isAvailable();
        for (const KeptRows &rows : dialog->changes())
            queries << keepRowsQueries(rows, hasCron);
        if (queries.isEmpty())
            return;
        change(tr("Change how long rows of %1 are kept").arg(rollup.name), [this, queries, hasCron] {
            perform(queries, tr("Rows are kept as long as before"),
                hasCron ? tr("The change holds from the next run of the retention job on.")
                        : tr("Without pg_cron nobody deletes by itself: run shardboardctl rollup expire."));
        });
    });
    dialog->open();
}

void JobsPage::actOnJob(CronJobsView::Action action, qint64 jobId)
{
    if (!m_server)
        return;
    if (action == CronJobsView::New)
        return makeJob();
    if (action == CronJobsView::Prune)
        return prune();
    const CronJob *found = m_facts->job(jobId);
    if (!found)
        return;
    const CronJob job = *found;
    switch (action) {
    case CronJobsView::Run:
        return confirmRun(job);
    case CronJobsView::Pause:
        return change(job.isActive ? tr("Pause %1").arg(job.title()) : tr("Resume %1").arg(job.title()), [this, job] {
            perform({pauseJobQuery(job.id, job.isActive)}, tr("%1 stays as it is").arg(job.title()),
                job.isActive ? tr("%1 is paused.").arg(job.title()) : tr("%1 is resumed.").arg(job.title()));
        });
    case CronJobsView::Edit:
        return editJob(job);
    case CronJobsView::Delete:
        return deleteJob(job);
    case CronJobsView::New:
    case CronJobsView::Prune:
    case CronJobsView::ActionCount:
        return;
    }
}

// Always asked: the command may be of another role than the one that runs it now.
void JobsPage::confirmRun(const CronJob &job)
{
    if (!m_server)
        return;
    const QString what = tr("Run %1 now").arg(job.title());
    if (const QString why = refusal(); !why.isEmpty())
        return showFailure(ServerError::usage(why), what);
    const bool isOwn = m_server->capabilities().user == job.user;
    ConfirmDialog::Question question;
    question.title = what + QLatin1Char('?');
    question.text = (isOwn ? tr("This session runs it as role %1 in database %2:")
                           : tr("pg_cron runs it once, with the next minute, as role %1 in database %2:"))
                        .arg(job.user, job.database)
        + QStringLiteral("\n\n") + shownText(job.command, mostShownCommand);
    if (m_server->profile().isProduction) {
        question.text += QStringLiteral("\n\n") + tr("“%1” is marked as production.").arg(m_server->profile().name);
        question.nameToType = m_server->capabilities().database;
    }
    question.actionText = tr("Run now");
    ConfirmDialog::ask(question, this, [this, job] { runJobNow(job); });
}

void JobsPage::runJobNow(const CronJob &job)
{
    setWorking(true);
    m_work = Job::start<Outcome<ManualRun>>(
        this,
        [&io = m_server->io(), settings = m_server->settings(), job](
            std::stop_token stop, const ProgressSink &) -> Outcome<ManualRun> {
            SyncSession session(io, settings, SessionPurpose::Job, std::move(stop));
            if (const auto opened = session.open(); !opened)
                return opened.failure<ManualRun>();
            return runJobCommand(session, job);
        },
        [this, title = job.title()](const Outcome<ManualRun> &run) {
            setWorking(false);
            if (run.isError())
                showFailure(run.error(), tr("%1 failed").arg(title));
            else if (run)
                say((QStringList{
                         tr("%1: %2 in %3").arg(title, run->result, describeDuration(double(run->duration.count())))}
                    + run->notices.mid(0, 3))
                        .join(QLatin1Char('\n')));
            refresh();
        });
}

void JobsPage::editJob(const CronJob &job)
{
    auto *dialog = new ScheduleDialog(tr("Edit %1").arg(job.title()), ScheduleDialog::Asks::Command,
        {job.schedule, job.name, job.command}, m_facts->cron.dialect, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog, job] {
        const ScheduleDialog::Fields fields = dialog->fields();
        change(tr("Change %1").arg(job.title()), [this, job, fields] {
            perform({changeJobQuery(job.id, fields.schedule, fields.command)}, tr("%1 stays as it is").arg(job.title()),
                tr("%1 is changed.").arg(job.title()));
        });
    });
    dialog->open();
}

void JobsPage::makeJob()
{
    auto *dialog = new ScheduleDialog(tr("A new job"), ScheduleDialog::Asks::NameAndCommand,
        {QStringLiteral("0 3 * * *"), {}, {}}, m_facts->cron.dialect, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] {
        const ScheduleDialog::Fields fields = dialog->fields();
        // pg_cron would change a job of that name without a word.
        if (std::ranges::count(m_facts->jobs, fields.name, &CronJob::name) > 0)
            return showFailure(
                ServerError::usage(tr("There is a job named %1 already").arg(fields.name)), tr("The job was not made"));
        change(tr("Make job %1").arg(fields.name), [this, fields] {
            perform({scheduleJobQuery(fields.name, fields.schedule, fields.command)}, tr("The job was not made"),
                tr("%1 is scheduled.").arg(fields.name));
        });
    });
    dialog->open();
}

void JobsPage::deleteJob(const CronJob &job)
{
    if (const QString why = refusal(); !why.isEmpty())
        return showFailure(ServerError::usage(why), tr("The job stays"));
    ConfirmDialog::Question question;
    question.title = tr("Delete job %1?").arg(job.title());
    question.text = tr("It runs no more. Its schedule and its command are lost; the history stays until it is "
                       "pruned.\n\n%1\n%2")
                        .arg(job.schedule, job.command.left(500));
    question.nameToType = job.title();
    question.actionText = tr("Delete the job");
    question.isDestructive = true;
    ConfirmDialog::ask(question, this,
        [this, job] { perform({deleteJobQuery(job.id)}, tr("The job stays"), tr("%1 is deleted.").arg(job.title())); });
}

void JobsPage::prune()
{
    auto *dialog = new QInputDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Prune the history"));
    const CronJob *pruning = pruningJob(*m_facts);
    dialog->setLabelText(shownText(
        (pruning ? tr("Job “%1” prunes it already. ").arg(pruning->title()) : tr("A job will do the same each night. "))
        + tr("Delete what job_run_details holds of runs older than so many days:")));
    dialog->setInputMode(QInputDialog::IntInput);
    dialog->setIntRange(1, 3650);
    dialog->setIntValue(keptDays);
    dialog->setOkButtonText(tr("Prune"));
    connect(dialog, &QInputDialog::intValueSelected, this, [this, isPruned = pruning != nullptr](int days) {
        change(tr("Prune the history of jobs"), [this, days, isPruned] {
            QList<Query> queries{pruneHistoryQuery(days)};
            if (!isPruned)
                queries << schedulePruningQuery(days);
            perform(queries, tr("The history could not be pruned"),
                tr("Runs older than %1 days are gone. The space is used again by later runs.").arg(days));
        });
    });
    dialog->open();
}

} // namespace Shardboard
