// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/profile.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QLineEdit;
class QTableWidget;

namespace Shardboard {

class ColourPicker;
class FilePicker;
class Label;

/// The three sheets of the profile editor. Each reads its part of a profile and writes it back; a field left empty is a
/// keyword that is absent, so libpq's own rules apply.

class ServerForm final : public QWidget
{
    Q_OBJECT

public:
    explicit ServerForm(QWidget *parent = nullptr);
    void load(const Profile &profile);
    void store(Profile &profile) const;
    void focusFirst();

Q_SIGNALS:
    void edited();

private:
    void setupLayout();

    QLineEdit *m_name;
    QLineEdit *m_host;
    QLineEdit *m_port;
    QLineEdit *m_database;
    QLineEdit *m_user;
    QLineEdit *m_password;
    QComboBox *m_keeping;
    ColourPicker *m_colour;
    QCheckBox *m_production;
    QCheckBox *m_readOnly;
};

class EncryptionForm final : public QWidget
{
    Q_OBJECT

public:
    explicit EncryptionForm(QWidget *parent = nullptr);
    void load(const Profile &profile);
    void store(Profile &profile) const;

Q_SIGNALS:
    void edited();

private:
    void explain();

    QComboBox *m_mode;
    Label *m_explanation;
    FilePicker *m_rootCertificate;
    FilePicker *m_certificate;
    FilePicker *m_key;
};

class AdvancedForm final : public QWidget
{
    Q_OBJECT

public:
    explicit AdvancedForm(QWidget *parent = nullptr);
    void load(const Profile &profile);
    void store(Profile &profile) const;

Q_SIGNALS:
    void edited();

private:
    void setRow(int row, const QString &keyword, const QString &value);
    void keepEmptyRow();
    void maskSecret(int row);

    QComboBox *m_service;
    FilePicker *m_passfile;
    QTableWidget *m_keywords;
};

} // namespace Shardboard
