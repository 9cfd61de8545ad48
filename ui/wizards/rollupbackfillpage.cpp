// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/rollupbackfillpage.h"

#include "ui/common/errorview.h"
#include "ui/common/forms.h"
#include "ui/common/labels.h"
#include "ui/common/theme.h"
#include "ui/common/timetext.h"
#include "ui/tables/figures.h"

#include <QHeaderView>
#include <QProgressBar>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>

#include <cmath>

namespace Shardboard {

namespace {

enum Column { Name, State, Read, Written, Batches, Took, ColumnCount };

QTableWidgetItem *makeItem(const QString &text, bool isNumber = false)
{
    auto *item = new QTableWidgetItem(text);
    item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable);
    item->setTextAlignment((isNumber ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    return item;
}

QString stateText(BackfillLevel::State state)
{
    switch (state) {
    case BackfillLevel::State::NotReached:
        return RollupBackfillPage::tr("not reached");
    case BackfillLevel::State::Done:
        return RollupBackfillPage::tr("done");
    case BackfillLevel::State::Stopped:
        return RollupBackfillPage::tr("stopped");
    case BackfillLevel::State::Failed:
        return RollupBackfillPage::tr("failed");
    }
    Q_UNREACHABLE();
}

} // namespace

RollupBackfillPage::RollupBackfillPage(QWidget *parent)
    : QWidget(parent)
    , m_title(makeHeading({}, 1.35, this))
    , m_activity(makeDimLabel({}, this))
    , m_note(makeDimLabel({}, this))
    , m_bar(new QProgressBar(this))
    , m_cancel(new QPushButton(tr("&Stop"), this))
    , m_error(new ErrorView(this))
    , m_levels(new QTableWidget(0, ColumnCount, this))
{
    setupTable(*m_levels);
    m_levels->setHorizontalHeaderLabels(
        {tr("Rollup"), tr("State"), tr("Rows read"), tr("Rows written"), tr("Batches"), tr("Took")});
    m_levels->verticalHeader()->hide();
    m_levels->horizontalHeader()->setSectionResizeMode(Name, QHeaderView::Stretch);
    m_levels->setSelectionMode(QAbstractItemView::NoSelection);
    m_levels->setFocusPolicy(Qt::NoFocus);
    m_levels->setAccessibleName(tr("Rollups of the family"));
    m_error->setRetryVisible(true);
    m_error->hide();
    m_cancel->setAutoDefault(false);
    m_cancel->setToolTip(tr("Ends after what is under way; what has been rolled up stays"));
    m_bar->setTextVisible(false);
    m_bar->setAccessibleName(tr("Rows rolled up"));
    setupLayout();
    connect(m_cancel, &QPushButton::clicked, this, &RollupBackfillPage::cancelRequested);
    connect(m_error, &ErrorView::retryRequested, this, &RollupBackfillPage::retryRequested);
}

void RollupBackfillPage::setupLayout()
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(Spacing::huge, Spacing::large, Spacing::huge, Spacing::medium);
    layout->setSpacing(Spacing::small);
    auto *head = new QHBoxLayout;
    head->addWidget(m_title, 1);
    head->addWidget(m_cancel);
    layout->addLayout(head);
    layout->addWidget(m_activity);
    layout->addWidget(m_bar);
    layout->addWidget(m_error);
    layout->addWidget(m_levels, 1);
    layout->addWidget(m_note);
}

void RollupBackfillPage::start(const QStringList &rollups)
{
    m_rollups = rollups;
    m_current = -1;
    m_title->setText(tr("Rolling up the rows that are there"));
    m_activity->setText(tr("Connecting…"));
    m_note->setText(
        tr("In bounded batches, each a transaction of its own; nobody who writes is kept waiting. This window "
           "can be closed: it goes on, and the status bar tells how far it is."));
    m_bar->setRange(0, 0);
    m_bar->show();
    m_error->hide();
    m_cancel->show();
    m_cancel->setEnabled(true);
    m_levels->setRowCount(int(rollups.size()));
    for (int row = 0; row < rollups.size(); ++row) {
        BackfillLevel level;
        level.rollup = rollups.at(row);
        showLevel(row, tr("waits its turn"), level);
    }
}

void RollupBackfillPage::showLevel(int row, const QString &state, const BackfillLevel &level)
{
    m_levels->setItem(row, Name, makeItem(level.rollup));
    m_levels->setItem(row, State, makeItem(state));
    const bool isKnown = level.state != BackfillLevel::State::NotReached;
    m_levels->setItem(row, Read, makeItem(isKnown ? exactText(level.rowsRead) : QString(), true));
    m_levels->setItem(row, Written, makeItem(isKnown ? exactText(level.bucketsWritten) : QString(), true));
    m_levels->setItem(row, Batches, makeItem(isKnown ? exactText(level.batches) : QString(), true));
    // What was cut off tells no time.
    const QString took = level.duration.count() > 0 ? describeDuration(double(level.duration.count())) : QString();
    m_levels->setItem(row, Took, makeItem(isKnown ? took : QString(), true));
}

int RollupBackfillPage::rowOf(const QString &activity) const
{
    for (int row = 0; row < m_rollups.size(); ++row) {
        if (activity.startsWith(m_rollups.at(row) + QStringLiteral(": ")))
            return row;
    }
    return -1;
}

QString RollupBackfillPage::describe(qint64 done, qint64 total, double rate)
{
    QString text
        = total > 0 ? tr("%1 of %2 rows").arg(exactText(done), exactText(total)) : tr("%1 rows").arg(exactText(done));
    if (rate < 1)
        return text;
    text += tr(", %1 a second").arg(exactText(qint64(std::round(rate))));
    if (total > done)
        text += tr(", about %1 left").arg(describeDuration(std::ceil(double(total - done) / rate) * 1000));
    return text;
}

void RollupBackfillPage::showProgress(const Progress &progress)
{
    const int row = rowOf(progress.activity);
    if (row < 0)
        return;
    if (row != m_current) {
        m_current = row;
        m_firstDone = progress.done;
        m_since.start();
        for (int before = 0; before < row; ++before)
            m_levels->item(before, State)->setText(tr("done"));
        m_levels->item(row, State)->setText(tr("running"));
    }
    const double seconds = double(m_since.elapsed()) / 1000;
    const double rate = seconds > 0.9 ? double(progress.done - m_firstDone) / seconds : 0;
    m_levels->item(row, Read)->setText(exactText(progress.done));
    m_activity->setText(tr("%1 · %2").arg(progress.activity, describe(progress.done, progress.total, rate)));
    // A progress bar counts in int.
    m_bar->setRange(0, progress.total > 0 ? 1000 : 0);
    if (progress.total > 0)
        m_bar->setValue(int(1000 * progress.done / progress.total));
}

void RollupBackfillPage::showStopping()
{
    m_activity->setText(tr("Asking the server to stop…"));
    m_cancel->setEnabled(false);
}

void RollupBackfillPage::showReport(const BackfillReport &report)
{
    m_bar->hide();
    m_cancel->hide();
    qint64 read = 0;
    for (int row = 0; row < report.levels.size(); ++row) {
        showLevel(row, stateText(report.levels.at(row).state), report.levels.at(row));
        read += row == 0 ? report.levels.at(row).rowsRead : 0;
    }
    m_error->setVisible(report.error.has_value());
    if (report.error) {
        m_title->setText(tr("Stopped at a failure"));
        m_activity->setText(tr("What has been rolled up stays; it goes on from there."));
        m_error->setError(*report.error);
        m_note->clear();
    } else if (report.isComplete()) {
        m_title->setText(tr("Everything is rolled up"));
        m_activity->setText(read > 0 ? tr("%1 rows of the source were read this time.").arg(exactText(read))
                                     : tr("There was nothing left to read."));
        m_note->setText(
            tr("New rows are taken as scheduled. Rollups & Jobs shows how far each rollup is, and verifies it "
               "against the rows it was made of."));
    } else {
        m_title->setText(tr("Stopped"));
        m_activity->setText(tr("What has been rolled up stays; it goes on from there."));
        m_note->setText(
            report.isPaused ? tr(
                "The rollups are paused: their schedule would have gone on with it. Resume here, or on the Rollups & "
                "Jobs page.")
                            : tr("Resume here, or Run now on the Rollups & Jobs page."));
    }
}

QString RollupBackfillPage::activity() const
{
    return m_activity->text();
}

QString RollupBackfillPage::title() const
{
    return m_title->text();
}

} // namespace Shardboard
