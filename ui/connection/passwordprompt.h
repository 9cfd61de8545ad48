// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/profile.h"

#include <QDialog>

class QCheckBox;
class QLineEdit;

namespace Shardboard {

/// Asks for the password of one connection, window-modal. accepted(): password() and keeps() hold the answer.
class PasswordPrompt final : public QDialog
{
    Q_OBJECT

public:
    /// `refusal` is what the server said to the last one, empty the first time.
    PasswordPrompt(const Profile &profile, const QString &target, const QString &refusal, QWidget *parent);
    QString password() const;
    bool keeps() const;

private:
    void setupLayout(const Profile &profile, const QString &target, const QString &refusal);

    QLineEdit *m_password;
    QCheckBox *m_keep;
};

} // namespace Shardboard
