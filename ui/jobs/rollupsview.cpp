// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/rollupsview.h"

#include "connection/values/sqlquote.h"
#include "ui/cluster/factlist.h"
#include "ui/common/emptystate.h"
#include "ui/common/theme.h"
#include "ui/common/timetext.h"
#include "ui/jobs/rollupwords.h"
#include "ui/jobs/rundetail.h"
#include "ui/tables/figures.h"

#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace Shardboard {

RollupsView::RollupsView(QWidget *parent)
    : QWidget(parent)
    , m_new(new QPushButton(tr("&New rollup…"), this))
    , m_states(new QStackedWidget(this))
    , m_empty(new EmptyState(QStringLiteral("pipeline"), tr("No rollups here"), {}, this))
    , m_list(new FactList(tr("Rollups"),
          {tr("Rollup"), tr("Health"), tr("From"), tr("Bucket"), tr("Complete until"), tr("Behind by"), tr("Last run"),
              tr("Rows read"), tr("Next run"), tr("Size")},
          this))
    , m_detail(new RunDetail(
          {tr("Started"), tr("State"), tr("Took"), tr("Rows read"), tr("Rows written"), tr("Waited"), tr("Message")},
          {150, 110, 80, 90, 100, 80}, this))
{
    setupButtons();
    setupLayout();
    m_list->setWidths({170, 80, 160, 60, 120, 190, 100, 90, 100, 80});
    connect(m_list, &FactList::currentKeyChanged, this, &RollupsView::showCurrent);
    showCurrent();
}

void RollupsView::setupButtons()
{
    const QStringList texts{tr("Run now"), tr("Pause"), tr("Verify…"), tr("Schedule…"), tr("Retention…"), tr("Drop…")};
    for (int action = 0; action < ActionCount; ++action) {
        auto *button = new QPushButton(texts.at(action), this);
        m_buttons << button;
        connect(button, &QPushButton::clicked, this, [this, action] {
            if (const RollupReport *rollup = current())
                Q_EMIT actionRequested(Action(action), rollup->name);
        });
    }
    m_new->setToolTip(tr("Roll up a table"));
    connect(m_new, &QPushButton::clicked, this, &RollupsView::newRequested);
    connect(m_empty->addAction(tr("&New rollup…")), &QPushButton::clicked, this, &RollupsView::newRequested);
    m_buttons.at(Verify)->setToolTip(tr("Holds the rollup against the rows it was made of, bucket by bucket"));
}

void RollupsView::setupLayout()
{
    auto *bar = new QHBoxLayout;
    bar->setContentsMargins(Spacing::large, Spacing::small, Spacing::large, Spacing::small);
    bar->setSpacing(Spacing::small);
    for (QPushButton *button : std::as_const(m_buttons))
        bar->addWidget(button);
    bar->addStretch(1);
    bar->addWidget(m_new);
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
    splitter->setStretchFactor(0, 1);
    splitter->setStretchFactor(1, 1);
    m_states->addWidget(splitter);
    m_states->addWidget(m_empty);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_states);
}

qint64 RollupsView::keyOf(const QString &name)
{
    const auto known = m_keys.constFind(name);
    return known != m_keys.cend() ? *known : *m_keys.insert(name, m_keys.size() + 1);
}

const RollupReport *RollupsView::current() const
{
    return m_facts->rollup(m_keys.key(m_list->currentKey()));
}

void RollupsView::choose(const QString &name)
{
    m_list->selectKey(keyOf(name));
}

void RollupsView::setWorking(bool isWorking)
{
    m_isWorking = isWorking;
    showCurrent();
}

void RollupsView::setFacts(const std::shared_ptr<const JobsFacts> &facts, bool hasCron)
{
    m_facts = facts;
    m_hasCron = hasCron;
    if (!facts->hasRegistry.value_or(true))
        m_empty->setTexts(tr("Nothing is rolled up here"),
            tr("Schema shardboard is not in this database. Setting up a blueprint (Tools), or a rollup of any table, "
               "creates it. Rollups are kept on the coordinator of a cluster."));
    else
        m_empty->setTexts(
            tr("No rollups yet"), tr("A rollup keeps counts, sums and distincts of a table up to date by the minute."));
    m_states->setCurrentIndex(facts->rollups.isEmpty() && facts->known.testFlag(JobsPart::Rollups) ? 1 : 0);
    showList();
    if (!current() && !facts->rollups.isEmpty())
        choose(facts->rollups.first().name);
    showCurrent();
}

void RollupsView::showList()
{
    QList<QList<PartCell>> rows;
    QList<qint64> keys;
    for (const RollupReport &rollup : m_facts->rollups) {
        const CronJob *job = m_facts->job(rollup.jobId);
        const RollupRunEntry last = rollup.runs.value(0);
        const TableSize size = m_facts->sizes.value(rollup.target);
        rows << QList<PartCell>{{rollup.name}, {healthText(rollup.health), {}, rollup.lastMessage},
            {parseQualifiedName(rollup.source).display()}, {bucketText(rollup), rollup.bucketSeconds},
            {rollup.completeUntil.isValid() ? momentText(rollup.completeUntil, m_facts->now) : tr("nothing yet"),
                rollup.completeUntil.toMSecsSinceEpoch()},
            {lagText(rollup, *m_facts), m_facts->lagSeconds(rollup)},
            {rollup.lastRunAt.isValid() ? describeAge(rollup.lastRunAt, m_facts->now) : tr("never"),
                rollup.lastRunAt.toMSecsSinceEpoch()},
            {rollup.runs.isEmpty() ? QString() : exactText(last.rowsRead), last.rowsRead},
            {job ? nextRunText(*job, *m_facts) : tr("no job"), {}, {}, !job},
            {size.bytes < 0 ? tr("unknown") : bytesText(double(size.bytes)), size.bytes, {}, size.bytes < 0}};
        keys << keyOf(rollup.name);
    }
    m_list->setRows(rows, keys);
}

