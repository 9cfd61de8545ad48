// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/profile.h"

#include <QAbstractListModel>
#include <QDateTime>

#include <optional>

namespace Shardboard {

/// The saved connections as a list, and its changes written back at once. When a connection was last used is kept
/// apart, in the program's settings: it says something about this desk, not about the connection.
class ConnectionBook final : public QAbstractListModel
{
    Q_OBJECT

public:
    enum Role { TargetRole = Qt::UserRole + 1, ColourRole, ProductionRole, ReadOnlyRole, LastUsedRole };
    Q_ENUM(Role)

    explicit ConnectionBook(ProfileStore store, QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;

    /// Reads the file. An error leaves the list empty and is not overwritten until the user saves.
    Completion load();
    /// Reads it again where another program has changed it; an error keeps what is known.
    void reload();
    const Profile &profile(int row) const { return m_profiles.at(row); }
    std::optional<Profile> find(const QString &id) const;
    /// Adds it, or replaces the one with the same id; an empty id gets a new one. Returns the profile as saved.
    Outcome<Profile> put(Profile profile);
    Completion remove(int row);
    /// Puts a removed connection back where it was.
    Completion restore(int row, const Profile &profile);
    void markUsed(const QString &id);

private:
    QDateTime lastUsed(const QString &id) const;
    void take(const QList<Profile> &profiles);

    ProfileStore m_store;
    QList<Profile> m_profiles;
};

} // namespace Shardboard
