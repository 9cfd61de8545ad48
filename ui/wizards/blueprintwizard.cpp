// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/blueprintwizard.h"

#include "ui/wizards/settingmeaning.h"
#include "ui/wizards/settingpage.h"

#include <QPushButton>

namespace Shardboard {

BlueprintWizard::BlueprintWizard(const BlueprintInfo &blueprint, const WizardContext &context, QWidget *parent)
    : PlanWizard(tr("Set up: %1").arg(blueprint.title), context, parent)
    , m_blueprint(blueprint)
    , m_review(addFootButton(tr("See the plan")))
{
    setupSettings();
    addPlanSteps();
    connect(m_review, &QPushButton::clicked, this, [this] { goTo(planStep()); });
    goTo(0);
}

void BlueprintWizard::setupSettings()
{
    for (const BlueprintSetting &setting : m_blueprint.settings) {
        if (!serverHas(setting.needs))
            continue;
        auto *page = new SettingPage(setting, this);
        m_settings.append(page);
        addStep(setting.label, page);
        connect(page, &SettingPage::valueChanged, this, &BlueprintWizard::showMeaning);
    }
}

bool BlueprintWizard::serverHas(const QString &capability) const
{
    if (capability.isEmpty())
        return true;
    const auto all = context().server.all();
    return std::ranges::any_of(all, [&](const Capability &one) { return one.name == capability && one.isAvailable(); });
}

QMap<QString, QString> BlueprintWizard::values() const
{
    QMap<QString, QString> values;
    for (const SettingPage *page : m_settings)
        values.insert(page->setting().name, page->value());
    return values;
}

void BlueprintWizard::setValue(const QString &setting, const QString &value)
{
    for (SettingPage *page : m_settings)
        if (page->setting().name == setting)
            page->setValue(value);
}

void BlueprintWizard::showMeaning()
{
    const auto *current = qobject_cast<SettingPage *>(page(currentStep()));
    if (!current)
        return;
    setMeaning(meaningOf(m_blueprint, current->setting(), values(), context().server));
    setNext(tr("Next"), current->isAcceptable());
    m_review->setEnabled(std::ranges::all_of(m_settings, &SettingPage::isAcceptable));
}

void BlueprintWizard::entered(int step)
{
    m_review->setVisible(step < planStep() - 1);
    PlanWizard::entered(step);
}

void BlueprintWizard::enteredQuestion(int step)
{
    showMeaning();
    page(step)->setFocus();
}

Outcome<Intent> BlueprintWizard::intent() const
{
    return blueprintIntent(m_blueprint.name, values());
}

QString BlueprintWizard::afterwardsText() const
{
    return m_blueprint.dashboard.isEmpty() ? QString() : tr("Open the dashboard");
}

void BlueprintWizard::afterwards()
{
    Q_EMIT dashboardRequested(m_blueprint.dashboard, values().value(QStringLiteral("schema")));
}

} // namespace Shardboard
