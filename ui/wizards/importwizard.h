// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/wizards/importpages.h"
#include "ui/wizards/wizardcontext.h"
#include "ui/wizards/wizardframe.h"

#include <QPointer>
#include <QTimer>

namespace Shardboard {

class Job;

/// Loads a file into a table: which file, where each column goes with the first lines before one's eyes, the run and
/// what became of every line.
class ImportWizard final : public WizardFrame
{
    Q_OBJECT

public:
    ImportWizard(const ImportSettings &settings, const WizardContext &context, QWidget *parent);
    ImportSettings settings() const { return m_settings; }

protected:
    bool leave(int step) override;
    void entered(int step) override;
    bool mayClose() override;

private:
    enum Step { File, Mapping, Run };

    void guess();
    void preview();
    void showPreview(const Outcome<ImportPreview> &preview);
    void run();
    void finish(const Outcome<ImportReport> &report);
    void confirmThenRun();

    WizardContext m_context;
    ImportSettings m_settings;
    ImportFilePage *m_filePage;
    ImportMappingPage *m_mappingPage;
    ImportRunPage *m_runPage;
    QTimer m_settle; ///< typing has paused
    QPointer<Job> m_job;
    bool m_canRun = false;
    bool m_isRunning = false;
};

} // namespace Shardboard
