// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dashboard/document.h"
#include "dashboard/refresher.h"

#include <QWidget>

class QComboBox;
class QLineEdit;

namespace Shardboard {

/// One variable of a dashboard in the toolbar: its label, and its choices to pick from or search in, or free text.
class VariablePicker final : public QWidget
{
    Q_OBJECT

public:
    explicit VariablePicker(Variable variable, QWidget *parent = nullptr);

    const Variable &variable() const { return m_variable; }
    void setChoices(const QList<Refresher::Choice> &choices, const QString &value);
    /// Why there are no choices; empty when there are.
    void setProblem(const QString &text);
    QComboBox *combo() const { return m_combo; }
    QLineEdit *edit() const { return m_edit; }

Q_SIGNALS:
    void valueChosen(const QString &name, const QString &value); ///< empty means all

private:
    void setupCombo();
    void setupEdit();
    void takeTyped();

    Variable m_variable;
    QComboBox *m_combo = nullptr; ///< null for free text
    QLineEdit *m_edit = nullptr; ///< null for choices
    QString m_value;
};

} // namespace Shardboard
