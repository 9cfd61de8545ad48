// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/distributewizard.h"

#include "admin/distribute/candidates.h"
#include "admin/distribute/plannedstate.h"
#include "admin/distribute/sampling.h"
#include "admin/distribute/shardingsession.h"
#include "admin/job.h"
#include "connection/syncsession.h"
#include "ui/tables/figures.h"
#include "ui/wizards/distributecolumnpage.h"
#include "ui/wizards/distributegrouppage.h"
#include "ui/wizards/distributehowpage.h"
#include "ui/wizards/distributetablespage.h"

namespace Shardboard {

DistributeWizard::DistributeWizard(const DistributeDraft &start, const WizardContext &context, QWidget *parent)
    : ShardingWizard(tr("Distribute tables"), context, parent)
    , m_draft(start)
    , m_tablesPage(new DistributeTablesPage(this))
    , m_columnPage(new DistributeColumnPage(this))
    , m_groupPage(new DistributeGroupPage(this))
    , m_howPage(new DistributeHowPage(this))
{
    addStep(tr("Tables"), m_tablesPage);
    addStep(tr("Column"), m_columnPage);
    addStep(tr("Colocation"), m_groupPage);
    addStep(tr("Locks and rows"), m_howPage);
    addJudgedSteps();
    connectPages();
    goTo(Tables);
    read();
}

void DistributeWizard::connectPages()
{
    connect(m_tablesPage, &DistributeTablesPage::tablesAdded, this, [this](const QList<QualifiedName> &tables) {
        for (const QualifiedName &table : tables) {
            if (!m_draft.table(table))
                m_draft.tables << DistributeDraft::Table{table, Spread::Distributed, {}};
        }
        read();
    });
    connect(m_tablesPage, &DistributeTablesPage::tableRemoved, this, [this](const QualifiedName &table) {
        m_draft.tables.removeIf([&](const DistributeDraft::Table &one) { return one.name == table; });
        read();
    });
    connect(m_tablesPage, &DistributeTablesPage::spreadChosen, this, &DistributeWizard::setSpread);
    connect(m_tablesPage, &DistributeTablesPage::schemaChosen, this, [this](bool isWhole, const QString &schema) {
        m_draft.isWholeSchema = isWhole;
        m_draft.schema = schema;
        read();
    });
    connect(m_tablesPage, &DistributeTablesPage::retryRequested, this, &DistributeWizard::read);
    connect(m_columnPage, &DistributeColumnPage::columnChosen, this,
        [this](const QualifiedName &table, const QString &column) {
            if (DistributeDraft::Table *one = m_draft.table(table))
                one->column = column;
            setNext(tr("Next"), m_draft.isComplete());
        });
    connect(m_columnPage, &DistributeColumnPage::lookedAt, this, &DistributeWizard::readSample);
    connect(m_groupPage, &DistributeGroupPage::groupChosen, this,
        [this](DistributeDraft::Group group, const QualifiedName &mate, int shardCount) {
            m_draft.group = group;
            m_draft.mate = mate;
            m_draft.shardCount = shardCount;
            m_groupPage->setDraft(m_draft, m_reading.facts);
        });
    connect(m_howPage, &DistributeHowPage::wayChosen, this, [this](bool isConcurrent, bool truncates) {
        m_draft.isConcurrent = isConcurrent;
        m_draft.truncatesLocalData = truncates;
        showOrderMeaning();
    });
}

bool DistributeWizard::isReading() const
{
    return (m_job && m_job->isRunning()) || (m_sampling && m_sampling->isRunning());
}

void DistributeWizard::setSpread(const QualifiedName &table, Spread spread)
{
    if (DistributeDraft::Table *one = m_draft.table(table))
        one->spread = spread;
    m_decided << table;
    fillIn();
    showStep();
}

void DistributeWizard::read()
{
    delete m_job;
    if (!context().server.hasCitus()) {
        m_tablesPage->showError(ServerError::usage(tr("This database does not have the citus extension."),
            tr("Tables are spread over the nodes of a citus cluster. Install citus on the server, add it to "
               "shared_preload_libraries, restart, and run CREATE EXTENSION citus.")));
        setNext(tr("Next"), false);
        return;
    }
    m_wasRead = false;
    m_tablesPage->showWorking(true);
    setNext(tr("Next"), false);
    m_job = Job::start<Outcome<Reading>>(
        this,
        [&io = context().io, settings = context().profile.settings, server = context().server, draft = m_draft](
            std::stop_token stop, const ProgressSink &) -> Outcome<Reading> {
            SyncSession session(io, settings, SessionPurpose::Job, stop);
            if (const auto opened = session.open(); !opened)
                return opened.failure<Reading>();
            return readTables(session, server, draft);
        },
        [this](Outcome<Reading> reading) { showReading(reading); });
}

Outcome<DistributeWizard::Reading> DistributeWizard::readTables(
    SyncSession &session, const ServerCapabilities &server, const DistributeDraft &draft)
{
    const auto catalogue = readCatalogue(server, session.runPipeline(catalogueQueries(server)));
    if (!catalogue)
        return catalogue.failure<Reading>();
    ShardingQuestion question;
    if (draft.isWholeSchema)
        question.schema = draft.schema;
    for (const DistributeDraft::Table &table : draft.tables) {
        if (!draft.isWholeSchema)
            question.tables << table.name;
    }
    const auto facts = loadShardingFacts(session, question);
    if (!facts)
        return facts.failure<Reading>();
    Reading reading{*catalogue, *facts, {}};
    for (const QualifiedName &name : question.tables) {
        if (const ShardingTable *table = reading.facts.table(name); table && table->hasRows)
            reading.samples.insert(name, samplesFromStatistics(session, *table));
    }
    return reading;
}

void DistributeWizard::showReading(const Outcome<Reading> &reading)
{
    m_tablesPage->showWorking(false);
    if (reading.isError()) {
        m_tablesPage->showError(reading.error());
        return;
    }
    if (!reading)
        return;
    m_reading = *reading;
    m_wasRead = true;
    for (auto it = m_reading.samples.constBegin(); it != m_reading.samples.constEnd(); ++it)
        m_columnPage->addSamples(it.key(), *it);
    m_tablesPage->setCatalogue(m_reading.catalogue);
    fillIn();
    showStep();
}

void DistributeWizard::fillIn()
{
    for (DistributeDraft::Table &table : m_draft.tables) {
        const ShardingTable *known = m_reading.facts.table(table.name);
        if (!known)
            continue;
        if (!m_decided.contains(table.name))
            table.spread = adviseSpread(*known, m_reading.facts).spread;
        if (table.spread != Spread::Distributed || !table.column.isEmpty())
            continue;
        const auto candidates
            = rankCandidates(*known, m_reading.facts, plannedShardCount(), m_reading.samples.value(table.name));
        if (!candidates.isEmpty() && candidates.first().isPossible)
            table.column = candidates.first().column;
    }
    const bool hasColumns = !m_draft.isWholeSchema && !m_draft.distributed().isEmpty();
    setStepApplies(Columns, hasColumns);
    setStepApplies(Group, hasColumns);
    if (!hasColumns)
        m_draft.isConcurrent = false;
}

int DistributeWizard::plannedShardCount() const
{
    if (m_draft.group == DistributeDraft::Group::Existing) {
        for (const GroupFacts &group : m_reading.facts.cluster.groups) {
            if (group.members.contains(m_draft.mate.quoted()))
                return group.group.shardCount;
        }
    }
    return m_draft.shardCount > 0 ? m_draft.shardCount : m_reading.facts.cluster.defaultShardCount;
}

void DistributeWizard::showStep()
{
    switch (currentStep()) {
    case Tables:
        m_tablesPage->setDraft(m_draft, m_reading.facts);
        setNext(
            tr("Next"), m_wasRead && (m_draft.isWholeSchema ? !m_draft.schema.isEmpty() : !m_draft.tables.isEmpty()));
        showKindMeaning();
        break;
    case Columns:
        m_columnPage->setTables(m_draft.distributed(), m_reading.facts, plannedShardCount());
        setNext(tr("Next"), m_draft.isComplete());
        readSample();
        break;
    case Group:
        m_groupPage->setDraft(m_draft, m_reading.facts);
        break;
    case How:
        m_howPage->setDraft(m_draft, m_reading.facts);
        showOrderMeaning();
        break;
    default:
        break;
    }
}

void DistributeWizard::showKindMeaning()
{
    Meaning meaning;
    QStringList lines;
    for (const DistributeDraft::Table &table : m_draft.tables) {
        if (const ShardingTable *known = m_reading.facts.table(table.name); known && !m_draft.isWholeSchema) {
            const SpreadAdvice advice = adviseSpread(*known, m_reading.facts);
            lines << tr("%1: %2. %3").arg(table.name.name, spreadText(advice.spread), advice.why);
        }
    }
    meaning.text = lines.mid(0, 6).join(QStringLiteral("\n\n"));
    meaning.note = tr("Advised from size, use and foreign keys.");
    setMeaning(lines.isEmpty() ? Meaning() : meaning);
}

void DistributeWizard::showOrderMeaning()
{
    const DistributeSettings settings = m_draft.settings(m_reading.facts);
    if (settings.tables.size() < 2)
        return;
    Meaning meaning;
    meaning.text = tr("In this order, which foreign keys demand:");
    int place = 0;
    for (const QualifiedName &name : PlannedState(settings, m_reading.facts).order()) {
        const ShardingTable *known = m_reading.facts.table(name);
        if (m_draft.table(name))
            meaning.figures.append({tr("%1. %2").arg(++place).arg(name.display()),
                known && known->hasRows ? bytesText(double(known->bytes)) : tr("empty")});
    }
    meaning.note = m_draft.isConcurrent ? tr("One after another, each for itself.") : tr("All in one transaction.");
    setMeaning(meaning);
}

void DistributeWizard::readSample()
{
    const QualifiedName name = m_columnPage->currentTable();
    const QString column = m_columnPage->currentColumn();
    const ShardingTable *table = m_reading.facts.table(name);
    delete m_sampling;
    m_columnPage->showReading(false);
    const ShardingColumn *known = table ? table->column(column) : nullptr;
    if (!known || !table->hasRows || !known->isHashable || m_columnPage->hasSampleOfRows(name, column))
        return;
    m_columnPage->showReading(true);
    m_sampling = Job::start<Outcome<HashSample>>(
        this,
        [&io = context().io, settings = context().profile.settings, table = *table, column](
            std::stop_token stop, const ProgressSink &) -> Outcome<HashSample> {
            SyncSession session(io, settings, SessionPurpose::Job, stop);
            if (const auto opened = session.open(); !opened)
                return opened.failure<HashSample>();
            return sampleColumn(session, table, column);
        },
        [this, name, column](Outcome<HashSample> sample) {
            m_columnPage->showReading(false);
            if (sample.isError())
                m_columnPage->showSampleError(sample.error());
            else if (sample)
                m_columnPage->addSamples(name, {{column, *sample}});
        });
}

Outcome<Intent> DistributeWizard::wish() const
{
    return distributeIntent(m_draft.settings(m_reading.facts));
}

void DistributeWizard::enteredOwnQuestion(int step)
{
    showStep();
    page(step)->setFocus();
}

bool DistributeWizard::leaveOwnQuestion(int step)
{
    return m_wasRead && (step != Columns || m_draft.isComplete());
}

} // namespace Shardboard
