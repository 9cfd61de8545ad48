// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/connectionsettings.h"
#include "connection/values/outcome.h"

#include <QList>
#include <QString>

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

/// The saved connections as a JSON document, written atomically; unknown keys are kept. Any thread, one writer.
class ProfileStore
{
public:
    /// `path` of the document; the default is connections.json in the configuration folder.
    explicit ProfileStore(QString path = defaultPath());

    Outcome<QList<Profile>> load() const; ///< a missing file is an empty list
    Completion save(const QList<Profile> &profiles) const;
    static QString defaultPath();

private:
    QString m_path;
};

} // namespace Shardboard
