// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connection/profileforms.h"

#include "connection/conninfo.h"
#include "connection/conninfo/keywords.h"
#include "ui/common/colourpicker.h"
#include "ui/common/filepicker.h"
#include "ui/common/forms.h"
#include "ui/common/labels.h"
#include "ui/common/theme.h"
#include "ui/connection/sslmodes.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QTableWidget>

namespace Shardboard {

namespace {

/// Keywords that have a field of their own; all others are in the table.
const QStringList &namedKeywords()
{
    static const QStringList names{QStringLiteral("host"), QStringLiteral("port"), QStringLiteral("dbname"),
        QStringLiteral("user"), QStringLiteral("sslmode"), QStringLiteral("sslrootcert"), QStringLiteral("sslcert"),
        QStringLiteral("sslkey"), QStringLiteral("service"), QStringLiteral("passfile")};
    return names;
}

void put(Profile &profile, const char *keyword, const QString &value)
{
    const QString key = QString::fromLatin1(keyword);
    if (value.trimmed().isEmpty())
        profile.settings.keywords.remove(key);
    else
        profile.settings.keywords.insert(key, value.trimmed());
}

QString get(const Profile &profile, const char *keyword)
{
    return profile.settings.value(QString::fromLatin1(keyword));
}

constexpr int secretRole = Qt::UserRole;
const QString secretMask = QStringLiteral("••••••••");

QString valueOf(const QTableWidgetItem &item)
{
    return item.text() == secretMask ? item.data(secretRole).toString() : item.text();
}

} // namespace

ServerForm::ServerForm(QWidget *parent)
    : QWidget(parent)
    , m_name(new QLineEdit(this))
    , m_host(new QLineEdit(this))
    , m_port(new QLineEdit(this))
    , m_database(new QLineEdit(this))
    , m_user(new QLineEdit(this))
    , m_password(new QLineEdit(this))
    , m_keeping(new QComboBox(this))
    , m_colour(new ColourPicker(this))
    , m_production(new QCheckBox(tr("Production: ask before anything is changed"), this))
    , m_readOnly(new QCheckBox(tr("Read-only: the server refuses every change"), this))
{
    m_password->setEchoMode(QLineEdit::Password);
    m_keeping->addItems({tr("Keep in the system's keychain"), tr("Ask each time")});
    m_host->setPlaceholderText(tr("local socket"));
    m_port->setPlaceholderText(QStringLiteral("5432"));
    m_database->setPlaceholderText(tr("as the user"));
    m_user->setPlaceholderText(tr("your login name"));
    m_name->setPlaceholderText(tr("from the target"));
    m_name->setAccessibleName(tr("Name"));
    m_host->setAccessibleName(tr("Host"));
    m_port->setAccessibleName(tr("Port"));
    m_database->setAccessibleName(tr("Database"));
    m_user->setAccessibleName(tr("User"));
    m_password->setAccessibleName(tr("Password"));
    m_keeping->setAccessibleName(tr("What becomes of the password"));
    m_colour->setAccessibleName(tr("Colour"));
    setupLayout();
    for (const QLineEdit *edit : {m_name, m_host, m_port, m_database, m_user, m_password})
        connect(edit, &QLineEdit::textEdited, this, &ServerForm::edited);
}

void ServerForm::setupLayout()
{
    auto *form = makeForm(this);
    auto *place = new QHBoxLayout;
    place->setSpacing(Spacing::small);
    m_port->setFixedWidth(88);
    auto *portLabel = new Label(tr("Por&t"), this);
    portLabel->setBuddy(m_port);
    place->addWidget(m_host, 1);
    place->addWidget(portLabel);
    place->addWidget(m_port);
    auto *secret = new QHBoxLayout;
    secret->setSpacing(Spacing::small);
    secret->addWidget(m_password, 1);
    secret->addWidget(m_keeping);
    form->addRow(tr("&Name"), m_name);
    auto *hostLabel = new Label(tr("&Host"), this);
    hostLabel->setBuddy(m_host);
    form->addRow(hostLabel, place);
    form->addRow(tr("Data&base"), m_database);
    form->addRow(tr("&User"), m_user);
    auto *passwordLabel = new Label(tr("&Password"), this);
    passwordLabel->setBuddy(m_password);
    form->addRow(passwordLabel, secret);
    form->addRow(tr("Colour"), m_colour);
    form->addRow({}, m_production);
    form->addRow({}, m_readOnly);
    alignLabels(*form);
}

void ServerForm::load(const Profile &profile)
{
    m_name->setText(profile.name);
    m_host->setText(get(profile, "host"));
    m_port->setText(get(profile, "port"));
    m_database->setText(get(profile, "dbname"));
    m_user->setText(get(profile, "user"));
    m_password->setText(profile.settings.password.value_or(QString()));
    m_password->setPlaceholderText(profile.id.isEmpty() ? tr("asked for when needed") : tr("unchanged"));
    m_keeping->setCurrentIndex(profile.savePassword ? 0 : 1);
    m_colour->setColour(profile.colour);
    m_production->setChecked(profile.isProduction);
    m_readOnly->setChecked(profile.isReadOnly);
}

void ServerForm::store(Profile &profile) const
{
    profile.name = m_name->text().trimmed();
    put(profile, "host", m_host->text());
    put(profile, "port", m_port->text());
    put(profile, "dbname", m_database->text());
    put(profile, "user", m_user->text());
    profile.settings.password = m_password->text().isEmpty() ? std::nullopt : std::optional(m_password->text());
    profile.savePassword = m_keeping->currentIndex() == 0;
    profile.colour = m_colour->colour();
    profile.isProduction = m_production->isChecked();
    profile.isReadOnly = m_readOnly->isChecked();
}

void ServerForm::focusFirst()
{
    (m_name->text().isEmpty() ? m_name : m_host)->setFocus();
}

EncryptionForm::EncryptionForm(QWidget *parent)
    : QWidget(parent)
    , m_mode(new QComboBox(this))
    , m_explanation(makeDimLabel({}, this))
    , m_rootCertificate(new FilePicker(tr("Root certificate"), this))
    , m_certificate(new FilePicker(tr("Client certificate"), this))
    , m_key(new FilePicker(tr("Client key"), this))
{
    for (const SslMode &mode : sslModes())
        m_mode->addItem(mode.label, mode.value);
    m_mode->setAccessibleName(tr("TLS mode"));
    m_rootCertificate->setPlaceholder(QStringLiteral("~/.postgresql/root.crt"));
    m_certificate->setPlaceholder(QStringLiteral("~/.postgresql/postgresql.crt"));
    m_key->setPlaceholder(QStringLiteral("~/.postgresql/postgresql.key"));
    m_explanation->setMinimumHeight(3 * fontMetrics().lineSpacing());
    m_explanation->setAlignment(Qt::AlignTop);
    auto *form = makeForm(this);
    form->addRow(tr("TLS &mode"), m_mode);
    form->addRow({}, m_explanation);
    form->addRow(tr("&Root certificate"), m_rootCertificate);
    form->addRow(tr("Client &certificate"), m_certificate);
    form->addRow(tr("Client &key"), m_key);
    alignLabels(*form);
    connect(m_mode, &QComboBox::currentIndexChanged, this, &EncryptionForm::explain);
    connect(m_mode, &QComboBox::activated, this, &EncryptionForm::edited);
    for (const FilePicker *picker : {m_rootCertificate, m_certificate, m_key})
        connect(picker, &FilePicker::pathChanged, this, &EncryptionForm::edited);
    explain();
}

void EncryptionForm::explain()
{
    m_explanation->setText(sslModes().at(m_mode->currentIndex()).explanation);
    m_mode->setAccessibleDescription(m_explanation->text());
}

void EncryptionForm::load(const Profile &profile)
{
    m_mode->setCurrentIndex(qMax(0, m_mode->findData(get(profile, "sslmode"))));
    m_rootCertificate->setPath(get(profile, "sslrootcert"));
    m_certificate->setPath(get(profile, "sslcert"));
    m_key->setPath(get(profile, "sslkey"));
}

void EncryptionForm::store(Profile &profile) const
{
    put(profile, "sslmode", m_mode->currentData().toString());
    put(profile, "sslrootcert", m_rootCertificate->path());
    put(profile, "sslcert", m_certificate->path());
    put(profile, "sslkey", m_key->path());
}

AdvancedForm::AdvancedForm(QWidget *parent)
    : QWidget(parent)
    , m_service(new QComboBox(this))
    , m_passfile(new FilePicker(tr("Password file"), this))
    , m_keywords(new QTableWidget(0, 2, this))
{
    m_service->setEditable(true);
    m_service->addItem({});
    m_service->addItems(serviceNames());
    m_service->setAccessibleName(tr("Service"));
    m_service->setToolTip(tr("A section of pg_service.conf; fields filled in here go before it"));
    m_passfile->setPlaceholder(QStringLiteral("~/.pgpass"));
    m_keywords->setHorizontalHeaderLabels({tr("Keyword"), tr("Value")});
    m_keywords->setAccessibleName(tr("Further libpq keywords"));
    m_keywords->horizontalHeader()->setSectionResizeMode(0, QHeaderView::ResizeToContents);
    m_keywords->horizontalHeader()->setMinimumSectionSize(160);
    m_keywords->horizontalHeader()->setStretchLastSection(true);
    setupTable(*m_keywords);
    m_keywords->verticalHeader()->hide();
    auto *form = makeForm(this);
    form->addRow(tr("&Service"), m_service);
    form->addRow(tr("&Password file"), m_passfile);
    alignLabels(*form);
    form->addRow(makeDimLabel(tr("Any further keyword libpq knows, such as connect_timeout, options, "
                                 "target_session_attrs or keepalives_idle:"),
        this));
    form->addRow(m_keywords);
    connect(m_keywords, &QTableWidget::itemChanged, this, &AdvancedForm::keepEmptyRow);
    connect(m_keywords, &QTableWidget::itemChanged, this,
        [this](const QTableWidgetItem *item) { maskSecret(item->row()); });
    connect(m_keywords, &QTableWidget::itemChanged, this, &AdvancedForm::edited);
    connect(m_service, &QComboBox::currentTextChanged, this, &AdvancedForm::edited);
    connect(m_passfile, &FilePicker::pathChanged, this, &AdvancedForm::edited);
}

void AdvancedForm::load(const Profile &profile)
{
    m_service->setCurrentText(get(profile, "service"));
    m_passfile->setPath(get(profile, "passfile"));
    const QSignalBlocker blocker(m_keywords);
    m_keywords->setRowCount(0);
    for (auto it = profile.settings.keywords.begin(); it != profile.settings.keywords.end(); ++it)
        if (!namedKeywords().contains(it.key()))
            setRow(m_keywords->rowCount(), it.key(), it.value());
    keepEmptyRow();
}

void AdvancedForm::store(Profile &profile) const
{
    put(profile, "service", m_service->currentText());
    put(profile, "passfile", m_passfile->path());
    profile.settings.keywords.removeIf([](const auto &entry) { return !namedKeywords().contains(entry.key()); });
    for (int row = 0; row < m_keywords->rowCount(); ++row) {
        const QString keyword = m_keywords->item(row, 0)->text().trimmed();
        if (!keyword.isEmpty() && !namedKeywords().contains(keyword))
            profile.settings.keywords.insert(keyword, valueOf(*m_keywords->item(row, 1)));
    }
}

void AdvancedForm::setRow(int row, const QString &keyword, const QString &value)
{
    m_keywords->insertRow(row);
    m_keywords->setItem(row, 0, new QTableWidgetItem(keyword));
    m_keywords->setItem(row, 1, new QTableWidgetItem(value));
    maskSecret(row);
}

/// The value of a secret keyword is not shown once it has been entered.
void AdvancedForm::maskSecret(int row)
{
    QTableWidgetItem *value = m_keywords->item(row, 1);
    if (!value || value->text().isEmpty() || value->text() == secretMask
        || !isSecretKeyword(m_keywords->item(row, 0)->text().trimmed()))
        return;
    const QSignalBlocker blocker(m_keywords);
    value->setData(secretRole, value->text());
    value->setText(secretMask);
}

void AdvancedForm::keepEmptyRow()
{
    const int last = m_keywords->rowCount() - 1;
    const QSignalBlocker blocker(m_keywords);
    if (last < 0 || !m_keywords->item(last, 0)->text().isEmpty())
        setRow(last + 1, {}, {});
}

} // namespace Shardboard
