// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QObject>
#include <QString>

#include <optional>

namespace Shardboard {

class SecretStore;

/// Takes the password of a removed connection out of the keychain at once, not when its undo is no longer offered: the
/// program may end before. It is kept in memory for the undo. GUI thread.
class RemovedSecrets final : public QObject
{
    Q_OBJECT

public:
    explicit RemovedSecrets(SecretStore &secrets, QObject *parent = nullptr);

    void remove(const QString &id);
    void restore(const QString &id);
    /// The undo is no longer offered.
    void forget(const QString &id);

private:
    SecretStore &m_secrets;
    QHash<QString, std::optional<QString>> m_removed; ///< by connection; nullopt while it is being read
};

} // namespace Shardboard
