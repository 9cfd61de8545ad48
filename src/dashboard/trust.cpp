// SPDX-License-Identifier: GPL-3.0-or-later
#include "dashboard/trust.h"

#include "connection/sharedfile.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QStandardPaths>

namespace Shardboard {

namespace {

using namespace Qt::StringLiterals;

constexpr int formatVersion = 1;
const QString keyVersion = u"schemaVersion"_s;
const QString keyDashboards = u"dashboards"_s;
const QString keyHash = u"sha256"_s;

struct Trust
{
    Q_DECLARE_TR_FUNCTIONS(Trust)
};

Outcome<QJsonObject> readStore(const QString &path, const std::optional<QByteArray> &bytes)
{
    if (!bytes)
        return QJsonObject{{keyVersion, formatVersion}};
    const QJsonDocument document = QJsonDocument::fromJson(*bytes);
    if (!document.isObject() || document[keyVersion].toInt() > formatVersion)
        return ServerError::file(u"%1: it is not a list of trusted dashboards that this version can read"_s.arg(path));
    return document.object();
}

/// What comes with the program, as it was built.
const QSet<QString> &shippedHashes()
{
    static const QSet<QString> hashes = [] {
        QSet<QString> all;
        const auto files = QDir(u":/dashboards"_s).entryInfoList({u"*.json"_s}, QDir::Files);
        for (const QFileInfo &info : files) {
            QFile file(info.filePath());
            if (!file.open(QIODevice::ReadOnly))
                continue;
            if (const auto document = documentFromJson(file.readAll()))
                all.insert(documentHash(*document));
        }
        return all;
    }();
    return hashes;
}

Completion remember(const QString &path, const QString &hash, const QString &title)
{
    return changeSharedFile(path, [&](const std::optional<QByteArray> &before) -> Outcome<QByteArray> {
        auto store = readStore(path, before);
        if (!store)
            return store.failure<QByteArray>();
        QJsonObject object = *store;
        QJsonArray dashboards = object[keyDashboards].toArray();
        for (const QJsonValue &value : std::as_const(dashboards))
            if (value[keyHash].toString() == hash)
                return before.value_or(QByteArray());
        dashboards.append(QJsonObject{{keyHash, hash}, {u"title"_s, title.left(200)},
            {u"since"_s, QDateTime::currentDateTimeUtc().toString(Qt::ISODate)}});
        object.insert(keyVersion, formatVersion);
        object.insert(keyDashboards, dashboards);
        return QJsonDocument(object).toJson();
    });
}

} // namespace

QString documentHash(const Document &document)
{
    return QString::fromLatin1(QCryptographicHash::hash(documentToJson(document), QCryptographicHash::Sha256).toHex());
}

TrustStore::TrustStore(QString path) : m_path(std::move(path)) {}

QString TrustStore::defaultPath()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation)
        + u"/shardboard/trusted-dashboards.json"_s;
}

// Read each time: another program may have asked meanwhile. A file that cannot be read trusts nothing.
QSet<QString> TrustStore::known() const
{
    QSet<QString> hashes = m_approved;
    QFile file(m_path);
    if (m_path.isEmpty() || !file.open(QIODevice::ReadOnly))
        return hashes;
    const auto store = readStore(m_path, file.readAll());
    if (!store)
        return hashes;
    const QJsonArray dashboards = (*store)[keyDashboards].toArray();
    for (const QJsonValue &value : dashboards)
        hashes.insert(value[keyHash].toString());
    return hashes;
}

std::optional<TrustedDocument> TrustStore::check(const Document &document) const
{
    const QString hash = documentHash(document);
    if (shippedHashes().contains(hash) || known().contains(hash))
        return TrustedDocument(document);
    return std::nullopt;
}

TrustedDocument TrustStore::approve(const Document &document, Completion *saved)
{
    const QString hash = documentHash(document);
    m_approved.insert(hash);
    const Completion written = m_path.isEmpty() ? Completion(Nothing{}) : remember(m_path, hash, document.title);
    if (saved)
        *saved = written;
    return TrustedDocument(document);
}

QList<DocumentStatement> statementsOf(const Document &document)
{
    QList<DocumentStatement> statements;
    for (const Variable &variable : document.variables)
        if (!variable.sql.isEmpty())
            statements.append({Trust::tr("Choices of variable “%1”").arg(variable.name), variable.sql});
    for (const Panel &panel : document.panels)
        if (!panel.sql.isEmpty())
            statements.append({Trust::tr("Panel “%1”").arg(panel.title), panel.sql});
    for (const Source &source : document.sources) {
        QStringList tables;
        for (const Source::Level &level : source.levels)
            tables << u"-- "_s + level.rollup;
        statements.append({Trust::tr("What {%1} stands for").arg(source.name), tables.join(u'\n')});
    }
    return statements;
}

QString trustSummary(const Document &document)
{
    QStringList lines{u"“%1” (id %2)"_s.arg(document.title, document.id), u"SHA-256 %1"_s.arg(documentHash(document))};
    for (const DocumentStatement &statement : statementsOf(document))
        lines << QString() << statement.place + u':' << statement.sql;
    return lines.join(u'\n');
}

} // namespace Shardboard
