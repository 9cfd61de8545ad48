// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connection/profileeditor.h"

#include "connection/conninfo.h"
#include "ui/common/errorview.h"
#include "ui/common/icons.h"
#include "ui/common/labels.h"
#include "ui/common/theme.h"
#include "ui/common/timetext.h"
#include "ui/connection/profileforms.h"
#include "ui/workbench/statusstrip.h"

#include <QPushButton>
#include <QTabWidget>
#include <QVBoxLayout>

namespace Shardboard {

ProfileEditor::ProfileEditor(const Profile &profile, IoThread &io, QWidget *parent)
    : QDialog(parent)
    , m_original(profile)
    , m_test(io)
    , m_tabs(new QTabWidget(this))
    , m_server(new ServerForm(this))
    , m_encryption(new EncryptionForm(this))
    , m_advanced(new AdvancedForm(this))
    , m_icon(new Label(this))
    , m_line(makeTextLabel(this))
    , m_error(new ErrorView(this))
    , m_testButton(new QPushButton(tr("Test"), this))
    , m_save(new QPushButton(tr("Save"), this))
    , m_connect(new QPushButton(tr("Save and connect"), this))
{
    setWindowTitle(profile.id.isEmpty() ? tr("New connection") : tr("Edit connection"));
    setWindowModality(Qt::WindowModal);
    setupLayout();
    setupButtons();
    m_server->load(profile);
    m_encryption->load(profile);
    m_advanced->load(profile);
    connect(m_server, &ServerForm::edited, this, &ProfileEditor::clearResult);
    connect(m_encryption, &EncryptionForm::edited, this, &ProfileEditor::clearResult);
    connect(m_advanced, &AdvancedForm::edited, this, &ProfileEditor::clearResult);
    clearResult();
    m_server->focusFirst();
    resize(620, 520);
}

void ProfileEditor::setupLayout()
{
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(m_server, tr("Server"));
    m_tabs->addTab(m_encryption, tr("Encryption"));
    m_tabs->addTab(m_advanced, tr("Advanced"));
    auto *result = new QHBoxLayout;
    result->setSpacing(Spacing::small);
    result->addWidget(m_icon, 0, Qt::AlignTop);
    result->addWidget(m_line, 1);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(Spacing::small);
    auto *cancel = new QPushButton(tr("Cancel"), this);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    buttons->addWidget(m_testButton);
    buttons->addStretch(1);
    for (QPushButton *button : {cancel, m_save, m_connect})
        buttons->addWidget(button);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(Spacing::huge, Spacing::medium, Spacing::huge, Spacing::large);
    layout->setSpacing(Spacing::medium);
    layout->addWidget(m_tabs, 1);
    layout->addLayout(result);
    layout->addWidget(m_error);
    layout->addLayout(buttons);
}

void ProfileEditor::setupButtons()
{
    m_connect->setDefault(true);
    connect(m_save, &QPushButton::clicked, this, [this] { trySave(false); });
    connect(m_connect, &QPushButton::clicked, this, [this] { trySave(true); });
    connect(m_testButton, &QPushButton::clicked, this, [this] {
        if (m_test.isRunning())
            clearResult();
        else
            startTest();
    });
    connect(&m_test, &ConnectionTest::finished, this, &ProfileEditor::showTest);
}

Profile ProfileEditor::profile() const
{
    Profile profile = m_original;
    m_server->store(profile);
    m_encryption->store(profile);
    m_advanced->store(profile);
    if (profile.name.isEmpty())
        profile.name = describeTarget(profile.settings);
    return profile;
}

void ProfileEditor::trySave(bool connectNow)
{
    const Profile result = profile();
    // libpq itself judges keywords and values.
    if (const auto checked = parseConnection(toConninfo(result.settings)); checked.isError()) {
        clearResult();
        m_error->setError(checked.error(), tr("This cannot be saved yet"));
        m_error->show();
        return;
    }
    m_test.cancel();
    Q_EMIT saved(result, connectNow);
    accept();
}

void ProfileEditor::startTest()
{
    clearResult();
    showLine(QStringLiteral("pending"), Theme::instance().dimText(),
        tr("Connecting to %1…").arg(describeTarget(profile().settings)));
    m_testButton->setText(tr("Stop testing"));
    m_test.start(profile());
}

void ProfileEditor::showTest(const LinkStatus &status, std::chrono::milliseconds elapsed)
{
    clearResult();
    if (status.error) {
        m_error->setError(*status.error, tr("The test did not succeed"));
        m_error->show();
        return;
    }
    QStringList parts{describeServer(*status.server)};
    parts.append(status.peer.usesTls ? status.peer.tlsDescription : tr("no TLS"));
    parts.append(tr("ready in %1").arg(describeDuration(double(elapsed.count()))));
    showLine(QStringLiteral("check-circle"), Theme::instance().success(), parts.join(QStringLiteral(" · ")));
}

void ProfileEditor::showLine(const QString &icon, const QColor &colour, const QString &text)
{
    m_icon->setPixmap(symbolicPixmap(icon, 16, colour, devicePixelRatioF()));
    m_icon->show();
    m_line->setText(text);
    m_line->show();
}

void ProfileEditor::clearResult()
{
    m_test.cancel();
    m_testButton->setText(tr("Test"));
    m_icon->hide();
    m_line->hide();
    m_error->hide();
}

} // namespace Shardboard
