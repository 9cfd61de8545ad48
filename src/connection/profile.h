// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/connectionsettings.h"
#include "connection/values/outcome.h"

#include <QList>
#include <QString>

#include <functional>

namespace Shardboard {

/// A saved connection. The password is never part of it: it is in the keychain, or asked for.
struct Profile
{
    QString id; ///< stable, made once
    QString name;
    ConnectionSettings settings;
    QString colour; ///< "#rrggbb", empty for none
    bool isProduction = false; ///< asks before anything is changed
    bool isReadOnly = false; ///< default_transaction_read_only for every session
    bool savePassword = true; ///< in the keychain, after a successful connect

    bool operator==(const Profile &) const = default;
};

/// The saved connections as a JSON document, written atomically; unknown keys are kept. Several programs may write it:
/// each changes what is in the file, never what it read a while ago. Any thread.
class ProfileStore
{
public:
    /// `path` of the document; the default is connections.json in the configuration folder.
    explicit ProfileStore(QString path = defaultPath());

    Outcome<QList<Profile>> load() const; ///< a missing file is an empty list
    /// Applies the edit to the connections as they are in the file now, and returns them as written.
    Outcome<QList<Profile>> change(const std::function<void(QList<Profile> &profiles)> &edit) const;
    static QString defaultPath();

private:
    QString m_path;
};

} // namespace Shardboard
