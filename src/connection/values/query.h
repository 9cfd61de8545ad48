// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>
#include <QString>

#include <chrono>
#include <optional>

namespace Shardboard {

/// How much of a result is kept; 0: everything. What is beyond is not kept in memory, and the result says so.
struct ResultLimits
{
    qsizetype rows = 0;
    qsizetype bytes = 0; ///< of all cells
    qsizetype cellBytes = 0; ///< longer cells are cut at a character

    bool operator==(const ResultLimits &) const = default;
};

/// A statement for the server. Values travel as parameters ($1, $2, …) in text form, never glued into the SQL.
struct Query
{
    QString sql;
    QList<std::optional<QByteArray>>
        parameters; ///< UTF-8 text, nullopt is NULL; empty: sql may hold several statements
    std::chrono::milliseconds timeout{0}; ///< cancelled on the server after this long; 0: the session's own limit
    ResultLimits limits;

    Query() = default;
    Query(QString statement, QList<std::optional<QByteArray>> values = {})
        : sql(std::move(statement)), parameters(std::move(values))
    {
    }

    bool operator==(const Query &) const = default;
};

} // namespace Shardboard
