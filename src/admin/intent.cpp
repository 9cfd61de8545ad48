// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/intent.h"

#include <QJsonDocument>

namespace Shardboard {

namespace {

constexpr int documentVersion = 1;

QString documentName()
{
    return QStringLiteral("shardboard-intent");
}

} // namespace

QByteArray intentToJson(const Intent &intent)
{
    const QJsonObject document{
        {QStringLiteral("document"), documentName()},
        {QStringLiteral("version"), documentVersion},
        {QStringLiteral("kind"), intent.kind},
        {QStringLiteral("settings"), intent.settings},
    };
    return QJsonDocument(document).toJson(QJsonDocument::Indented);
}

Outcome<Intent> intentFromJson(const QByteArray &json)
{
    QJsonParseError problem;
    const QJsonDocument parsed = QJsonDocument::fromJson(json, &problem);
    if (problem.error != QJsonParseError::NoError)
        return ServerError::usage(
            QStringLiteral("the intent is not JSON: %1 at byte %2").arg(problem.errorString()).arg(problem.offset));
    const QJsonObject document = parsed.object();
    if (document.value(QStringLiteral("document")).toString() != documentName())
        return ServerError::usage(QStringLiteral("this JSON document is no intent"),
            QStringLiteral("An intent says \"document\": \"%1\".").arg(documentName()));
    const int version = document.value(QStringLiteral("version")).toInt();
    if (version < 1 || version > documentVersion)
        return ServerError::usage(
            QStringLiteral("the intent has version %1, this program reads up to %2").arg(version).arg(documentVersion));
    const Intent intent{
        document.value(QStringLiteral("kind")).toString(), document.value(QStringLiteral("settings")).toObject()};
    if (intent.kind.isEmpty())
        return ServerError::usage(QStringLiteral("the intent does not say its kind"));
    return intent;
}

} // namespace Shardboard
