// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/blueprintwizard.h"

#include "admin/job.h"
#include "connection/syncsession.h"
#include "ui/common/confirmdialog.h"
#include "ui/wizards/planpage.h"
#include "ui/wizards/runpage.h"
#include "ui/wizards/settingmeaning.h"
#include "ui/wizards/settingpage.h"
#include "ui/workbench/runningwork.h"

#include <QPushButton>

namespace Shardboard {

BlueprintWizard::BlueprintWizard(const BlueprintInfo &blueprint, const WizardContext &context, QWidget *parent)
    : WizardFrame(tr("Set up: %1").arg(blueprint.title), parent)
    , m_blueprint(blueprint)
    , m_context(context)
    , m_planPage(new PlanPage(m_model, this))
    , m_runPage(new RunPage(m_model, this))
    , m_review(addFootButton(tr("See the plan")))
{
    setupSettings();
    setupPlanAndRun();
    goTo(0);
}

void BlueprintWizard::setupSettings()
{
    for (const BlueprintSetting &setting : m_blueprint.settings) {
        if (!serverHas(setting.needs))
            continue;
        auto *page = new SettingPage(setting, this);
        m_settings.append(page);
        addStep(setting.label, page);
        connect(page, &SettingPage::valueChanged, this, &BlueprintWizard::showMeaning);
    }
}

void BlueprintWizard::setupPlanAndRun()
{
    m_planStep = addStep(tr("Plan"), m_planPage);
    addStep(tr("Run and report"), m_runPage);
    m_planPage->setRefusal(m_context.refusal());
    connect(m_planPage, &PlanPage::retryRequested, this, &BlueprintWizard::makePlan);
    connect(m_review, &QPushButton::clicked, this, [this] { goTo(m_planStep); });
    connect(m_runPage, &RunPage::retryRequested, this, &BlueprintWizard::run);
    connect(m_runPage, &RunPage::cancelRequested, this, [this] {
        m_runPage->showCancelling();
        if (m_job)
            m_job->cancel();
    });
}

bool BlueprintWizard::serverHas(const QString &capability) const
{
    if (capability.isEmpty())
        return true;
    const auto all = m_context.server.all();
    return std::ranges::any_of(all, [&](const Capability &one) { return one.name == capability && one.isAvailable(); });
}

QMap<QString, QString> BlueprintWizard::values() const
{
    QMap<QString, QString> values;
    for (const SettingPage *page : m_settings)
        values.insert(page->setting().name, page->value());
    return values;
}

void BlueprintWizard::setValue(const QString &setting, const QString &value)
{
    for (SettingPage *page : m_settings)
        if (page->setting().name == setting)
            page->setValue(value);
}

void BlueprintWizard::showMeaning()
{
    const auto *current = qobject_cast<SettingPage *>(page(currentStep()));
    if (!current)
        return;
    setMeaning(meaningOf(m_blueprint, current->setting(), values(), m_context.server));
    setNext(tr("Next"), current->isAcceptable());
    m_review->setEnabled(std::ranges::all_of(m_settings, &SettingPage::isAcceptable));
}

void BlueprintWizard::entered(int step)
{
    m_review->setVisible(step < m_planStep - 1);
    if (step < m_planStep) {
        showMeaning();
        page(step)->setFocus();
    } else if (step == m_planStep) {
        makePlan();
    } else {
        run();
    }
}

void BlueprintWizard::makePlan()
{
    m_isPlanReady = false;
    setNext(tr("Apply"), false);
    const auto intent = blueprintIntent(m_blueprint.name, values());
    if (intent.isError())
        return m_planPage->showError(intent.error());
    m_planPage->showWorking(tr("Reading the catalogue and planning…"));
    delete m_job; // an earlier plan that nobody waits for any more
    m_job = Job::start<Outcome<PreparedPlan>>(
        this,
        [&io = m_context.io, settings = m_context.profile.settings, wish = intent.value()](
            std::stop_token stop, const ProgressSink &) {
            SyncSession session(io, settings, SessionPurpose::Job, stop);
            return preparePlan(session, wish);
        },
        [this](Outcome<PreparedPlan> prepared) { showPrepared(prepared); });
}

void BlueprintWizard::showPrepared(const Outcome<PreparedPlan> &prepared)
{
    if (prepared.isError())
        return m_planPage->showError(prepared.error());
    if (!prepared)
        return;
    m_model.setPlan(prepared->plan, prepared->isDone);
    m_planPage->showPlan();
    m_isPlanReady = true;
    if (currentStep() == m_planStep)
        setNext(tr("Apply"), m_context.refusal().isEmpty() && !m_model.changesNothing());
}

bool BlueprintWizard::leave(int step)
{
    if (step < m_planStep)
        return true;
    if (step == m_planStep && m_isPlanReady)
        confirmThenRun();
    if (step > m_planStep) {
        Q_EMIT dashboardRequested(m_blueprint.dashboard);
        accept();
    }
    return false;
}

void BlueprintWizard::confirmThenRun()
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

void BlueprintWizard::run()
{
    m_isRunning = true;
    setClose(tr("Cancel"), false); // the page has a Cancel of its own, which stops the work
    setFrozen(true);
    setNext({}, false);
    m_runPage->start();
    m_job = Job::start<PlanReport>(
        this,
        [&io = m_context.io, settings = m_context.profile.settings, plan = m_model.plan()](
            std::stop_token stop, const ProgressSink &progress) {
            SyncSession session(io, settings, SessionPurpose::Job, stop);
            if (const auto opened = session.open(); !opened) {
                PlanReport report;
                if (opened.isError())
                    report.error = opened.error();
                report.wasCancelled = opened.isCancelled();
                return report;
            }
            return PlanExecutor(session).apply(plan, progress);
        },
        [this](PlanReport report) { finish(report); });
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

void BlueprintWizard::finish(const PlanReport &report)
{
    m_isRunning = false;
    // What failed can be set right on an earlier page; what is done is done.
    setFrozen(report.isComplete());
    setClose(tr("Close"), true);
    m_runPage->showReport(report);
    if (report.isComplete() && !m_blueprint.dashboard.isEmpty())
        setNext(tr("Open the dashboard"), true);
    if (report.changedAnything())
        Q_EMIT applied();
}

bool BlueprintWizard::mayClose()
{
    // Cancel on the run page stops it; a slip of the Esc key must not.
    return !m_isRunning;
}

} // namespace Shardboard
