// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/retentionwizard.h"

#include "admin/job.h"
#include "connection/syncsession.h"
#include "ui/jobs/retentionpage.h"
#include "ui/jobs/retentionwords.h"
#include "ui/tables/figures.h"

namespace Shardboard {

namespace {

constexpr int pauseMs = 400;

} // namespace

RetentionWizard::RetentionWizard(const QualifiedName &table, const WizardContext &context, QWidget *parent)
    : PlanWizard(
        table.name.isEmpty() ? tr("Let old rows expire") : tr("Let old rows of %1 expire").arg(table.display()),
        context, parent)
    , m_page(new RetentionPage(table, this))
{
    addStep(tr("How long"), m_page);
    addPlanSteps();
    m_pause.setSingleShot(true);
    m_pause.setInterval(pauseMs);
    connect(&m_pause, &QTimer::timeout, this, &RetentionWizard::read);
    connect(m_page, &RetentionPage::changed, this, [this] {
        setNext(tr("Next"), isReady());
        if (m_hasFacts)
            m_pause.start();
    });
    connect(m_page, &RetentionPage::retryRequested, this, &RetentionWizard::read);
    goTo(0);
    read();
}

bool RetentionWizard::isReady() const
{
    return m_hasFacts && !m_page->settings().wish.table.name.isEmpty()
        && retentionSettings(retentionIntent(m_page->settings())).isOk();
}

void RetentionWizard::read()
{
    delete m_job;
    m_page->showWorking(true);
    m_job = Job::start<Outcome<RetentionReading>>(
        this,
        [&io = context().io, settings = context().profile.settings, wish = m_page->settings().wish,
            isAsked = m_hasFacts](std::stop_token stop, const ProgressSink &) -> Outcome<RetentionReading> {
            SyncSession session(io, settings, SessionPurpose::Job, std::move(stop));
            if (const auto opened = session.open(); !opened)
                return opened.failure<RetentionReading>();
            const Outcome<CatalogueFacts> facts = loadFacts(session);
            if (!facts)
                return facts.failure<RetentionReading>();
            RetentionReading reading{*facts, std::nullopt, std::nullopt};
            if (!isAsked || wish.table.name.isEmpty())
                return reading;
            const Outcome<RetentionPreview> preview = previewRetention(session, wish);
            if (preview)
                reading.preview = *preview;
            else if (preview.isError())
                reading.problem = preview.error();
            return reading;
        },
        [this](const Outcome<RetentionReading> &reading) {
            m_page->showWorking(false);
            if (reading.isError())
                m_page->showError(reading.error());
            else if (reading)
                showReading(*reading);
        });
}

void RetentionWizard::showReading(const RetentionReading &reading)
{
    if (!std::exchange(m_hasFacts, true))
        m_page->setFacts(reading.facts); // announces a change, which asks for the preview
    if (reading.problem)
        m_page->showError(*reading.problem);
    showMeaning(reading);
    if (currentStep() == 0)
        setNext(tr("Next"), isReady());
}

void RetentionWizard::showMeaning(const RetentionReading &reading)
{
    Meaning meaning;
    meaning.text = tr("Nothing is deleted before the plan has run, and then by the job.");
    if (reading.preview) {
        const RetentionPreview &preview = *reading.preview;
        meaning.text = verdictText(preview);
        meaning.figures << Meaning::Figure{tr("Oldest row"),
            preview.hasMinusInfinity ? QStringLiteral("-infinity") : momentInUtc(preview.oldest, tr("no rows"))}
                        << Meaning::Figure{tr("Older may go"), momentInUtc(preview.cutoff, tr("nothing"))};
        QStringList held;
        for (const RetentionHold &hold : preview.holds)
            held << explainHold(hold, preview.wish.table.quoted()).title + QLatin1Char('.');
        meaning.note = held.isEmpty() ? tr("As things are now.") : held.join(QLatin1Char('\n'));
    }
    setMeaning(meaning);
}

Outcome<Intent> RetentionWizard::intent() const
{
    return retentionIntent(m_page->settings());
}

void RetentionWizard::enteredQuestion(int)
{
    setNext(tr("Next"), isReady());
    m_page->setFocus();
}

bool RetentionWizard::leaveQuestion(int)
{
    return isReady();
}

StopRetentionWizard::StopRetentionWizard(const QualifiedName &table, const WizardContext &context, QWidget *parent)
    : PlanWizard(tr("Keep rows of %1 for ever").arg(table.display()), context, parent), m_table(table)
{
    addPlanSteps();
    goTo(0);
}

Outcome<Intent> StopRetentionWizard::intent() const
{
    RetentionSettings settings;
    settings.wish.table = m_table;
    settings.wish.keep = QStringLiteral("never");
    return retentionIntent(settings);
}

} // namespace Shardboard
