// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Private to this room: what PostgreSQL's own parser (libpg_query) makes of a text.
#include "connection/values/servererror.h"

#include <QByteArray>
#include <QJsonArray>

#include <optional>

namespace Shardboard {

struct SqlTree
{
    QJsonArray statements; ///< {"stmt": {kind: {…}}, "stmt_location", "stmt_len"}, positions in bytes
    /// The text does not parse, or is nested deeper or longer than a tree is read (then without a SQLSTATE). There are
    /// no statements then.
    std::optional<ServerError> error;
};

/// Any thread.
SqlTree parseSqlTree(const QByteArray &utf8);

} // namespace Shardboard
