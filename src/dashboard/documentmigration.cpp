// SPDX-License-Identifier: GPL-3.0-or-later
#include "dashboard/documentmigration.h"

#include "dashboard/document.h"

namespace Shardboard {

using namespace Qt::StringLiterals;

const QList<DocumentMigration> &documentMigrations()
{
    // Version 1 is the first there is. A change that older documents do not survive adds its step here.
    static const QList<DocumentMigration> migrations;
    Q_ASSERT(migrations.size() + 1 == Document::currentSchemaVersion);
    return migrations;
}

Outcome<QJsonObject> migrateDocument(QJsonObject document, const QList<DocumentMigration> &migrations)
{
    const QString key = u"schemaVersion"_s;
    const int version = document.value(key).toInt(0);
    if (version < 1)
        return ServerError::usage(u"schemaVersion: must be a whole number from 1 on, this is no dashboard document"_s);
    for (qsizetype i = version - 1; i < migrations.size(); ++i) {
        document = migrations.at(i)(document);
        document[key] = int(i) + 2;
    }
    return document;
}

} // namespace Shardboard
