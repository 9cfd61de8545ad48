// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/rollupwizard.h"

#include "admin/blueprintsteps.h"
#include "admin/job.h"
#include "admin/registrysteps.h"
#include "admin/rollupplan.h"
#include "connection/syncsession.h"
#include "ui/wizards/rollupbackfillpage.h"
#include "ui/wizards/rollupdimensionspage.h"
#include "ui/wizards/rolluplevelspage.h"
#include "ui/wizards/rollupmeaning.h"
#include "ui/wizards/rollupmeasurespage.h"
#include "ui/wizards/rolluppreviewpage.h"
#include "ui/wizards/rollupsourcepage.h"

#include <algorithm>

namespace Shardboard {

RollupWizard::RollupWizard(const QualifiedName &table, const WizardContext &context, QWidget *parent)
    : PlanWizard(table.name.isEmpty() ? tr("Roll up a table") : tr("Roll up %1").arg(table.display()), context, parent)
    , m_sourcePage(new RollupSourcePage(this))
    , m_levelsPage(new RollupLevelsPage(this))
    , m_dimensionsPage(new RollupDimensionsPage(this))
    , m_measuresPage(new RollupMeasuresPage(this))
    , m_previewPage(new RollupPreviewPage(this))
    , m_backfillPage(new RollupBackfillPage(this))
{
    m_draft.table = table;
    addStep(tr("Source"), m_sourcePage);
    addStep(tr("Buckets and retention"), m_levelsPage);
    addStep(tr("Grouped by"), m_dimensionsPage);
    addStep(tr("Figures"), m_measuresPage);
    addStep(tr("Preview"), m_previewPage);
    addPlanSteps();
    m_backfillStep = addSequel(tr("Rows that are there"), m_backfillPage);
    m_judgeDelay.setSingleShot(true);
    m_judgeDelay.setInterval(500);
    connectPages();
    goTo(Source);
    read();
}

void RollupWizard::connectPages()
{
    connect(m_sourcePage, &RollupSourcePage::tableChosen, this, [this](const QualifiedName &chosen) {
        if (chosen == m_draft.table && m_wasRead && table())
            return;
        m_draft = {};
        m_draft.table = chosen;
        read();
    });
    connect(m_sourcePage, &RollupSourcePage::changed, this, [this] {
        takeOver(Source);
        showStep();
    });
    connect(m_sourcePage, &RollupSourcePage::retryRequested, this, &RollupWizard::read);
    const auto follow = [this](auto *page, auto changed, Step step) {
        connect(page, changed, this, [this, step] {
            takeOver(step);
            showMeaning();
            judgeSoon();
        });
    };
    follow(m_levelsPage, &RollupLevelsPage::changed, Levels);
    follow(m_dimensionsPage, &RollupDimensionsPage::changed, Dimensions);
    follow(m_measuresPage, &RollupMeasuresPage::changed, Measures);
    connect(&m_judgeDelay, &QTimer::timeout, this, &RollupWizard::judge);
    connect(m_previewPage, &RollupPreviewPage::retryRequested, this, &RollupWizard::startPreview);
    connect(m_previewPage, &RollupPreviewPage::cancelRequested, this, [this] {
        delete m_previewing; // which cancels it on the server
        m_previewPage->showStopped();
    });
    connect(m_backfillPage, &RollupBackfillPage::retryRequested, this, &RollupWizard::backfill);
    connect(m_backfillPage, &RollupBackfillPage::cancelRequested, this, [this] {
        m_backfillPage->showStopping();
        *m_isBackfillStopped = true;
        if (m_backfilling)
            m_backfilling->cancel();
    });
}

bool RollupWizard::isReading() const
{
    const auto runs = [](const QPointer<Job> &job) { return job && job->isRunning(); };
    return runs(m_job) || runs(m_judging) || runs(m_previewing) || m_judgeDelay.isActive();
}

const TableFacts *RollupWizard::table() const
{
    return m_facts.table(m_draft.table);
}

void RollupWizard::read()
{
    delete m_job;
    m_wasRead = false;
    m_sourcePage->showWorking(true);
    setNext(tr("Next"), false);
    m_job = Job::start<Outcome<Reading>>(
        this,
        [&io = context().io, settings = context().profile.settings, name = m_draft.table](
            std::stop_token stop, const ProgressSink &) -> Outcome<Reading> {
            SyncSession session(io, settings, SessionPurpose::Job, stop);
            if (const auto opened = session.open(); !opened)
                return opened.failure<Reading>();
            const auto facts = loadFacts(session);
            if (!facts)
                return facts.failure<Reading>();
            Reading reading{*facts, {}};
            const TableFacts *chosen = facts->table(name);
            if (!chosen)
                return reading;
            const auto figures = loadSourceFigures(session, *chosen, facts->capabilities.hasCitus());
            if (figures)
                reading.figures = *figures;
            return figures.isCancelled() ? figures.failure<Reading>() : Outcome<Reading>(reading);
        },
        [this](Outcome<Reading> reading) {
            m_sourcePage->showWorking(false);
            if (reading.isError())
                m_sourcePage->showError(reading.error());
            else if (reading)
                showReading(reading->facts, reading->figures);
        });
}

void RollupWizard::showReading(const CatalogueFacts &facts, const RollupSourceFigures &figures)
{
    m_facts = facts;
    m_figures = figures;
    const auto obstacle = BlueprintSteps::serverObstacle(facts);
    m_wasRead = !obstacle;
    if (obstacle)
        m_sourcePage->showObstacle(*obstacle);
    m_expressions.clear(); // a column may have come or gone
    if (const TableFacts *known = table(); known && m_draft.measures.isEmpty() && m_draft.levels.isEmpty())
        m_draft = RollupDraft::suggest(*known, m_facts, m_figures);
    showStep();
}

void RollupWizard::takeOver(int step)
{
    const bool isThere = table();
    if (step == Source && isThere) {
        const QString before = m_draft.timeColumn;
        m_sourcePage->store(m_draft);
        // The time is no longer to be grouped by, what it was before may be.
        for (RollupDimensionDraft &one : m_draft.dimensions) {
            if (!one.isOwn() && one.column == m_draft.timeColumn)
                one = {before, {}, {}, false, false};
        }
    } else if (step == Levels) {
        m_levelsPage->store(m_draft);
    } else if (step == Dimensions) {
        m_dimensionsPage->store(m_draft);
    } else if (step == Measures) {
        m_measuresPage->store(m_draft);
    }
}

QList<RollupProblem> RollupWizard::problemsOf(int step) const
{
    const TableFacts *known = table();
    if (!known)
        return {};
    using Part = RollupProblem::Part;
    const Part part = step == Source ? Part::Source
        : step == Levels             ? Part::Levels
        : step == Dimensions         ? Part::Dimensions
                                     : Part::Measures;
    QList<RollupProblem> problems = rollupProblems(m_draft, *known, m_facts) + m_judged;
    problems.removeIf([part](const RollupProblem &problem) { return problem.part != part; });
    return problems;
}

void RollupWizard::showStep()
{
    const TableFacts *known = table();
    const int step = currentStep();
    if (step == Source)
        m_sourcePage->load(m_draft, known, m_facts, m_figures);
    if (!known)
        return setNext(tr("Next"), false);
    const RollupFacts *finer = finerRollup(known->name, m_facts);
    if (step == Levels)
        m_levelsPage->load(
            m_draft, finer ? readableBucket(finer->bucket) : QString(), RegistrySteps::canSchedule(m_facts));
    else if (step == Dimensions)
        m_dimensionsPage->load(m_draft, *known, m_figures, finer);
    else if (step == Measures)
        m_measuresPage->load(m_draft, *known, m_facts);
    else if (step == Preview && (m_previewed != m_draft || m_preview.isEmpty()))
        startPreview();
    showProblems();
    showMeaning();
}

void RollupWizard::showProblems()
{
    const int step = currentStep();
    const QList<RollupProblem> problems = problemsOf(step);
    if (step == Levels)
        m_levelsPage->showProblems(problems);
    else if (step == Dimensions) {
        m_dimensionsPage->showTypes(m_draft);
        m_dimensionsPage->showProblems(problems);
    } else if (step == Measures)
        m_measuresPage->showProblems(problems);
    if (step <= Measures)
        setNext(tr("Next"), m_wasRead && problems.isEmpty());
}

void RollupWizard::showMeaning()
{
    const TableFacts *known = table();
    if (!known)
        return setMeaning({});
    switch (currentStep()) {
    case Source:
        return setMeaning(sourceMeaning(m_draft, *known, m_facts));
    case Levels:
        return setMeaning(levelsMeaning(m_draft, RegistrySteps::canSchedule(m_facts)));
    case Dimensions:
        return setMeaning(dimensionsMeaning(m_draft, m_figures));
    case Measures:
        return setMeaning(measuresMeaning(m_draft));
    case Preview:
        return setMeaning(RollupPreviewPage::meaningOf(m_preview));
    default:
        return;
    }
}

QList<RollupExpression> RollupWizard::takeJudged()
{
    QList<RollupExpression> judged, unknown;
    for (RollupExpression one : expressionsOf(m_draft, *table(), m_facts)) {
        const auto known = m_expressions.constFind(one.sql);
        if (known == m_expressions.cend()) {
            unknown << one;
            continue;
        }
        one.type = known->type;
        one.at.text = known->at.text;
        judged << one;
    }
    m_judged = applyJudgement(m_draft, *table(), m_facts, judged);
    return unknown;
}

void RollupWizard::judgeSoon()
{
    if (!table())
        return;
    if (!takeJudged().isEmpty())
        m_judgeDelay.start();
    showProblems();
}

void RollupWizard::judge()
{
    m_judgeDelay.stop();
    delete m_judging;
    const QList<RollupExpression> unknown = takeJudged();
    if (unknown.isEmpty())
        return showProblems();
    m_judging = Job::start<Outcome<QList<RollupExpression>>>(
        this,
        [&io = context().io, settings = context().profile.settings, unknown](
            std::stop_token stop, const ProgressSink &) -> Outcome<QList<RollupExpression>> {
            SyncSession session(io, settings, SessionPurpose::Job, stop);
            if (const auto opened = session.open(); !opened)
                return opened.failure<QList<RollupExpression>>();
            return judgeExpressions(session, unknown);
        },
        [this](Outcome<QList<RollupExpression>> judged) { showJudged(judged); });
}

void RollupWizard::showJudged(const Outcome<QList<RollupExpression>> &judged)
{
    const bool goesOn = std::exchange(m_isLeaving, false);
    const int step = currentStep();
    if (judged) {
        for (const RollupExpression &one : *judged)
            m_expressions.insert(one.sql, one);
        takeJudged();
    } else if (judged.isError()) {
        const auto part = step == Dimensions ? RollupProblem::Part::Dimensions : RollupProblem::Part::Measures;
        m_judged = {
            {part, -1, {}, tr("The server could not be asked about the expressions: %1").arg(judged.error().message)}};
    }
    showProblems();
    // A failed question is no verdict: Next asks again.
    if (judged.isError() && step <= Measures)
        setNext(tr("Next"), true);
    if (judged && goesOn && problemsOf(step).isEmpty())
        goTo(step + 1);
}

void RollupWizard::startPreview()
{
    const auto family = RollupPlan::family(m_draft.toIntent(*table(), m_facts), m_facts);
    delete m_previewing;
    m_preview = {};
    if (family.isError())
        return m_previewPage->showError(family.error());
    m_previewed = m_draft;
    m_previewPage->showWorking(tr("Connecting…"));
    m_previewing = Job::start<Outcome<RollupPreview>>(
        this,
        [&io = context().io, settings = context().profile.settings, levels = family.value(), facts = m_facts](
            std::stop_token stop, const ProgressSink &progress) -> Outcome<RollupPreview> {
            SyncSession session(io, settings, SessionPurpose::Job, stop);
            if (const auto opened = session.open(); !opened)
                return opened.failure<RollupPreview>();
            return previewRollups(session, levels, facts, {}, progress);
        },
        [this](Outcome<RollupPreview> preview) {
            if (preview.isError())
                m_previewPage->showError(preview.error());
            if (!preview)
                return;
            m_preview = *preview;
            m_previewPage->showPreview(m_preview);
            showMeaning();
        });
    connect(m_previewing, &Job::progressed, m_previewPage,
        [this](const Progress &progress) { m_previewPage->showWorking(progress.activity); });
}

Outcome<Intent> RollupWizard::intent() const
{
    if (!table())
        return ServerError::usage(tr("No table is chosen."));
    return m_draft.toIntent(*table(), m_facts);
}

void RollupWizard::enteredQuestion(int step)
{
    m_isLeaving = false;
    showStep();
    page(step)->setFocus();
}

bool RollupWizard::leaveQuestion(int step)
{
    takeOver(step);
    if (!m_wasRead || !table())
        return false;
    if (step == Preview) {
        if (m_previewing && m_previewing->isRunning()) {
            delete m_previewing;
            m_previewPage->showStopped();
        }
        return true;
    }
    if (!takeJudged().isEmpty()) {
        m_isLeaving = true;
        setNext(tr("Next"), false);
        judge();
        return false;
    }
    showProblems();
    return problemsOf(step).isEmpty();
}

} // namespace Shardboard
