// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/retentionview.h"

#include "admin/partition/settings.h"
#include "connection/values/sqlquote.h"
#include "ui/cluster/factlist.h"
#include "ui/common/emptystate.h"
#include "ui/common/theme.h"
#include "ui/common/timetext.h"
#include "ui/jobs/retentionwords.h"
#include "ui/jobs/rollupwords.h"
#include "ui/jobs/rundetail.h"
#include "ui/tables/figures.h"

#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace Shardboard {

namespace {

/// "1 month" where the server prints "1 mon".
QString keepWords(const KeptRows &rows)
{
    const QString canonical = canonicalPartitionInterval(rows.keep);
    return canonical.isEmpty() ? keepText(&rows) : canonical;
}

/// The table that needs a look most, else the first of which rows expire.
QString firstToSee(const QList<KeptRows> &kept)
{
    for (const RetentionHealth health : {RetentionHealth::Failing, RetentionHealth::HeldBack,
             RetentionHealth::Unscheduled, RetentionHealth::Running, RetentionHealth::Healthy, RetentionHealth::New})
        for (const KeptRows &rows : kept)
            if (rows.health == health)
                return rows.table;
    return kept.first().table;
}

} // namespace

RetentionView::RetentionView(QWidget *parent)
    : QWidget(parent)
    , m_states(new QStackedWidget(this))
    , m_empty(new EmptyState(QStringLiteral("clock"), tr("Rows are kept for ever"), {}, this))
    , m_list(new FactList(tr("Retention"),
          {tr("Table"), tr("Health"), tr("Kept for"), tr("How"), tr("Oldest row kept"), tr("Last run"), tr("What went"),
              tr("Next run")},
          this))
    , m_detail(new RunDetail({tr("Started"), tr("State"), tr("Took"), tr("Rows deleted"), tr("Partitions dropped"),
                                 tr("Freed"), tr("Held back")},
          {150, 80, 70, 110, 140, 80}, this))
{
    setupButtons();
    setupLayout();
    m_list->setWidths({190, 100, 100, 130, 160, 110, 190, 120});
    connect(m_list, &FactList::currentKeyChanged, this, &RetentionView::showCurrent);
    showCurrent();
}

void RetentionView::setupButtons()
{
    const QStringList texts{tr("Dry run…"), tr("Run now…"), tr("Change…"), tr("Stop…"), tr("Set up for a table…")};
    for (int action = 0; action < ActionCount; ++action) {
        auto *button = new QPushButton(texts.at(action), this);
        m_buttons << button;
        connect(button, &QPushButton::clicked, this, [this, action] {
            if (action == SetUp)
                Q_EMIT actionRequested(SetUp, {});
            else if (const KeptRows *rows = current())
                Q_EMIT actionRequested(Action(action), rows->table);
        });
    }
    m_buttons.at(DryRun)->setToolTip(
        tr("Lists what a run would take now, and what it would leave and why; changes nothing"));
    m_buttons.at(Run)->setToolTip(tr("Shows the same first"));
    m_buttons.at(Stop)->setToolTip(tr("Rows stay from then on"));
    connect(m_empty->addAction(tr("Set up for a table…")), &QPushButton::clicked, this,
        [this] { Q_EMIT actionRequested(SetUp, {}); });
}

void RetentionView::setupLayout()
{
    auto *bar = new QHBoxLayout;
    bar->setContentsMargins(Spacing::large, Spacing::small, Spacing::large, Spacing::small);
    bar->setSpacing(Spacing::small);
    for (const Action action : {DryRun, Run, Change, Stop})
        bar->addWidget(m_buttons.at(action));
    bar->addStretch(1);
    bar->addWidget(m_buttons.at(SetUp));
    auto *below = new QWidget(this);
    auto *lower = new QVBoxLayout(below);
    lower->setContentsMargins({});
    lower->setSpacing(0);
    lower->addLayout(bar);
    lower->addWidget(m_detail, 1);
    auto *splitter = new QSplitter(Qt::Vertical, this);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(m_list);
    splitter->addWidget(below);
    splitter->setStretchFactor(0, 2);
    splitter->setStretchFactor(1, 3);
    m_states->addWidget(splitter);
    m_states->addWidget(m_empty);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_states);
}

