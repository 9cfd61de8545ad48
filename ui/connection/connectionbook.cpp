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
    take(loaded ? loaded.value() : QList<Profile>());
    return loaded ? Completion(Nothing{}) : loaded.failure<Nothing>();
}

void ConnectionBook::reload()
{
    if (const auto loaded = m_store.load())
        take(*loaded);
}

// One row more, or one less, keeps what is chosen in the views.
void ConnectionBook::take(const QList<Profile> &profiles)
{
    const QList<Profile> before = m_profiles;
    const auto same = std::ranges::mismatch(before, profiles).in1 - before.begin();
    const auto row = int(same);
    if (profiles.size() == before.size() + 1 && profiles.mid(same + 1) == before.mid(same)) {
        beginInsertRows({}, row, row);
        m_profiles = profiles;
        endInsertRows();
    } else if (profiles.size() + 1 == before.size() && profiles.mid(same) == before.mid(same + 1)) {
        beginRemoveRows({}, row, row);
        m_profiles = profiles;
        endRemoveRows();
    } else if (std::ranges::equal(profiles, before, {}, &Profile::id, &Profile::id)) {
        m_profiles = profiles;
        if (row < rowCount())
            Q_EMIT dataChanged(index(row), index(rowCount() - 1));
    } else {
        beginResetModel();
        m_profiles = profiles;
        endResetModel();
    }
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
    const auto saved = m_store.change([&profile](QList<Profile> &all) {
        const auto known = std::ranges::find(all, profile.id, &Profile::id);
        if (known == all.end())
            all.append(profile);
        else
            *known = profile;
    });
    if (!saved)
        return saved.failure<Profile>();
    take(*saved);
    return profile;
}

Completion ConnectionBook::remove(int row)
{
    const auto saved = m_store.change([id = m_profiles.at(row).id](QList<Profile> &all) {
        all.removeIf([&id](const Profile &profile) { return profile.id == id; });
    });
    if (!saved)
        return saved.failure<Nothing>();
    take(*saved);
    return Nothing{};
}

Completion ConnectionBook::restore(int row, const Profile &profile)
{
    const auto saved = m_store.change([row, &profile](QList<Profile> &all) {
        all.removeIf([&profile](const Profile &one) { return one.id == profile.id; });
        all.insert(qBound(0, row, int(all.size())), profile);
    });
    if (!saved)
        return saved.failure<Nothing>();
    take(*saved);
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
