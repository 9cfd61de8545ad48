// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/settingpage.h"

#include "ui/common/labels.h"
#include "ui/common/theme.h"

#include <QButtonGroup>
#include <QComboBox>
#include <QLineEdit>
#include <QRadioButton>
#include <QSpinBox>
#include <QVBoxLayout>

namespace Shardboard {

namespace {

QStringList intervalPresets()
{
    return {QStringLiteral("6 hours"), QStringLiteral("1 day"), QStringLiteral("3 days"), QStringLiteral("7 days"),
        QStringLiteral("1 month"), QStringLiteral("3 months"), QStringLiteral("1 year")};
}

QStringList schedulePresets()
{
    return {QStringLiteral("* * * * *"), QStringLiteral("*/2 * * * *"), QStringLiteral("*/5 * * * *"),
        QStringLiteral("*/15 * * * *"), QStringLiteral("0 * * * *")};
}

} // namespace

SettingPage::SettingPage(const BlueprintSetting &setting, QWidget *parent)
    : QWidget(parent), m_setting(setting), m_problemLabel(makeDimLabel({}, this))
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(Spacing::huge + Spacing::small, Spacing::huge, Spacing::huge, Spacing::huge);
    layout->setSpacing(Spacing::medium);
    auto *heading = makeHeading(setting.label, 1.35, this);
    heading->setWordWrap(true);
    layout->addWidget(heading);
    layout->addWidget(makeDimLabel(setting.help, this));
    auto *field = makeField();
    field->setAccessibleName(setting.label);
    field->setAccessibleDescription(setting.help);
    setFocusProxy(field);
    layout->addWidget(field);
    setTone(m_problemLabel, Tone::Error);
    layout->addWidget(m_problemLabel);
    layout->addStretch(1);
    setValue(setting.defaultValue);
}

QWidget *SettingPage::makeField()
{
    switch (m_setting.kind) {
    case BlueprintSetting::Kind::Identifier:
        return makeTextField();
    case BlueprintSetting::Kind::Interval:
        return makePresetField(intervalPresets());
    case BlueprintSetting::Kind::IntervalOrNever:
        return makePresetField(intervalPresets() << QStringLiteral("never"));
    case BlueprintSetting::Kind::Schedule:
        return makePresetField(schedulePresets());
    case BlueprintSetting::Kind::Integer:
        return makeNumberField();
    case BlueprintSetting::Kind::Choice:
        return makeChoiceField();
    }
    Q_UNREACHABLE();
}

QWidget *SettingPage::makeTextField()
{
    auto *edit = new QLineEdit(this);
    m_showValue = [edit](const QString &value) { edit->setText(value); };
    connect(edit, &QLineEdit::textEdited, this, &SettingPage::accept);
    return edit;
}

QWidget *SettingPage::makePresetField(const QStringList &presets)
{
    auto *box = new QComboBox(this);
    box->setEditable(true);
    box->setInsertPolicy(QComboBox::NoInsert);
    box->addItems(presets);
    m_showValue = [box](const QString &value) { box->setEditText(value); };
    connect(box, &QComboBox::editTextChanged, this, &SettingPage::accept);
    return box;
}

QWidget *SettingPage::makeNumberField()
{
    auto *box = new QSpinBox(this);
    box->setRange(m_setting.minimum, m_setting.maximum);
    box->setMaximumWidth(160);
    m_showValue = [box](const QString &value) { box->setValue(value.toInt()); };
    connect(box, &QSpinBox::valueChanged, this, [this](int value) { accept(QString::number(value)); });
    return box;
}

QWidget *SettingPage::makeChoiceField()
{
    auto *box = new QWidget(this);
    auto *layout = new QVBoxLayout(box);
    layout->setContentsMargins({});
    auto *group = new QButtonGroup(box);
    for (const QString &choice : m_setting.choices) {
        auto *button = new QRadioButton(choice, box);
        group->addButton(button);
        layout->addWidget(button);
        if (!box->focusProxy())
            box->setFocusProxy(button);
    }
    m_showValue = [group](const QString &value) {
        const auto buttons = group->buttons();
        for (QAbstractButton *button : buttons)
            button->setChecked(button->text() == value);
    };
    connect(group, &QButtonGroup::buttonClicked, this, [this](QAbstractButton *button) { accept(button->text()); });
    return box;
}

void SettingPage::setValue(const QString &value)
{
    m_showValue(value);
    accept(value);
}

void SettingPage::accept(const QString &value)
{
    m_value = value.trimmed();
    m_problem = checkSetting(m_setting, m_value);
    m_problemLabel->setText(m_problem);
    m_problemLabel->setVisible(!m_problem.isEmpty());
    Q_EMIT valueChanged();
}

} // namespace Shardboard
