// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/connection/connectiontest.h"

#include <QDialog>

class QPushButton;
class QTabWidget;

namespace Shardboard {

class AdvancedForm;
class EncryptionForm;
class ErrorView;
class IoThread;
class Label;
class ServerForm;

/// Edits a connection, tries it without blocking, and hands the result back; saving is the owner's.
class ProfileEditor final : public QDialog
{
    Q_OBJECT

public:
    ProfileEditor(const Profile &profile, IoThread &io, QWidget *parent);
    /// As the forms say now; the name falls back to the target.
    Profile profile() const;

public Q_SLOTS:
    void startTest();

Q_SIGNALS:
    /// settings.password holds a password that was typed, to be kept when savePassword says so.
    void saved(const Shardboard::Profile &profile, bool connectNow);

private:
    void setupLayout();
    void setupButtons();
    void trySave(bool connectNow);
    void showTest(const LinkStatus &status, std::chrono::milliseconds elapsed);
    void showLine(const QString &icon, const QColor &colour, const QString &text);
    void clearResult();

    Profile m_original;
    ConnectionTest m_test;
    QTabWidget *m_tabs;
    ServerForm *m_server;
    EncryptionForm *m_encryption;
    AdvancedForm *m_advanced;
    Label *m_icon;
    Label *m_line;
    ErrorView *m_error;
    QPushButton *m_testButton;
    QPushButton *m_save;
    QPushButton *m_connect;
};

} // namespace Shardboard