qint64 RetentionView::keyOf(const QString &table)
{
    const auto known = m_keys.constFind(table);
    return known != m_keys.cend() ? *known : *m_keys.insert(table, m_keys.size() + 1);
}

const KeptRows *RetentionView::current() const
{
    return m_facts->keptRows(m_keys.key(m_list->currentKey()));
}

void RetentionView::choose(const QString &table)
{
    m_list->selectKey(keyOf(table));
}

void RetentionView::setWorking(bool isWorking)
{
    m_isWorking = isWorking;
    showCurrent();
}

void RetentionView::setFacts(const std::shared_ptr<const JobsFacts> &facts, bool hasCron)
{
    m_facts = facts;
    m_hasCron = hasCron;
    m_empty->setTexts(tr("No rows expire here"),
        tr("Say how long rows of a table are kept, and older ones go by themselves: whole partitions where the table "
           "is "
           "cut by time, else rows in small steps; and never what a rollup has not taken yet."));
    m_states->setCurrentIndex(facts->kept.isEmpty() && facts->known.testFlag(JobsPart::Kept) ? 1 : 0);
    showList();
    if (!current() && !facts->kept.isEmpty())
        choose(firstToSee(facts->kept));
    showCurrent();
}

void RetentionView::showList()
{
    QList<QList<PartCell>> lines;
    QList<qint64> keys;
    for (const KeptRows &rows : m_facts->kept) {
        const CronJob *job = m_facts->job(rows.jobId);
        const RetentionRun *last = rows.lastRun();
        const bool isKept = rows.keep.isEmpty();
        const QDateTime oldest = last ? last->oldestKept : QDateTime(), started = last ? last->startedAt : QDateTime();
        lines << QList<PartCell>{{parseQualifiedName(rows.table).display()},
            {healthText(rows.health), {}, rows.lastError}, {keepWords(rows), {}, {}, isKept},
            {isKept ? QString() : howText(rows.isByPartitions)},
            {momentInUtc(oldest, last ? tr("no rows") : QString()), oldest.toMSecsSinceEpoch(), {}, !oldest.isValid()},
            {started.isValid() ? describeAge(started, m_facts->now)
                    : isKept   ? QString()
                               : tr("never"),
                started.toMSecsSinceEpoch()},
            {last ? wentText(*last) : QString()},
            {job             ? nextRunText(*job, *m_facts)
                    : isKept ? QString()
                             : tr("no job"),
                {}, {}, !job}};
        keys << keyOf(rows.table);
    }
    m_list->setRows(lines, keys);
}

void RetentionView::showCurrent()
{
    const KeptRows *rows = current();
    for (const Action action : {DryRun, Run, Change, Stop})
        m_buttons.at(action)->setEnabled(rows);
    if (!rows)
        return;
    const bool isKept = rows->keep.isEmpty();
    m_buttons.at(DryRun)->setEnabled(!isKept);
    m_buttons.at(Run)->setEnabled(!isKept && !m_isWorking && rows->health != RetentionHealth::Running);
    m_buttons.at(Stop)->setEnabled(!isKept);
    m_detail->setTitle(parseQualifiedName(rows->table).display(), healthText(rows->health), healthTone(rows->health));
    showNotes(*rows);
    showLines(*rows);
    showRuns(*rows);
}

