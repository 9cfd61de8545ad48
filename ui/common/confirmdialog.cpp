// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/common/confirmdialog.h"

#include "ui/common/labels.h"
#include "ui/common/showntext.h"
#include "ui/common/theme.h"

#include <QDialogButtonBox>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace Shardboard {

ConfirmDialog::ConfirmDialog(const Question &question, QWidget *parent)
    : QDialog(parent), m_action(new QPushButton(question.actionText, this))
{
    setWindowTitle(shownText(question.title, mostCaptionCharacters));
    setWindowModality(Qt::WindowModal);
    m_action->setProperty(question.isDestructive ? "danger" : "primary", true);
    setupLayout(question);
    setMinimumWidth(420);
}

void ConfirmDialog::setupLayout(const Question &question)
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(Spacing::huge, Spacing::huge, Spacing::huge, Spacing::large);
    layout->setSpacing(Spacing::medium);
    auto *heading = makeHeading(question.title, 1.15, this);
    heading->setWordWrap(true);
    layout->addWidget(heading);
    auto *text = makeTextLabel(this);
    text->setText(question.text);
    layout->addWidget(text);
    if (!question.nameToType.isEmpty()) {
        m_name = new QLineEdit(this);
        m_name->setAccessibleName(tr("Type %1 to confirm").arg(shownText(question.nameToType)));
        auto *label = makeDimLabel(tr("Type “%1” to confirm:").arg(captionText(question.nameToType)), this);
        label->setBuddy(m_name);
        layout->addWidget(label);
        layout->addWidget(m_name);
        m_action->setEnabled(false);
        connect(m_name, &QLineEdit::textChanged, this,
            [this, wanted = question.nameToType](const QString &typed) { m_action->setEnabled(typed == wanted); });
    }
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    buttons->addButton(m_action, QDialogButtonBox::AcceptRole);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    layout->addSpacing(Spacing::small);
    layout->addWidget(buttons);
}

void ConfirmDialog::ask(const Question &question, QWidget *parent, std::function<void()> confirmed)
{
    auto *dialog = new ConfirmDialog(question, parent);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, parent, std::move(confirmed));
    dialog->open();
}

} // namespace Shardboard
