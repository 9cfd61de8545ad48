// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/undo.h"
#include "ui/wizards/planmodel.h"
#include "ui/wizards/preparedplan.h"
#include "ui/wizards/wizardcontext.h"
#include "ui/wizards/wizardframe.h"

#include <QPointer>

namespace Shardboard {

class Job;
class PlanPage;
class RunPage;

/// The end of every wizard that changes a server: the plan, the run and its report. What comes before is the derived
/// class's: it adds its steps, then calls addPlanSteps(), then goTo(0). A run that was cut off is resumed from here,
/// and what has run is taken back from here, by a plan that is shown first as well.
class PlanWizard : public WizardFrame
{
    Q_OBJECT

public:
    PlanWizard(const QString &title, const WizardContext &context, QWidget *parent);

    int planStep() const { return m_planStep; }
    PlanPage &planPage() { return *m_planPage; }
    RunPage &runPage() { return *m_runPage; }
    bool isRunning() const { return m_isRunning; }

Q_SIGNALS:
    void applied(); ///< the server is not what it was

protected:
    void addPlanSteps();
    const WizardContext &context() const { return m_context; }

    /// What is to be planned, as it is filled in now.
    virtual Outcome<Intent> intent() const = 0;
    /// A step before the plan has become the current one.
    virtual void enteredQuestion(int step);
    /// A question is about to be left for the next step; false stays.
    virtual bool leaveQuestion(int step);
    /// What Next says once all is done, and does then; an empty text hides it.
    virtual QString afterwardsText() const;
    virtual void afterwards();
    /// A step behind the report, for work that the plan has made possible; call it after addPlanSteps(). Next leads to
    /// it once all is done, and says afterwardsText().
    int addSequel(const QString &name, QWidget *page);
    virtual void enteredSequel();
    /// Leaving the sequel does afterwards() once this says so.
    virtual bool leaveSequel();

    bool leave(int step) final;
    void entered(int step) override;
    bool mayClose() final;

private:
    void connectPages();
    void makePlan();
    void showPrepared(const Outcome<PreparedPlan> &prepared);
    void confirmThenRun();
    void run();
    void followJob();
    void finish(const PlanReport &report);
    void offerUndo();
    void confirmUndo(const Outcome<QList<UndoTable>> &filled);
    void showUndo(UndoRows rows);

    WizardContext m_context;
    PlanModel m_model;
    PlanPage *m_planPage;
    RunPage *m_runPage;
    QPushButton *m_undo;
    QPointer<Job> m_job;
    PlanReport m_report; ///< of the last run
    PlanHistory m_history; ///< all runs, also of plans that were prepared again: undo covers them
    int m_planStep = 0;
    int m_sequelStep = -1;
    bool m_isPlanReady = false;
    bool m_isRunning = false;
    bool m_isUndo = false; ///< the plan shown takes back the one that has run
};

} // namespace Shardboard
