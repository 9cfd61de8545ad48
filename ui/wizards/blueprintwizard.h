// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/blueprint.h"
#include "ui/wizards/planmodel.h"
#include "ui/wizards/preparedplan.h"
#include "ui/wizards/wizardcontext.h"
#include "ui/wizards/wizardframe.h"

#include <QPointer>

namespace Shardboard {

class Job;
class PlanPage;
class RunPage;
class SettingPage;

/// Sets a blueprint up: one question per setting, the plan, the run and its report. What the questions leave out
/// follows the blueprint's defaults; settings that need something the server does not have are not asked.
class BlueprintWizard final : public WizardFrame
{
    Q_OBJECT

public:
    BlueprintWizard(const BlueprintInfo &blueprint, const WizardContext &context, QWidget *parent);

    QMap<QString, QString> values() const;
    void setValue(const QString &setting, const QString &value);
    int planStep() const { return m_planStep; }
    PlanPage &planPage() { return *m_planPage; }

Q_SIGNALS:
    void dashboardRequested(const QString &dashboardId);
    void applied(); ///< the server is not what it was

protected:
    bool leave(int step) override;
    void entered(int step) override;
    bool mayClose() override;

private:
    void setupSettings();
    void setupPlanAndRun();
    bool serverHas(const QString &capability) const;
    void showMeaning();
    void makePlan();
    void showPrepared(const Outcome<PreparedPlan> &prepared);
    void confirmThenRun();
    void run();
    void finish(const PlanReport &report);

    BlueprintInfo m_blueprint;
    WizardContext m_context;
    QList<SettingPage *> m_settings;
    PlanModel m_model;
    PlanPage *m_planPage;
    RunPage *m_runPage;
    QPushButton *m_review;
    QPointer<Job> m_job;
    int m_planStep = 0;
    bool m_isPlanReady = false;
    bool m_isRunning = false;
};

} // namespace Shardboard
