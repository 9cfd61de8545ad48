// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>
#include <QString>

#include <chrono>
#include <optional>

namespace Shardboard {

/// A statement for the server. Values travel as parameters ($1, $2, …) in text form, never glued into the SQL.
struct Query
{
    QString sql;
    QList<std::optional<QByteArray>>
        parameters; ///< UTF-8 text, nullopt is NULL; empty: sql may hold several statements
    std::chrono::milliseconds timeout{0}; ///< cancelled on the server after this long; 0: the session's own limit

    Query() = default;
    Query(QString statement, QList<std::optional<QByteArray>> values = {})
        : sql(std::move(statement)), parameters(std::move(values))
    {
    }

    bool operator==(const Query &) const = default;
};

} // namespace Shardboard
