// SPDX-License-Identifier: GPL-3.0-or-later
// What follows once the plan has run: rows that are there already are rolled up.
#include "ui/wizards/rollupwizard.h"

#include "admin/job.h"
#include "admin/rollup/rollupbackfill.h"
#include "admin/rollupplan.h"
#include "ui/wizards/rollupbackfillpage.h"
#include "ui/workbench/runningwork.h"

namespace Shardboard {

QString RollupWizard::afterwardsText() const
{
    return tr("Roll up what is there");
}

void RollupWizard::afterwards()
{
    Q_EMIT jobsRequested();
}

bool RollupWizard::isBackfilling() const
{
    return m_backfilling && m_backfilling->isRunning();
}

void RollupWizard::enteredSequel()
{
    m_backfillPage->setFocus();
    m_rollups.clear();
    if (const auto family = RollupPlan::family(m_draft.toIntent(*table(), m_facts), m_facts)) {
        for (const RollupLevel &level : *family)
            m_rollups << level.definition.name;
    }
    backfill();
}

bool RollupWizard::leaveSequel()
{
    if (m_isBackfilled)
        return true;
    backfill();
    return false;
}

void RollupWizard::backfill()
{
    setNext({}, false);
    m_backfillPage->start(m_rollups);
    m_isBackfillStopped = std::make_shared<std::atomic_bool>(false);
    RunningWork &work = context().work;
    // The list of work outlives the wizard, and so does this: closing the window stops nothing.
    m_backfilling = Job::start<BackfillReport>(
        &work,
        [&io = context().io, settings = context().profile.settings, rollups = m_rollups,
            isStopped = m_isBackfillStopped](std::stop_token stop, const ProgressSink &progress) {
            return backfillRollups(io, settings, rollups, stop, progress, [isStopped] { return isStopped->load(); });
        },
        [wizard = QPointer<RollupWizard>(this)](BackfillReport report) {
            if (wizard)
                wizard->showBackfill(report);
        });
    const int item = work.add(windowTitle(), [job = m_backfilling, isStopped = m_isBackfillStopped] {
        *isStopped = true;
        if (job)
            job->cancel();
    });
    connect(m_backfilling, &Job::progressed, &work,
        [&work, item](const Progress &progress) { work.update(item, progress); });
    connect(m_backfilling, &Job::finished, &work, [&work, item] { work.finish(item); });
    connect(m_backfilling, &Job::progressed, m_backfillPage, &RollupBackfillPage::showProgress);
}

void RollupWizard::showBackfill(const BackfillReport &report)
{
    m_isBackfilled = report.isComplete();
    m_backfillPage->showReport(report);
    setNext(m_isBackfilled ? tr("Open Rollups && Jobs") : tr("Resume"), true);
    Q_EMIT applied();
}

} // namespace Shardboard
