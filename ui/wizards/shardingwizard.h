// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/distribute/preflight.h"
#include "ui/wizards/planwizard.h"

namespace Shardboard {

class PreflightPage;

/// A wizard about how tables are spread: between the questions and the plan stands the verdict on them, with fixes to
/// tick. The fixes that were ticked become part of the intent.
class ShardingWizard : public PlanWizard
{
    Q_OBJECT

public:
    ShardingWizard(const QString &title, const WizardContext &context, QWidget *parent);

    int checkStep() const { return m_checkStep; }
    PreflightPage &preflightPage() { return *m_preflightPage; }

protected:
    /// Call it once the questions are there.
    void addJudgedSteps();
    /// What the answers ask for, fixes aside.
    virtual Outcome<Intent> wish() const = 0;
    virtual void enteredOwnQuestion(int step) = 0;
    virtual bool leaveOwnQuestion(int step);

    Outcome<Intent> intent() const final;
    void enteredQuestion(int step) final;
    bool leaveQuestion(int step) final;

private:
    void judge();
    void showVerdict(const Outcome<Preflight> &verdict);
    void toggleFix(const QString &id, const QStringList &others, bool isChosen);

    PreflightPage *m_preflightPage;
    QPointer<Job> m_judging;
    QStringList m_fixes;
    int m_checkStep = -1;
    bool m_passes = false;
};

} // namespace Shardboard
