// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/blueprint.h"

#include <QWidget>

#include <functional>

class QVBoxLayout;

namespace Shardboard {

class Label;

/// One question of a blueprint: its field made from the setting's description, the default chosen, and what is wrong
/// with a value while it is typed.
class SettingPage final : public QWidget
{
    Q_OBJECT

public:
    explicit SettingPage(const BlueprintSetting &setting, QWidget *parent = nullptr);

    const BlueprintSetting &setting() const { return m_setting; }
    QString value() const { return m_value; }
    void setValue(const QString &value);
    bool isAcceptable() const { return m_problem.isEmpty(); }

Q_SIGNALS:
    void valueChanged();

private:
    QWidget *makeField();
    QWidget *makeTextField();
    QWidget *makePresetField(const QStringList &presets);
    QWidget *makeNumberField();
    QWidget *makeChoiceField();
    void accept(const QString &value);

    BlueprintSetting m_setting;
    QString m_value;
    QString m_problem;
    Label *m_problemLabel;
    std::function<void(const QString &)> m_showValue; ///< puts a value into the field, whatever that is
};

} // namespace Shardboard
