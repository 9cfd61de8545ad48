// SPDX-License-Identifier: GPL-3.0-or-later
// What the Retention tab asks for: a dry run, a run behind it, or one of the wizards, which the owner opens.
#include "admin/job.h"
#include "connection/server.h"
#include "connection/syncsession.h"
#include "ui/common/timetext.h"
#include "ui/jobs/jobspage.h"
#include "ui/jobs/retentiondialog.h"
#include "ui/jobs/retentionwords.h"

namespace Shardboard {

namespace {

QString runWords(const RetentionRun &run)
{
    const QString table = parseQualifiedName(run.table).display();
    if (run.runId == 0)
        return JobsPage::tr("%1: %2.").arg(table, retentionStateText(run.state));
    QStringList lines{
        JobsPage::tr("%1: %2 went in %3.").arg(table, wentText(run), describeDuration(double(run.milliseconds())))};
    for (const RetentionHold &hold : run.holds)
        if (hold.isRefusal())
            lines << explainHold(hold, run.table).title + QLatin1Char('.');
    return lines.join(QLatin1Char('\n'));
}

} // namespace

void JobsPage::actOnRetention(RetentionView::Action action, const QString &table)
{
    if (!m_server)
        return;
    const QualifiedName name = parseQualifiedName(table);
    switch (action) {
    case RetentionView::DryRun:
    case RetentionView::Run:
        return showDryRun(name);
    case RetentionView::Change:
    case RetentionView::SetUp:
        Q_EMIT retentionRequested(name);
        return;
    case RetentionView::Stop:
        Q_EMIT stopRetentionRequested(name);
        return;
    case RetentionView::ActionCount:
        return;
    }
}

void JobsPage::showDryRun(const QualifiedName &table)
{
    const KeptRows *rows = m_facts->keptRows(table.quoted());
    if (!rows)
        return;
    auto *dialog = new RetentionDialog(
        {table, rows->timeColumn, {}, rows->dropsWide}, m_server->io(), m_server->settings(), refusal(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &RetentionDialog::runRequested, this, [this](const QString &name) {
        change(tr("Delete what has expired of %1").arg(parseQualifiedName(name).display()),
            [this, name] { runRetentionNow(name); });
    });
    dialog->open();
    dialog->read();
}

void JobsPage::runRetentionNow(const QString &table)
{
    setWorking(true);
    m_work = Job::start<Outcome<RetentionRun>>(
        this,
        [&io = m_server->io(), settings = m_server->settings(), table](
            std::stop_token stop, const ProgressSink &) -> Outcome<RetentionRun> {
            SyncSession session(io, settings, SessionPurpose::Job, std::move(stop));
            if (const auto opened = session.open(); !opened)
                return opened.failure<RetentionRun>();
            return runRetention(session, table);
        },
        [this, table](const Outcome<RetentionRun> &run) {
            setWorking(false);
            if (run.isError())
                showFailure(run.error(), tr("Nothing more of %1 went").arg(parseQualifiedName(table).display()));
            else if (run)
                say(runWords(*run));
            refresh();
        });
}

} // namespace Shardboard
