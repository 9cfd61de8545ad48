// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connection/removedsecrets.h"

#include "connection/secretstore.h"

namespace Shardboard {

RemovedSecrets::RemovedSecrets(SecretStore &secrets, QObject *parent) : QObject(parent), m_secrets(secrets) {}

void RemovedSecrets::remove(const QString &id)
{
    m_removed.insert(id, std::nullopt);
    m_secrets.read(id, this, [this, id](const Outcome<std::optional<QString>> &secret) {
        const auto removed = m_removed.find(id);
        if (removed == m_removed.end())
            return; // restored meanwhile: it stays in the keychain
        if (secret && *secret)
            *removed = *secret;
        m_secrets.remove(id, this, [](const Completion &) {});
    });
}

void RemovedSecrets::restore(const QString &id)
{
    const auto removed = m_removed.constFind(id);
    if (removed == m_removed.cend())
        return;
    if (*removed)
        m_secrets.write(id, **removed, this, [](const Completion &) {});
    m_removed.erase(removed);
}

void RemovedSecrets::forget(const QString &id)
{
    // While it is being read its removal is still to come.
    if (const auto removed = m_removed.find(id); removed != m_removed.end() && *removed)
        m_removed.erase(removed);
}

} // namespace Shardboard