void RollupsView::showCurrent()
{
    const RollupReport *rollup = current();
    for (QPushButton *button : std::as_const(m_buttons))
        button->setEnabled(rollup);
    if (!rollup)
        return;
    const bool isBusy = m_isWorking || rollup->isRunning;
    m_buttons.at(Run)->setEnabled(!isBusy && !rollup->isPaused);
    m_buttons.at(Verify)->setEnabled(!m_isWorking);
    m_buttons.at(Schedule)->setEnabled(m_hasCron);
    m_buttons.at(Schedule)->setToolTip(m_hasCron ? QString() : tr("Schedules need pg_cron in this database"));
    m_buttons.at(Pause)->setText(rollup->isPaused ? tr("Resume") : tr("Pause"));
    m_detail->setTitle(rollup->name, healthText(rollup->health), healthTone(rollup->health));
    QList<RunDetail::Note> notes;
    if (!rollup->lastMessage.isEmpty() && rollup->lastState != QStringLiteral("done"))
        notes << RunDetail::Note{healthTone(rollup->health),
            tr("The last run: %1").arg(runStateText(rollup->lastState)), rollup->lastMessage};
    if (rollup->health == RollupHealth::Unscheduled)
        notes << RunDetail::Note{Tone::Warning, tr("Nobody runs it"),
            m_hasCron ? tr("It has no job, or its job is paused. Schedule… makes one.")
                      : tr("pg_cron is not in this database. Run it here, or by shardboardctl rollup run from a "
                           "system's crontab.")};
    m_detail->setNotes(notes);
    showLines(*rollup);
    showRuns(*rollup);
}

void RollupsView::showLines(const RollupReport &rollup)
{
    const CronJob *job = m_facts->job(rollup.jobId);
    const TableSize source = m_facts->sizes.value(rollup.source), target = m_facts->sizes.value(rollup.target);
    const auto sizeText = [](const TableSize &size) {
        if (size.bytes < 0)
            return tr("size unknown");
        return size.rows < 0 ? bytesText(double(size.bytes))
                             : tr("%1, about %2 rows").arg(bytesText(double(size.bytes)), countText(double(size.rows)));
    };
    const QString zone = rollup.bucketSeconds >= 86400 ? tr(" in %1").arg(rollup.timeZone) : QString();
    QList<RunDetail::Line> lines{
        {tr("Source"), tr("%1 (%2)").arg(parseQualifiedName(rollup.source).display(), sizeText(source))},
        {tr("Rollup"), tr("%1 (%2)").arg(parseQualifiedName(rollup.target).display(), sizeText(target))},
        {tr("Reduction"), reductionText(source, target), tr("Of the rows that both keep now")},
        {tr("How"), strategyText(rollup)}, {tr("Buckets"), bucketText(rollup) + zone},
        {tr("Complete until"),
            rollup.completeUntil.isValid() ? momentText(rollup.completeUntil, m_facts->now) : tr("nothing yet")},
        {tr("Behind by"), lagText(rollup, *m_facts)}, {tr("Raw rows kept"), keepText(m_facts->keptRows(rollup.source))},
        {tr("Rollup rows kept"), keepText(m_facts->keptRows(rollup.target))},
        {tr("Runs"),
            job ? tr("%1 (%2)").arg(scheduleWords(job->schedule, m_facts->cron), job->schedule)
                : tr("only when asked")}};
    if (job && job->isActive) {
        const CronRun *last = job->lastRun();
        lines << RunDetail::Line{tr("Next runs"),
            nextRunLines(job->schedule, last ? last->startedAt : QDateTime(), *m_facts, 5).join(QLatin1Char('\n'))};
    }
    lines.removeIf([](const RunDetail::Line &line) { return line.text.isEmpty(); });
    m_detail->setLines(lines);
}

void RollupsView::showRuns(const RollupReport &rollup)
{
    QList<QList<PartCell>> rows;
    QList<qint64> keys;
    QList<RunChart::Bar> bars;
    for (const RollupRunEntry &run : rollup.runs) {
        const qint64 took = run.milliseconds();
        const QString tookText = took < 0 ? tr("so far") : describeDuration(double(took));
        rows << QList<PartCell>{{momentText(run.startedAt, m_facts->now), run.startedAt.toMSecsSinceEpoch()},
            {runStateText(run.state)}, {tookText, took}, {exactText(run.rowsRead), run.rowsRead},
            {exactText(run.bucketsWritten), run.bucketsWritten},
            {run.waitedMs > 0 ? describeDuration(double(run.waitedMs)) : QString(), run.waitedMs},
            {run.message.simplified(), {}, run.message}};
        keys << run.runId;
        const bool hasFailed = run.state == QStringLiteral("failed") || run.state == QStringLiteral("interrupted");
        bars.prepend({run.startedAt, took, hasFailed,
            tr("%1: %2, %3 rows in %4")
                .arg(momentText(run.startedAt, m_facts->now), runStateText(run.state), exactText(run.rowsRead),
                    tookText)});
    }
    m_detail->setRuns(rows, keys, bars);
}

} // namespace Shardboard
