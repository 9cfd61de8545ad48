// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/profile.h"

#include "connection/conninfo/keywords.h"
#include "connection/sharedfile.h"

#include <QFile>
#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QSet>
#include <QStandardPaths>

namespace Shardboard {

namespace {

constexpr int formatVersion = 1;

const QString keyVersion = QStringLiteral("schemaVersion");
const QString keyConnections = QStringLiteral("connections");
const QString keyId = QStringLiteral("id");
const QString keyName = QStringLiteral("name");
const QString keySettings = QStringLiteral("settings");
const QString keyColour = QStringLiteral("colour");
const QString keyProduction = QStringLiteral("production");
const QString keyReadOnly = QStringLiteral("readOnly");
const QString keySavePassword = QStringLiteral("savePassword");

ServerError fileError(const QString &path, const QString &what)
{
    return ServerError::file(QStringLiteral("%1: %2").arg(path, what));
}

/// The document checked in its outline. A missing file is an empty document.
Outcome<QJsonObject> readDocument(const QString &path, const std::optional<QByteArray> &bytes)
{
    if (!bytes)
        return QJsonObject{{keyVersion, formatVersion}};
    QJsonParseError problem;
    const QJsonDocument document = QJsonDocument::fromJson(*bytes, &problem);
    if (problem.error != QJsonParseError::NoError)
        return fileError(path, QStringLiteral("%1 at byte %2").arg(problem.errorString()).arg(problem.offset));
    if (!document.isObject())
        return fileError(path, QStringLiteral("a JSON object is expected"));
    const QJsonValue version = document.object()[keyVersion];
    if (!version.isDouble())
        return fileError(path, QStringLiteral("%1 is missing").arg(keyVersion));
    if (version.toInt() > formatVersion) {
        return fileError(path,
            QStringLiteral("it was written by a newer version of Shardboard (%1 %2, this one knows %3)")
                .arg(keyVersion)
                .arg(version.toInt())
                .arg(formatVersion));
    }
    const QJsonValue connections = document.object()[keyConnections];
    if (!connections.isUndefined() && !connections.isArray())
        return fileError(path, QStringLiteral("%1 is not an array").arg(keyConnections));
    return document.object();
}

/// What is wrong with one connection of the document, or empty.
QString complaintAbout(const QJsonValue &value, const QSet<QString> &knownIds)
{
    if (!value.isObject())
        return QStringLiteral("it is not an object");
    const QJsonObject object = value.toObject();
    const QString id = object[keyId].toString();
    if (id.isEmpty())
        return QStringLiteral("it has no %1").arg(keyId);
    if (knownIds.contains(id))
        return QStringLiteral("its %1 “%2” is there twice").arg(keyId, id);
    if (!object[keyName].isString())
        return QStringLiteral("it has no %1").arg(keyName);
    if (!object[keySettings].isObject())
        return QStringLiteral("it has no %1").arg(keySettings);
    const QJsonObject settings = object[keySettings].toObject();
    for (auto it = settings.begin(); it != settings.end(); ++it) {
        if (!it.value().isString())
            return QStringLiteral("the setting %1 is not a text").arg(it.key());
    }
    static const QRegularExpression colour(QStringLiteral("\\A(#[0-9a-fA-F]{6})?\\z"));
    if (!colour.match(object[keyColour].toString()).hasMatch())
        return QStringLiteral("its %1 is not of the form #rrggbb").arg(keyColour);
    return {};
}

Profile readProfile(const QJsonObject &object)
{
    Profile profile;
    profile.id = object[keyId].toString();
    profile.name = object[keyName].toString();
    const QJsonObject settings = object[keySettings].toObject();
    for (auto it = settings.begin(); it != settings.end(); ++it) {
        if (!isSecretKeyword(it.key())) // written by hand: it must not spread
            profile.settings.keywords.insert(it.key(), it.value().toString());
    }
    profile.colour = object[keyColour].toString();
    profile.isProduction = object[keyProduction].toBool();
    profile.isReadOnly = object[keyReadOnly].toBool();
    profile.savePassword = object[keySavePassword].toBool(true);
    return profile;
}

/// The profile written over what the document had for it, so that keys of other versions stay.
QJsonObject writeProfile(const Profile &profile, QJsonObject object)
{
    QJsonObject settings;
    for (auto it = profile.settings.keywords.begin(); it != profile.settings.keywords.end(); ++it) {
        if (!isSecretKeyword(it.key()))
            settings.insert(it.key(), it.value());
    }
    object.insert(keyId, profile.id);
    object.insert(keyName, profile.name);
    object.insert(keySettings, settings);
    object.insert(keyColour, profile.colour);
    object.insert(keyProduction, profile.isProduction);
    object.insert(keyReadOnly, profile.isReadOnly);
    object.insert(keySavePassword, profile.savePassword);
    return object;
}

Outcome<QList<Profile>> readProfiles(const QString &path, const QJsonObject &document)
{
    QList<Profile> profiles;
    QSet<QString> ids;
    const QJsonArray connections = document[keyConnections].toArray();
    for (const QJsonValue &value : connections) {
        const QString complaint = complaintAbout(value, ids);
        if (!complaint.isEmpty())
            return fileError(path, QStringLiteral("connection %1: %2").arg(profiles.size() + 1).arg(complaint));
        profiles.append(readProfile(value.toObject()));
        ids.insert(profiles.last().id);
    }
    return profiles;
}

QByteArray writeDocument(QJsonObject document, const QList<Profile> &profiles)
{
    QHash<QString, QJsonObject> before;
    const QJsonArray connections = document[keyConnections].toArray();
    for (const QJsonValue &value : connections)
        before.insert(value[keyId].toString(), value.toObject());
    QJsonArray written;
    for (const Profile &profile : profiles)
        written.append(writeProfile(profile, before.value(profile.id)));
    document.insert(keyVersion, formatVersion);
    document.insert(keyConnections, written);
    return QJsonDocument(document).toJson();
}

} // namespace

ProfileStore::ProfileStore(QString path) : m_path(std::move(path)) {}

Outcome<QList<Profile>> ProfileStore::load() const
{
    QFile file(m_path);
    if (!file.exists())
        return QList<Profile>();
    if (!file.open(QIODevice::ReadOnly))
        return fileError(m_path, file.errorString());
    const auto document = readDocument(m_path, file.readAll());
    return document ? readProfiles(m_path, *document) : document.failure<QList<Profile>>();
}

Outcome<QList<Profile>> ProfileStore::change(const std::function<void(QList<Profile> &)> &edit) const
{
    QList<Profile> written;
    const auto changed = changeSharedFile(m_path, [&](const std::optional<QByteArray> &before) -> Outcome<QByteArray> {
        // A document that cannot be read is somebody's work: it is not overwritten.
        const auto document = readDocument(m_path, before);
        if (!document)
            return document.failure<QByteArray>();
        auto profiles = readProfiles(m_path, *document);
        if (!profiles)
            return profiles.failure<QByteArray>();
        written = std::move(profiles).value();
        edit(written);
        return writeDocument(*document, written);
    });
    return changed ? Outcome<QList<Profile>>(written) : changed.failure<QList<Profile>>();
}

QString ProfileStore::defaultPath()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation)
        + QStringLiteral("/shardboard/connections.json");
}

} // namespace Shardboard
