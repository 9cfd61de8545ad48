// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/blueprint.h"
#include "ui/wizards/planwizard.h"

namespace Shardboard {

class SettingPage;

/// Sets a blueprint up: one question per setting, the plan, the run and its report. What the questions leave out
/// follows the blueprint's defaults; settings that need something the server does not have are not asked.
class BlueprintWizard final : public PlanWizard
{
    Q_OBJECT

public:
    BlueprintWizard(const BlueprintInfo &blueprint, const WizardContext &context, QWidget *parent);

    QMap<QString, QString> values() const;
    void setValue(const QString &setting, const QString &value);

Q_SIGNALS:
    void dashboardRequested(const QString &dashboardId, const QString &schema);

protected:
    Outcome<Intent> intent() const override;
    void entered(int step) override;
    void enteredQuestion(int step) override;
    QString afterwardsText() const override;
    void afterwards() override;

private:
    void setupSettings();
    bool serverHas(const QString &capability) const;
    void showMeaning();

    BlueprintInfo m_blueprint;
    QList<SettingPage *> m_settings;
    QPushButton *m_review;
};

} // namespace Shardboard
