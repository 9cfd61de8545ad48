// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/connectionsettings.h"
#include "connection/values/outcome.h"

#include <QMap>
#include <QString>

namespace Shardboard {

/// What libpq knows about the words a connection is described with.

/// Reads a URI or key=value pairs as libpq does; nothing is added that the text does not say.
Outcome<ConnectionSettings> parseLibpqText(const QString &text);

/// Checks keywords with libpq, and the values that libpq itself would only judge when it connects. Takes the password
/// out of the keywords.
Outcome<ConnectionSettings> settingsFromKeywords(const QMap<QString, QString> &keywords);

/// The keyword that a PG* variable stands for, empty when libpq reads no such variable.
QString keywordOfVariable(const QString &variable);

/// Whether libpq has such a keyword.
bool isKnownKeyword(const QString &keyword);

/// True for password, sslpassword and whatever else libpq says is not for showing.
bool isSecretKeyword(const QString &keyword);

/// libpq's defaults, the PG* variables of this program included.
QMap<QString, QString> defaultKeywords();

/// `key=value key='other value'`.
QString joinKeywords(const QMap<QString, QString> &keywords);

} // namespace Shardboard
