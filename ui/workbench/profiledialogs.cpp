// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/workbench/profiledialogs.h"

#include "connection/secretstore.h"
#include "ui/connection/connectionbook.h"
#include "ui/connection/connectioncontroller.h"
#include "ui/connection/passwordprompt.h"
#include "ui/connection/profileeditor.h"

namespace Shardboard {

ProfileDialogs::ProfileDialogs(const WorkbenchParts &parts, QWidget &window)
    : QObject(&window), m_parts(parts), m_window(window)
{
}

void ProfileDialogs::edit(const Profile &profile)
{
    auto *editor = new ProfileEditor(profile, m_parts.io, &m_window);
    editor->setAttribute(Qt::WA_DeleteOnClose);
    connect(editor, &ProfileEditor::saved, this, &ProfileDialogs::save);
    editor->open();
}

void ProfileDialogs::askPassword(const Profile &profile, const QString &refusal)
{
    auto *prompt = new PasswordPrompt(profile, m_parts.connection.status().target, refusal, &m_window);
    prompt->setAttribute(Qt::WA_DeleteOnClose);
    connect(prompt, &QDialog::accepted, this,
        [this, prompt] { m_parts.connection.answerPassword(prompt->password(), prompt->keeps()); });
    connect(prompt, &QDialog::rejected, &m_parts.connection, &ConnectionController::giveUp);
    prompt->open();
}

void ProfileDialogs::save(const Profile &profile, bool connectNow)
{
    const auto saved = m_parts.book.put(profile);
    if (!saved) {
        Q_EMIT failed(saved.error(), tr("“%1” could not be saved").arg(profile.name));
        return;
    }
    SecretStore &secrets = m_parts.connection.secrets();
    if (profile.settings.password && profile.savePassword)
        secrets.write(saved->id, *profile.settings.password, this, [this](const Completion &written) {
            if (written.isError())
                Q_EMIT failed(written.error(), tr("The keychain could not keep the password"));
        });
    if (!profile.savePassword)
        secrets.remove(saved->id, this, [](const Completion &) {});
    if (!connectNow)
        return;
    Profile next = *saved;
    next.settings.password = profile.settings.password;
    Q_EMIT connectRequested(next);
}

} // namespace Shardboard
