// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dashboard/variablepicker.h"

#include "ui/common/labels.h"
#include "ui/common/showntext.h"
#include "ui/common/theme.h"

#include <QComboBox>
#include <QCompleter>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QSignalBlocker>

namespace Shardboard {

namespace {
constexpr int narrowest = 96;

/// The value behind it stays as it is.
QString shownChoice(const QString &text)
{
    return shownText(text, mostCaptionCharacters);
}
} // namespace

VariablePicker::VariablePicker(Variable variable, QWidget *parent) : QWidget(parent), m_variable(std::move(variable))
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins({});
    row->setSpacing(Spacing::tiny);
    const QString name = m_variable.label.isEmpty() ? m_variable.name : m_variable.label;
    auto *label = new Label(captionText(name), this); // with a buddy "&" would be a mnemonic
    setTone(label, Tone::Dim);
    row->addWidget(label);
    if (m_variable.kind == Variable::Kind::Text)
        setupEdit();
    else
        setupCombo();
    QWidget *field = m_combo ? static_cast<QWidget *>(m_combo) : m_edit;
    field->setAccessibleName(shownText(name, mostCaptionCharacters));
    label->setBuddy(field);
    row->addWidget(field);
    setFocusProxy(field);
}

void VariablePicker::setupCombo()
{
    m_combo = new QComboBox(this);
    m_combo->setEditable(true);
    m_combo->setInsertPolicy(QComboBox::NoInsert);
    m_combo->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_combo->setMinimumWidth(narrowest);
    m_combo->completer()->setCompletionMode(QCompleter::PopupCompletion);
    m_combo->completer()->setFilterMode(Qt::MatchContains);
    m_combo->completer()->setCaseSensitivity(Qt::CaseInsensitive);
    connect(m_combo, &QComboBox::activated, this, [this](int index) {
        m_value = m_combo->itemData(index).toString();
        Q_EMIT valueChosen(m_variable.name, m_value);
    });
    connect(m_combo->lineEdit(), &QLineEdit::editingFinished, this, &VariablePicker::takeTyped);
}

void VariablePicker::setupEdit()
{
    m_edit = new QLineEdit(this);
    m_edit->setClearButtonEnabled(m_variable.allowAll);
    m_edit->setPlaceholderText(m_variable.allowAll ? tr("All") : QString());
    m_edit->setMinimumWidth(narrowest);
    connect(m_edit, &QLineEdit::editingFinished, this, [this] {
        if (m_edit->text() == m_value)
            return;
        m_value = m_edit->text();
        Q_EMIT valueChosen(m_variable.name, m_value);
    });
}

// What was typed must be one of the choices: anything else goes back to what is shown.
void VariablePicker::takeTyped()
{
    const int index = m_combo->findText(m_combo->currentText(), Qt::MatchFixedString);
    const QString value = index >= 0 ? m_combo->itemData(index).toString() : m_value;
    const bool isNew = value != m_value;
    m_value = value;
    m_combo->setCurrentIndex(m_combo->findData(m_value));
    if (isNew)
        Q_EMIT valueChosen(m_variable.name, m_value);
}

void VariablePicker::setChoices(const QList<Refresher::Choice> &choices, const QString &value)
{
    m_value = value;
    if (m_edit) {
        m_edit->setText(value);
        return;
    }
    const QSignalBlocker blocker(m_combo);
    m_combo->clear();
    if (m_variable.allowAll)
        m_combo->addItem(tr("All"), QString());
    for (const Refresher::Choice &choice : choices)
        m_combo->addItem(shownChoice(choice.label.isEmpty() ? choice.value : choice.label), choice.value);
    // A value that is not among the choices (yet) is still what the panels show.
    if (m_combo->findData(value) < 0)
        m_combo->addItem(shownChoice(value), value);
    m_combo->setCurrentIndex(m_combo->findData(value));
}

void VariablePicker::setProblem(const QString &text)
{
    QWidget *field = m_combo ? static_cast<QWidget *>(m_combo) : m_edit;
    field->setToolTip(text);
    field->setAccessibleDescription(text);
}

} // namespace Shardboard
