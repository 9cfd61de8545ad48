// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/runpage.h"

#include "ui/common/errorview.h"
#include "ui/common/labels.h"
#include "ui/common/theme.h"
#include "ui/common/timetext.h"
#include "ui/wizards/plansteplist.h"

#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

namespace Shardboard {

namespace {

int countIn(const PlanReport &report, StepReport::State state)
{
    return int(std::ranges::count(report.steps, state, &StepReport::state));
}

/// "3 done, 2 already so, 1 failed, 4 not reached"
QString countStates(const PlanReport &report)
{
    QStringList parts;
    const auto add = [&](StepReport::State state, const QString &text) {
        if (const int count = countIn(report, state); count > 0)
            parts.append(text.arg(count));
    };
    add(StepReport::State::Done, RunPage::tr("%1 done"));
    add(StepReport::State::AlreadySo, RunPage::tr("%1 already so"));
    add(StepReport::State::Failed, RunPage::tr("%1 failed"));
    add(StepReport::State::Cancelled, RunPage::tr("%1 cancelled"));
    add(StepReport::State::RolledBack, RunPage::tr("%1 taken back with its group"));
    add(StepReport::State::Unknown, RunPage::tr("%1 unknown"));
    add(StepReport::State::Pending, RunPage::tr("%1 not reached"));
    return parts.join(QStringLiteral(", "));
}

} // namespace

RunPage::RunPage(PlanModel &model, QWidget *parent)
    : QWidget(parent)
    , m_model(model)
    , m_title(makeHeading({}, 1.35, this))
    , m_activity(makeDimLabel({}, this))
    , m_elapsed(new Label(this))
    , m_bar(new QProgressBar(this))
    , m_cancel(new QPushButton(tr("Cancel the run"), this))
    , m_error(new ErrorView(this))
    , m_steps(new PlanStepList(model, this))
{
    setupLayout();
    m_tick.setInterval(500);
    connect(&m_tick, &QTimer::timeout, this, &RunPage::showElapsed);
    connect(m_cancel, &QPushButton::clicked, this, &RunPage::cancelRequested);
    connect(m_error, &ErrorView::retryRequested, this, &RunPage::retryRequested);
}

void RunPage::setupLayout()
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(Spacing::huge, Spacing::large, Spacing::huge, Spacing::medium);
    layout->setSpacing(Spacing::small);
    m_bar->setTextVisible(false);
    m_bar->setAccessibleName(tr("Progress of the plan"));
    m_cancel->setAutoDefault(false);
    setTone(m_elapsed, Tone::Dim);
    auto *head = new QHBoxLayout;
    head->setSpacing(Spacing::small);
    head->addWidget(m_title, 1);
    head->addWidget(m_elapsed);
    head->addWidget(m_cancel);
    layout->addLayout(head);
    layout->addWidget(m_activity);
    layout->addWidget(m_bar);
    layout->addWidget(m_error);
    layout->addWidget(m_steps, 1);
}

void RunPage::start()
{
    m_title->setText(tr("Running"));
    m_activity->setText(tr("Connecting…"));
    m_bar->setRange(0, 0);
    m_bar->show();
    m_error->hide();
    m_cancel->show();
    m_cancel->setEnabled(true);
    m_since.start();
    m_tick.start();
    showElapsed();
}

void RunPage::showProgress(const Progress &progress)
{
    m_activity->setText(progress.activity);
    m_bar->setRange(0, int(qMax<qint64>(progress.total, 0)));
    m_bar->setValue(int(progress.done));
    m_model.setRunning(int(progress.done), progress.activity);
    scrollToStep(m_model.runningStep());
}

void RunPage::showCancelling()
{
    m_activity->setText(tr("Asking the server to stop…"));
    m_cancel->setEnabled(false);
}

void RunPage::showElapsed()
{
    m_elapsed->setText(describeDuration(double(m_since.elapsed() / 100 * 100)));
}

void RunPage::showReport(const PlanReport &report)
{
    m_tick.stop();
    showElapsed();
    m_model.setReport(report);
    for (int row = 0; row < m_model.rowCount(); ++row)
        if (m_model.state(row) == StepReport::State::Failed)
            scrollToStep(row);
    m_bar->hide();
    m_cancel->hide();
    if (report.error)
        m_title->setText(tr("Stopped at a failure"));
    else if (report.wasCancelled)
        m_title->setText(tr("Cancelled"));
    else
        m_title->setText(report.changedAnything() ? tr("Done") : tr("Nothing had to be changed"));
    m_activity->setText(countStates(report)
        + (report.isComplete() ? QString() : tr(". What was done stays; running it again goes on from there.")));
    m_error->setVisible(report.error.has_value());
    m_error->setRetryVisible(true);
    if (report.error)
        m_error->setError(*report.error);
}

void RunPage::scrollToStep(int row)
{
    if (row >= 0 && row < m_model.rowCount())
        m_steps->scrollTo(m_model.index(row), QAbstractItemView::PositionAtCenter);
}

} // namespace Shardboard
