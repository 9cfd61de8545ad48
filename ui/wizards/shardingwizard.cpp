// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/shardingwizard.h"

#include "admin/job.h"
#include "admin/planning.h"
#include "connection/syncsession.h"
#include "ui/wizards/preflightpage.h"

#include <QJsonArray>

namespace Shardboard {

ShardingWizard::ShardingWizard(const QString &title, const WizardContext &context, QWidget *parent)
    : PlanWizard(title, context, parent), m_preflightPage(new PreflightPage(this))
{
    connect(m_preflightPage, &PreflightPage::fixToggled, this, &ShardingWizard::toggleFix);
    connect(m_preflightPage, &PreflightPage::retryRequested, this, &ShardingWizard::judge);
}

void ShardingWizard::addJudgedSteps()
{
    m_checkStep = addStep(tr("Preflight"), m_preflightPage);
    addPlanSteps();
}

bool ShardingWizard::leaveOwnQuestion(int)
{
    return true;
}

Outcome<Intent> ShardingWizard::intent() const
{
    auto wanted = wish();
    if (!wanted || m_fixes.isEmpty())
        return wanted;
    Intent fixed = *wanted;
    fixed.settings.insert(QStringLiteral("fixes"), QJsonArray::fromStringList(m_fixes));
    return fixed;
}

void ShardingWizard::enteredQuestion(int step)
{
    if (step == m_checkStep)
        judge();
    else
        enteredOwnQuestion(step);
}

bool ShardingWizard::leaveQuestion(int step)
{
    return step == m_checkStep ? m_passes : leaveOwnQuestion(step);
}

void ShardingWizard::judge()
{
    m_passes = false;
    setNext(tr("Next"), false);
    delete m_judging;
    const auto wanted = intent();
    if (!wanted) {
        if (wanted.isError())
            m_preflightPage->showError(wanted.error());
        return;
    }
    m_preflightPage->showWorking();
    m_judging = Job::start<Outcome<Preflight>>(
        this,
        [&io = context().io, settings = context().profile.settings, wanted = *wanted](
            std::stop_token stop, const ProgressSink &) -> Outcome<Preflight> {
            SyncSession session(io, settings, SessionPurpose::Job, stop);
            if (const auto opened = session.open(); !opened)
                return opened.failure<Preflight>();
            return judgeIntent(session, wanted);
        },
        [this](Outcome<Preflight> verdict) { showVerdict(verdict); });
}

void ShardingWizard::showVerdict(const Outcome<Preflight> &verdict)
{
    if (verdict.isError())
        return m_preflightPage->showError(verdict.error());
    if (!verdict)
        return;
    m_preflightPage->showVerdict(*verdict);
    m_passes = verdict->passes();
    if (currentStep() == m_checkStep)
        setNext(tr("Next"), m_passes);
}

void ShardingWizard::toggleFix(const QString &id, const QStringList &others, bool isChosen)
{
    m_fixes.removeAll(id);
    if (isChosen) {
        for (const QString &other : others)
            m_fixes.removeAll(other);
        m_fixes << id;
    }
    judge();
}

} // namespace Shardboard
