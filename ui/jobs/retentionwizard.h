// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/facts.h"
#include "admin/retention/retentionplan.h"
#include "ui/wizards/planwizard.h"

#include <QTimer>

#include <optional>

namespace Shardboard {

class RetentionPage;

/// What is known of the server for the question, and of the first run as the answers stand.
struct RetentionReading
{
    CatalogueFacts facts;
    std::optional<RetentionPreview> preview;
    std::optional<ServerError> problem; ///< why there is no preview
};

/// Sets up or changes how long rows of a table are kept; what the first run would take stands beside the question.
class RetentionWizard final : public PlanWizard
{
    Q_OBJECT

public:
    /// An empty name: the user chooses the table.
    RetentionWizard(const QualifiedName &table, const WizardContext &context, QWidget *parent);
    RetentionPage &question() { return *m_page; }
    void showReading(const RetentionReading &reading);

protected:
    Outcome<Intent> intent() const override;
    void enteredQuestion(int step) override;
    bool leaveQuestion(int step) override;

private:
    void read();
    bool isReady() const;
    void showMeaning(const RetentionReading &reading);

    RetentionPage *m_page;
    QTimer m_pause; ///< typing goes on
    QPointer<Job> m_job;
    bool m_hasFacts = false;
};

/// Ends a retention: rows stay from then on.
class StopRetentionWizard final : public PlanWizard
{
    Q_OBJECT

public:
    StopRetentionWizard(const QualifiedName &table, const WizardContext &context, QWidget *parent);

protected:
    Outcome<Intent> intent() const override;

private:
    QualifiedName m_table;
};

} // namespace Shardboard
