// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/partitionwizard.h"

#include "admin/job.h"
#include "admin/partition/partitionpreflight.h"
#include "admin/partition/partitionsession.h"
#include "connection/syncsession.h"
#include "ui/tables/figures.h"
#include "ui/wizards/partitionkeeppage.h"
#include "ui/wizards/partitionrangepage.h"
#include "ui/wizards/partitiontablepage.h"

namespace Shardboard {

namespace {

/// The column that was chosen, or the first that holds a time.
QString timeColumnOf(const ConvertedTable &table, const QString &chosen)
{
    if (const ConvertedColumn *column = table.column(chosen); column && column->isTime())
        return chosen;
    if (table.isPartitioned())
        return table.keyColumns.value(0);
    for (const ConvertedColumn &column : table.columns) {
        if (column.isTime() && !column.isGenerated)
            return column.name;
    }
    return {};
}

Outcome<PartitionFacts> readFacts(SyncSession &session, const QualifiedName &table, const QString &column)
{
    auto facts = loadPartitionFacts(session, table, column);
    if (!facts || !facts->table)
        return facts;
    const QString found = timeColumnOf(*facts->table, column);
    return found.isEmpty() || found == column ? facts : loadPartitionFacts(session, table, found);
}

/// "1 month" where the server prints "1 mon".
QString readable(const QString &interval)
{
    const QString canonical = canonicalPartitionInterval(interval);
    return canonical.isEmpty() ? interval : canonical;
}

} // namespace

PartitionWizard::PartitionWizard(const QualifiedName &table, const WizardContext &context, QWidget *parent)
    : ShardingWizard(
        table.name.isEmpty() ? tr("Partition a table by time") : tr("Partition %1 by time").arg(table.display()),
        context, parent)
    , m_tablePage(new PartitionTablePage(table, context.server.hasCitus(), this))
    , m_rangePage(new PartitionRangePage(this))
    , m_keepPage(new PartitionKeepPage(this))
{
    m_settings.table = table;
    addStep(tr("Table and time"), m_tablePage);
    addStep(tr("Partitions"), m_rangePage);
    addStep(tr("Old partitions"), m_keepPage);
    addJudgedSteps();
    connectPages();
    goTo(Table);
    read();
}

void PartitionWizard::connectPages()
{
    connect(m_tablePage, &PartitionTablePage::tableChosen, this, [this](const QualifiedName &table) {
        m_settings.table = table;
        m_settings.column.clear();
        m_settings.newTable.reset();
        read();
    });
    connect(m_tablePage, &PartitionTablePage::columnChosen, this, [this](const QString &column) {
        m_settings.column = column;
        read();
    });
    connect(m_tablePage, &PartitionTablePage::newTableChanged, this,
        [this](const QualifiedName &table, const NewPartitionedTable &made, const QString &column) {
            m_settings.table = table;
            m_settings.newTable = made;
            m_settings.column = column;
            m_facts.table.reset();
            showStep();
        });
    connect(m_tablePage, &PartitionTablePage::undoChosen, this, [this](bool isChosen) {
        m_isUndo = isChosen;
        setStepApplies(Ranges, !isChosen);
        setStepApplies(Keep, !isChosen);
        showStep();
    });
    connect(m_tablePage, &PartitionTablePage::retryRequested, this, &PartitionWizard::read);
    connect(m_rangePage, &PartitionRangePage::changed, this, [this] {
        m_choseInterval = m_choseInterval || m_settings.interval != m_rangePage->interval();
        takeOver();
        showMeaning();
    });
    connect(m_keepPage, &PartitionKeepPage::changed, this, [this] {
        takeOver();
        showStep();
    });
}

bool PartitionWizard::isReading() const
{
    return m_job && m_job->isRunning();
}

void PartitionWizard::read()
{
    delete m_job;
    m_wasRead = false;
    m_tablePage->showWorking(true);
    setNext(tr("Next"), false);
    m_job = Job::start<Outcome<PartitionFacts>>(
        this,
        [&io = context().io, settings = context().profile.settings, table = m_settings.table,
            column = m_settings.column](std::stop_token stop, const ProgressSink &) -> Outcome<PartitionFacts> {
            SyncSession session(io, settings, SessionPurpose::Job, stop);
            if (const auto opened = session.open(); !opened)
                return opened.failure<PartitionFacts>();
            return readFacts(session, table, column);
        },
        [this](Outcome<PartitionFacts> facts) { showReading(facts); });
}

void PartitionWizard::showReading(const Outcome<PartitionFacts> &facts)
{
    m_tablePage->showWorking(false);
    if (facts.isError()) {
        m_tablePage->showError(facts.error());
        return;
    }
    if (!facts)
        return;
    m_facts = *facts;
    m_wasRead = true;
    if (m_settings.column.isEmpty())
        takeUpKnown();
    if (m_facts.table) {
        m_settings.column = timeColumnOf(*m_facts.table, m_settings.column);
        if (!m_choseInterval)
            m_settings.interval = advisedInterval(m_facts.times);
    }
    m_tablePage->setFacts(m_facts, m_settings.column);
    showStep();
}

void PartitionWizard::takeUpKnown()
{
    if (m_facts.conversion) {
        m_settings.column = m_facts.conversion->timeColumn;
        m_settings.interval = canonicalPartitionInterval(m_facts.conversion->step);
        m_choseInterval = true;
    }
    const PartitioningFacts *known = m_facts.catalogue.partitioning(m_settings.table);
    if (!known)
        return;
    m_settings.column = known->timeColumn;
    m_settings.interval = canonicalPartitionInterval(known->step);
    m_settings.ahead = known->ahead;
    if (!known->columnarAfter.isEmpty())
        m_settings.columnarAfter = readable(known->columnarAfter);
    for (const RetentionFacts &retention : m_facts.catalogue.retentions) {
        if (retention.table == m_settings.table.quoted())
            m_settings.retention = retention.keep ? readable(*retention.keep) : QStringLiteral("never");
    }
    m_choseInterval = true;
}

void PartitionWizard::takeOver()
{
    m_rangePage->store(m_settings);
    m_keepPage->store(m_settings);
}

bool PartitionWizard::isReady() const
{
    if (!m_wasRead || m_settings.table.name.isEmpty() || m_settings.column.isEmpty())
        return false;
    return !m_settings.newTable || partitionProblems(m_settings).isEmpty();
}

void PartitionWizard::showStep()
{
    switch (currentStep()) {
    case Table:
        m_tablePage->showProblems(m_settings.newTable ? partitionProblems(m_settings) : QStringList());
        setNext(tr("Next"), isReady());
        break;
    case Ranges:
        m_rangePage->load(m_settings, m_facts);
        setNext(tr("Next"), true);
        break;
    case Keep: {
        m_keepPage->load(m_settings, m_facts);
        const QStringList problems = partitionProblems(m_settings);
        m_keepPage->showProblems(problems);
        setNext(tr("Next"), problems.isEmpty());
        break;
    }
    default:
        return;
    }
    showMeaning();
}

void PartitionWizard::showMeaning()
{
    Meaning meaning;
    const qint64 needed = partitionsNeeded(m_settings, m_facts.times);
    const auto time = [](const QDateTime &moment) { return moment.toString(QStringLiteral("yyyy-MM-dd HH:mm")); };
    if (m_facts.table && needed > 0) {
        meaning.text = tr("A query for a time reads the partitions of that time only, and old rows go by dropping a "
                          "partition instead of deleting them one by one.");
        meaning.figures << Meaning::Figure{tr("Rows from"), time(*m_facts.times.earliest)}
                        << Meaning::Figure{tr("to"), time(*m_facts.times.latest)}
                        << Meaning::Figure{tr("Partitions for them"), countText(double(needed))};
        if (m_facts.table->rows > 0)
            meaning.figures << Meaning::Figure{
                tr("Rows in each, about"), countText(double(m_facts.table->rows) / double(needed))};
        if (m_facts.table->bytes > 0)
            meaning.figures << Meaning::Figure{
                tr("Size of each, about"), bytesText(double(m_facts.table->bytes) / double(needed))};
        meaning.note = tr("Times in UTC. Rows and size as the server estimates them.");
    } else {
        meaning.text = tr("The first partition is that of the present moment.");
    }
    const qint64 kept = m_settings.ahead * partitionIntervalSeconds(m_settings.interval);
    meaning.figures << Meaning::Figure{
        tr("Ready ahead until about"), time(QDateTime::currentDateTimeUtc().addSecs(kept))};
    if (!m_settings.keepsForEver()) {
        const qint64 live
            = partitionIntervalSeconds(m_settings.retention) / partitionIntervalSeconds(m_settings.interval);
        meaning.figures << Meaning::Figure{
            tr("Partitions kept, about"), countText(double(live + 1 + m_settings.ahead))};
    }
    setMeaning(meaning);
}

Outcome<Intent> PartitionWizard::wish() const
{
    return m_isUndo ? undoPartitionIntent(m_settings.table) : partitionIntent(m_settings);
}

void PartitionWizard::enteredOwnQuestion(int step)
{
    showStep();
    page(step)->setFocus();
}

bool PartitionWizard::leaveOwnQuestion(int step)
{
    if (step == Table)
        return isReady();
    takeOver();
    return step != Keep || partitionProblems(m_settings).isEmpty();
}

} // namespace Shardboard
