// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/importwizard.h"

#include "admin/job.h"
#include "connection/syncsession.h"
#include "ui/common/confirmdialog.h"
#include "ui/workbench/runningwork.h"

#include <QFileInfo>

namespace Shardboard {

ImportWizard::ImportWizard(const ImportSettings &settings, const WizardContext &context, QWidget *parent)
    : WizardFrame(tr("Import a file"), parent)
    , m_context(context)
    , m_settings(settings)
    , m_filePage(new ImportFilePage(this))
    , m_mappingPage(new ImportMappingPage(this))
    , m_runPage(new ImportRunPage(this))
{
    addStep(tr("File"), m_filePage);
    addStep(tr("Columns"), m_mappingPage);
    addStep(tr("Run and report"), m_runPage);
    m_filePage->load(settings);
    m_settle.setSingleShot(true);
    m_settle.setInterval(300);
    connect(&m_settle, &QTimer::timeout, this, [this] {
        if (currentStep() == File)
            return guess();
        m_settings = m_mappingPage->settings(m_settings);
        preview();
    });
    connect(m_filePage, &ImportFilePage::edited, this, [this] {
        setNext(tr("Next"), m_filePage->isComplete());
        m_settle.start();
    });
    connect(m_mappingPage, &ImportMappingPage::edited, &m_settle, qOverload<>(&QTimer::start));
    connect(m_mappingPage, &ImportMappingPage::retryRequested, this, &ImportWizard::preview);
    connect(m_runPage, &ImportRunPage::retryRequested, this, &ImportWizard::run);
    connect(m_runPage, &ImportRunPage::cancelRequested, this, [this] {
        m_runPage->showCancelling();
        if (m_job)
            m_job->cancel();
    });
    goTo(File);
}

void ImportWizard::entered(int step)
{
    m_settle.stop();
    switch (step) {
    case File:
        setNext(tr("Next"), m_filePage->isComplete());
        m_filePage->setFocus();
        guess();
        break;
    case Mapping:
        // Another file has other columns.
        if (m_filePage->settings({}).file != m_settings.file)
            m_settings.columnMap.clear();
        m_settings = m_filePage->settings(m_settings);
        preview();
        break;
    case Run:
        run();
        break;
    }
}

void ImportWizard::guess()
{
    delete m_job;
    if (m_filePage->settings({}).file.isEmpty())
        return;
    m_job = Job::start<Outcome<ImportSettings>>(
        this,
        [settings = m_filePage->settings({})](std::stop_token, const ProgressSink &) { return guessFormat(settings); },
        [this](Outcome<ImportSettings> guess) { m_filePage->showGuess(guess); });
}

void ImportWizard::preview()
{
    delete m_job;
    m_canRun = false;
    setNext(tr("Import"), false);
    m_mappingPage->showWorking();
    m_job = Job::start<Outcome<ImportPreview>>(
        this,
        [&io = m_context.io, target = m_context.profile.settings, settings = m_settings](
            std::stop_token stop, const ProgressSink &) -> Outcome<ImportPreview> {
            SyncSession session(io, target, SessionPurpose::Job, stop);
            if (const auto opened = session.open(); !opened)
                return opened.failure<ImportPreview>();
            return previewImport(session, settings);
        },
        [this](Outcome<ImportPreview> result) { showPreview(result); });
}

void ImportWizard::showPreview(const Outcome<ImportPreview> &preview)
{
    if (preview.isError())
        return m_mappingPage->showError(preview.error());
    if (!preview)
        return;
    m_settings = preview->settings;
    m_mappingPage->showPreview(preview.value());
    m_canRun = preview->problems.isEmpty() && m_context.refusal().isEmpty();
    setNext(tr("Import"), m_canRun);
    Meaning meaning;
    meaning.text = QStringList(preview->notes + QStringList{m_context.refusal()}).join(QLatin1Char('\n')).trimmed();
    meaning.note = m_settings.connections == 1
        ? tr("One transaction: after an error or Cancel the table is as it was.")
        : tr("%n transactions, one per connection: an error may leave what the others have loaded.", nullptr,
            m_settings.connections);
    if (currentStep() == Mapping)
        setMeaning(meaning);
}

bool ImportWizard::leave(int step)
{
    if (step == Mapping && m_canRun)
        confirmThenRun();
    return step == File;
}

void ImportWizard::confirmThenRun()
{
    if (!m_context.profile.isProduction) {
        goTo(Run);
        return;
    }
    ConfirmDialog::Question question;
    question.title = tr("Load rows into a production server?");
    question.text = tr("“%1” is marked as production. Rows will be added to %2 in the database %3.")
                        .arg(m_context.profile.name, m_settings.table.display(), m_context.server.database);
    question.nameToType = m_context.server.database;
    question.actionText = tr("Import");
    ConfirmDialog::ask(question, this, [this] { goTo(Run); });
}

void ImportWizard::run()
{
    m_isRunning = true;
    setClose(tr("Cancel"), false); // the page has a Cancel of its own, which stops the work
    setFrozen(true);
    setNext({}, false);
    m_runPage->start();
    m_job = Job::start<Outcome<ImportReport>>(
        this,
        [&io = m_context.io, target = m_context.profile.settings, settings = m_settings](
            std::stop_token stop, const ProgressSink &progress) -> Outcome<ImportReport> {
            SyncSession session(io, target, SessionPurpose::Job, stop);
            if (const auto opened = session.open(); !opened)
                return opened.failure<ImportReport>();
            return runImport(session, settings, progress, stop, FurtherSessions{io, target});
        },
        [this](Outcome<ImportReport> report) { finish(report); });
    const int work = m_context.work.add(tr("Import of %1").arg(QFileInfo(m_settings.file).fileName()), [job = m_job] {
        if (job)
            job->cancel();
    });
    connect(m_job, &Job::progressed, this, [this, work](const Progress &progress) {
        m_runPage->showProgress(progress);
        m_context.work.update(work, progress);
    });
    connect(m_job, &QObject::destroyed, &m_context.work, [&list = m_context.work, work] { list.finish(work); });
}

void ImportWizard::finish(const Outcome<ImportReport> &report)
{
    m_isRunning = false;
    setFrozen(report.isOk());
    setClose(tr("Close"), true);
    m_runPage->showReport(report);
}

bool ImportWizard::mayClose()
{
    return !m_isRunning;
}

} // namespace Shardboard
