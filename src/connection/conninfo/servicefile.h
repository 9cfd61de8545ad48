// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMap>
#include <QString>
#include <QStringList>

namespace Shardboard {

/// The service files libpq would read, the user's first; those that exist.
QStringList serviceFiles();

/// The keywords of a service, empty when no file has it.
QMap<QString, QString> serviceKeywords(const QString &service);

} // namespace Shardboard
