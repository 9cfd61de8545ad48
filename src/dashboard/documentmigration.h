// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/outcome.h"

#include <QJsonObject>
#include <QList>

#include <functional>

namespace Shardboard {

/// Steps that bring a document of an older schema to the next one: the first of them from version 1 to 2, and so on.
using DocumentMigration = std::function<QJsonObject(QJsonObject)>;
const QList<DocumentMigration> &documentMigrations();

/// Runs the steps a document still lacks and sets its schemaVersion. One without a version, or older than the first, is
/// an error; one as new as the steps lead, or newer, comes back as it is.
Outcome<QJsonObject> migrateDocument(
    QJsonObject document, const QList<DocumentMigration> &migrations = documentMigrations());

} // namespace Shardboard
