// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connection/passwordprompt.h"

#include "ui/common/labels.h"
#include "ui/common/theme.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace Shardboard {

PasswordPrompt::PasswordPrompt(const Profile &profile, const QString &target, const QString &refusal, QWidget *parent)
    : QDialog(parent)
    , m_password(new QLineEdit(this))
    , m_keep(new QCheckBox(tr("Keep it in the system's keychain"), this))
{
    setWindowTitle(tr("Password"));
    setWindowModality(Qt::WindowModal);
    setMinimumWidth(400);
    m_password->setEchoMode(QLineEdit::Password);
    m_password->setAccessibleName(tr("Password"));
    m_keep->setChecked(profile.savePassword);
    // Without an id there is nothing to keep it under.
    m_keep->setVisible(!profile.id.isEmpty());
    setupLayout(profile, target, refusal);
}

void PasswordPrompt::setupLayout(const Profile &profile, const QString &target, const QString &refusal)
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(Spacing::huge, Spacing::huge, Spacing::huge, Spacing::large);
    layout->addWidget(
        makeHeading(tr("Password for %1").arg(profile.name.isEmpty() ? target : profile.name), 1.15, this));
    layout->addWidget(makeDimLabel(target, this));
    if (!refusal.isEmpty()) {
        auto *said = makeTextLabel(this);
        said->setText(refusal);
        setTone(said, Tone::Error);
        layout->addWidget(said);
    }
    layout->addWidget(m_password);
    layout->addWidget(m_keep);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    buttons->addButton(tr("Connect"), QDialogButtonBox::AcceptRole)->setDefault(true);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    layout->addSpacing(Spacing::small);
    layout->addWidget(buttons);
    m_password->setFocus();
}

QString PasswordPrompt::password() const
{
    return m_password->text();
}

bool PasswordPrompt::keeps() const
{
    return m_keep->isChecked();
}

} // namespace Shardboard
