// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/planwizard.h"

#include "admin/job.h"
#include "admin/undo.h"
#include "connection/syncsession.h"
#include "ui/common/confirmdialog.h"
#include "ui/wizards/planpage.h"
#include "ui/wizards/runpage.h"
#include "ui/workbench/runningwork.h"

#include <QLocale>
#include <QPushButton>

namespace Shardboard {

namespace {

PlanReport carryOut(IoThread &io, const ConnectionSettings &settings, const Plan &plan, std::stop_token stop,
    const ProgressSink &progress)
{
    SyncSession session(io, settings, SessionPurpose::Job, stop);
    if (const auto opened = session.open(); !opened) {
        PlanReport report;
        if (opened.isError())
            report.error = opened.error();
        report.wasCancelled = opened.isCancelled();
        return report;
    }
    return PlanExecutor(session, FurtherSessions{io, settings}).apply(plan, progress);
}

} // namespace

PlanWizard::PlanWizard(const QString &title, const WizardContext &context, QWidget *parent)
    : WizardFrame(title, parent)
    , m_context(context)
    , m_planPage(new PlanPage(m_model, this))
    , m_runPage(new RunPage(m_model, this))
    , m_undo(addFootButton(tr("Take it back…")))
{
    m_undo->hide();
}

void PlanWizard::addPlanSteps()
{
    m_planStep = addStep(tr("Plan"), m_planPage);
    addStep(tr("Run and report"), m_runPage);
    m_planPage->setRefusal(m_context.refusal());
    connectPages();
}

void PlanWizard::connectPages()
{
    connect(m_planPage, &PlanPage::retryRequested, this, &PlanWizard::makePlan);
    connect(m_runPage, &RunPage::retryRequested, this, &PlanWizard::run);
    connect(m_runPage, &RunPage::cancelRequested, this, [this] {
        m_runPage->showCancelling();
        if (m_job)
            m_job->cancel();
    });
    connect(m_undo, &QPushButton::clicked, this, &PlanWizard::offerUndo);
}

void PlanWizard::enteredQuestion(int step)
{
    page(step)->setFocus();
}

bool PlanWizard::leaveQuestion(int)
{
    return true;
}

QString PlanWizard::afterwardsText() const
{
    return {};
}

void PlanWizard::afterwards() {}

int PlanWizard::addSequel(const QString &name, QWidget *page)
{
    m_sequelStep = addStep(name, page);
    return m_sequelStep;
}

void PlanWizard::enteredSequel() {}

bool PlanWizard::leaveSequel()
{
    return true;
}

void PlanWizard::entered(int step)
{
    m_undo->hide();
    if (step == m_planStep) {
        if (!m_isUndo)
            makePlan();
    } else if (step == m_sequelStep) {
        enteredSequel();
    } else if (step > m_planStep) {
        run();
    } else {
        m_isUndo = false;
        enteredQuestion(step);
    }
}

bool PlanWizard::leave(int step)
{
    if (step < m_planStep)
        return leaveQuestion(step);
    if (step == m_planStep) {
        if (m_isPlanReady)
            confirmThenRun();
    } else if (step == m_sequelStep) {
        if (leaveSequel()) {
            afterwards();
            accept();
        }
    } else if (!m_report.isComplete()) {
        run();
    } else if (m_sequelStep > step) {
        return true;
    } else {
        afterwards();
        accept();
    }
    return false;
}

void PlanWizard::makePlan()
{
    m_isPlanReady = false;
    setNext(tr("Apply"), false);
    const auto wanted = intent();
    if (wanted.isError())
        return m_planPage->showError(wanted.error());
    m_planPage->showWorking(tr("Reading the catalogue and planning…"));
    delete m_job; // an earlier plan that nobody waits for any more
    m_job = Job::start<Outcome<PreparedPlan>>(
        this,
        [&io = m_context.io, settings = m_context.profile.settings, wish = wanted.value()](
            std::stop_token stop, const ProgressSink &) {
            SyncSession session(io, settings, SessionPurpose::Job, stop);
            return preparePlan(session, wish);
        },
        [this](Outcome<PreparedPlan> prepared) { showPrepared(prepared); });
}

void PlanWizard::showPrepared(const Outcome<PreparedPlan> &prepared)
{
    if (prepared.isError())
        return m_planPage->showError(prepared.error());
    if (!prepared)
        return;
    m_model.setPlan(prepared->plan, prepared->isDone);
    m_report = {};
    m_planPage->showPlan();
    m_isPlanReady = true;
    if (currentStep() == m_planStep)
        setNext(tr("Apply"), m_context.refusal().isEmpty() && !m_model.changesNothing());
}

void PlanWizard::confirmThenRun()
{
    if (!m_context.profile.isProduction) {
        goTo(m_planStep + 1);
        return;
    }
    ConfirmDialog::Question question;
    question.title = tr("Change a production server?");
    question.text = tr("“%1” is marked as production. The plan changes the database %2.")
                        .arg(m_context.profile.name, m_context.server.database);
    question.nameToType = m_context.server.database;
    question.actionText = tr("Apply the plan");
    ConfirmDialog::ask(question, this, [this] { goTo(m_planStep + 1); });
}

void PlanWizard::run()
{
    m_isRunning = true;
    m_undo->hide();
    setClose(tr("Cancel"), false); // the page has a Cancel of its own, which stops the work
    setFrozen(true);
    setNext({}, false);
    m_runPage->start();
    m_job = Job::start<PlanReport>(
        this,
        [&io = m_context.io, settings = m_context.profile.settings, plan = m_model.plan()](std::stop_token stop,
            const ProgressSink &progress) { return carryOut(io, settings, plan, std::move(stop), progress); },
        [this](PlanReport report) { finish(report); });
    followJob();
}

void PlanWizard::followJob()
{
    const int work = m_context.work.add(windowTitle(), [job = m_job] {
        if (job)
            job->cancel();
    });
    connect(m_job, &Job::progressed, this, [this, work](const Progress &progress) {
        m_runPage->showProgress(progress);
        m_context.work.update(work, progress);
    });
    connect(m_job, &Job::finished, &m_context.work, [&list = m_context.work, work] { list.finish(work); });
    connect(m_job, &QObject::destroyed, &m_context.work, [&list = m_context.work, work] { list.finish(work); });
}

void PlanWizard::finish(const PlanReport &report)
{
    m_isRunning = false;
    m_report = reportOfAll(m_report, report);
    if (!m_isUndo)
        m_history.add(m_model.plan(), report);
    // What failed can be set right on an earlier page; what is done is done.
    setFrozen(report.isComplete() || m_isUndo);
    setClose(tr("Close"), true);
    m_runPage->showReport(report);
    if (!report.isComplete())
        setNext(tr("Resume"), true);
    else if (!afterwardsText().isEmpty() && !m_isUndo)
        setNext(afterwardsText(), true);
    // A link that broke may have carried out more than it could tell.
    const bool mayHaveChanged = m_report.changedAnything() || (report.error && report.error->connectionLost);
    m_undo->setVisible(!m_isUndo && m_history.mayHaveChanged() && !m_history.undo().steps.isEmpty());
    if (mayHaveChanged)
        Q_EMIT applied();
}

/// Tables that the plan created may hold rows by now: they are counted first.
void PlanWizard::offerUndo()
{
    m_undo->setEnabled(false);
    m_job = Job::start<Outcome<QList<UndoTable>>>(
        this,
        [&io = m_context.io, settings = m_context.profile.settings, undo = m_history.undo()](
            std::stop_token stop, const ProgressSink &) -> Outcome<QList<UndoTable>> {
            SyncSession session(io, settings, SessionPurpose::Job, stop);
            if (const auto opened = session.open(); !opened)
                return opened.failure<QList<UndoTable>>();
            return tablesWithRows(session, undo);
        },
        [this](Outcome<QList<UndoTable>> filled) { confirmUndo(filled); });
}

void PlanWizard::confirmUndo(const Outcome<QList<UndoTable>> &filled)
{
    m_undo->setEnabled(true);
    // Where they could not be counted, the statements of the plan still refuse to drop a table with rows.
    if (!filled || filled->isEmpty())
        return showUndo(UndoRows::Keep);
    QStringList lines;
    for (const UndoTable &table : *filled) {
        const QString count = QLocale().toString(table.rows);
        lines << (table.hasMore ? tr("%1: more than %2 rows").arg(table.table.display(), count)
                                : tr("%1: %2 rows").arg(table.table.display(), count));
    }
    ConfirmDialog::Question question;
    question.title = tr("Delete rows?");
    question.text
        = tr("The plan created these tables, and they hold rows now. Undo drops the tables with their rows:\n\n%1")
              .arg(lines.join(u'\n'));
    question.actionText = tr("Delete the rows and undo");
    question.isDestructive = true;
    ConfirmDialog::ask(question, this, [this] { showUndo(UndoRows::Delete); });
}

void PlanWizard::showUndo(UndoRows rows)
{
    const Plan undo = m_history.undo(rows);
    m_report = {};
    m_isUndo = true;
    m_isPlanReady = true;
    setFrozen(true);
    m_model.setPlan(undo, QList<bool>(undo.steps.size(), false));
    m_planPage->showPlan();
    goTo(m_planStep);
    setNext(tr("Take it back"), m_context.refusal().isEmpty());
}

bool PlanWizard::mayClose()
{
    // Cancel on the run page stops it; a slip of the Esc key must not.
    return !m_isRunning;
}

} // namespace Shardboard
