// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connection/connectionbook.h"

#include "connection/conninfo.h"
#include "ui/common/timetext.h"

#include <QColor>
#include <QSettings>
#include <QUuid>

#include <algorithm>

namespace Shardboard {

namespace {

QString usedKey(const QString &id)
{
    return QStringLiteral("lastUsed/") + id;
}

QString spokenText(const Profile &profile)
{
    QStringList parts{profile.name, describeTarget(profile.settings)};
    if (profile.isProduction)
        parts.append(ConnectionBook::tr("production"));
    if (profile.isReadOnly)
        parts.append(ConnectionBook::tr("read-only"));
    return parts.join(QStringLiteral(", "));
}

} // namespace

ConnectionBook::ConnectionBook(ProfileStore store, QObject *parent)
    : QAbstractListModel(parent), m_store(std::move(store))
{
}

int ConnectionBook::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_profiles.size());
}

QVariant ConnectionBook::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Profile &profile = m_profiles.at(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return profile.name;
    case TargetRole:
        return describeTarget(profile.settings);
    case Qt::ToolTipRole:
        return describeTarget(profile.settings);
    case Qt::AccessibleTextRole:
        return spokenText(profile);
    case ColourRole:
        return profile.colour.isEmpty() ? QColor() : QColor(profile.colour);
    case ProductionRole:
        return profile.isProduction;
    case ReadOnlyRole:
        return profile.isReadOnly;
    case LastUsedRole: {
        const QDateTime then = lastUsed(profile.id);
        return then.isValid() ? describeAge(then, QDateTime::currentDateTimeUtc()) : QString();
    }
    default:
        return {};
    }
}

Completion ConnectionBook::load()
{
    const auto loaded = m_store.load();
    beginResetModel();
    m_profiles = loaded ? loaded.value() : QList<Profile>();
    endResetModel();
    return loaded ? Completion(Nothing{}) : loaded.failure<Nothing>();
}

std::optional<Profile> ConnectionBook::find(const QString &id) const
{
    const auto found = std::ranges::find(m_profiles, id, &Profile::id);
    return found == m_profiles.end() ? std::nullopt : std::optional(*found);
}

Outcome<Profile> ConnectionBook::put(Profile profile)
{
    if (profile.id.isEmpty())
        profile.id = QUuid::createUuid().toString(QUuid::WithoutBraces);
    profile.settings.password.reset();
    QList<Profile> next = m_profiles;
    const auto row = int(std::ranges::find(next, profile.id, &Profile::id) - next.begin());
    const bool isNew = row == next.size();
    if (isNew)
        next.append(profile);
    else
        next[row] = profile;
    if (const auto saved = m_store.save(next); !saved)
        return saved.failure<Profile>();
    if (isNew)
        beginInsertRows({}, row, row);
    m_profiles = next;
    if (isNew)
        endInsertRows();
    else
        Q_EMIT dataChanged(index(row), index(row));
    return profile;
}

Completion ConnectionBook::remove(int row)
{
    QList<Profile> next = m_profiles;
    next.removeAt(row);
    if (auto saved = m_store.save(next); !saved)
        return saved;
    beginRemoveRows({}, row, row);
    m_profiles = next;
    endRemoveRows();
    return Nothing{};
}

Completion ConnectionBook::restore(int row, const Profile &profile)
{
    row = qBound(0, row, int(m_profiles.size()));
    QList<Profile> next = m_profiles;
    next.insert(row, profile);
    if (auto saved = m_store.save(next); !saved)
        return saved;
    beginInsertRows({}, row, row);
    m_profiles = next;
    endInsertRows();
    return Nothing{};
}

void ConnectionBook::markUsed(const QString &id)
{
    QSettings().setValue(usedKey(id), QDateTime::currentDateTimeUtc());
    for (int row = 0; row < m_profiles.size(); ++row)
        if (m_profiles.at(row).id == id)
            Q_EMIT dataChanged(index(row), index(row), {LastUsedRole});
}

QDateTime ConnectionBook::lastUsed(const QString &id) const
{
    return QSettings().value(usedKey(id)).toDateTime();
}

} // namespace Shardboard