void RetentionView::showNotes(const KeptRows &rows)
{
    QList<RunDetail::Note> notes;
    const RetentionRun *last = rows.lastRun();
    if (last && !last->message.isEmpty())
        notes << RunDetail::Note{
            Tone::Error, tr("The last run: %1").arg(retentionStateText(last->state)), last->message};
    if (last && !rows.keep.isEmpty()) {
        for (const RetentionHold &hold : last->holds) {
            if (!hold.isRefusal())
                continue;
            const RetentionReason reason = explainHold(hold, rows.table);
            notes << RunDetail::Note{Tone::Warning, reason.title, reason.cause + QLatin1Char(' ') + reason.remedy};
        }
    }
    if (rows.health == RetentionHealth::Unscheduled)
        notes << RunDetail::Note{Tone::Warning, tr("Nobody runs it"),
            m_hasCron ? tr("It has no job. Change… makes one.")
                      : tr("pg_cron is not in this database. Run it here, or by shardboardctl retention run from a "
                           "system's crontab.")};
    m_detail->setNotes(notes);
}

void RetentionView::showLines(const KeptRows &rows)
{
    const CronJob *job = m_facts->job(rows.jobId);
    const RetentionRun *last = rows.lastRun();
    QList<RunDetail::Line> lines{{tr("Rows kept"), keepWords(rows)}, {tr("By their"), rows.timeColumn},
        {tr("How"), howText(rows.isByPartitions)}};
    if (rows.dropsWide)
        lines << RunDetail::Line{tr("Wide partitions"), tr("may go too")};
    if (last)
        lines << RunDetail::Line{tr("Oldest row kept"), momentInUtc(last->oldestKept, tr("no rows"))}
              << RunDetail::Line{tr("Last cutoff"), momentInUtc(last->cutoff, tr("nothing could go"))};
    if (rows.deletedBefore.isValid())
        lines << RunDetail::Line{tr("May be gone"), tr("rows before %1").arg(momentInUtc(rows.deletedBefore, {})),
            tr("Verify compares no bucket before that")};
    lines << RunDetail::Line{tr("Runs"),
        job ? tr("%1 (%2)").arg(scheduleWords(job->schedule, m_facts->cron), job->schedule) : tr("only when asked")};
    if (job && job->isActive)
        lines << RunDetail::Line{tr("Next runs"), nextRunLines(job->schedule, {}, *m_facts, 3).join(QLatin1Char('\n'))};
    m_detail->setLines(lines);
}

void RetentionView::showRuns(const KeptRows &rows)
{
    QList<QList<PartCell>> lines;
    QList<qint64> keys;
    QList<RunChart::Bar> bars;
    for (const RetentionRun &run : rows.runs) {
        const qint64 took = run.milliseconds();
        const QString tookText = took < 0 ? tr("so far") : describeDuration(double(took));
        QStringList held, whole;
        for (const RetentionHold &hold : run.holds) {
            const RetentionReason reason = explainHold(hold, rows.table);
            whole << reason.title + QStringLiteral(". ") + reason.cause;
            if (hold.isRefusal())
                held << reason.title;
        }
        const QString last = run.message.isEmpty() ? held.join(QStringLiteral("; ")) : run.message.simplified();
        lines << QList<PartCell>{{momentText(run.startedAt, m_facts->now), run.startedAt.toMSecsSinceEpoch()},
            {retentionStateText(run.state)}, {tookText, took}, {exactText(run.rowsDeleted), run.rowsDeleted},
            {exactText(run.partitionsDropped.size()), run.partitionsDropped.size(),
                run.partitionsDropped.join(QLatin1Char('\n'))},
            {bytesText(double(run.bytesFreed)), run.bytesFreed},
            {last, {}, run.message.isEmpty() ? whole.join(QLatin1Char('\n')) : run.message}};
        keys << run.runId;
        const bool hasFailed
            = run.state == RetentionRun::State::Failed || run.state == RetentionRun::State::Interrupted;
        bars.prepend({run.startedAt, took, hasFailed,
            tr("%1: %2, %3 in %4")
                .arg(momentText(run.startedAt, m_facts->now), retentionStateText(run.state), wentText(run), tookText)});
    }
    m_detail->setRuns(lines, keys, bars);
}

} // namespace Shardboard
