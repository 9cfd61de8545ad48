// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Private to this room: questions to a statement's tree ({kind: {…}}), as parseSqlTree() gives it.
#include <QJsonObject>

namespace Shardboard {

/// SELECT, VALUES or TABLE without INTO, row locks, WITH parts that write or set_config(), at any depth.
bool isSelectWithoutEffect(const QJsonObject &statement);
/// That, SHOW, or EXPLAIN of that.
bool isStatementReading(const QJsonObject &statement);

} // namespace Shardboard
