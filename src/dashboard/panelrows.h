// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/outcome.h"
#include "connection/values/resultset.h"

#include <functional>
#include <optional>

namespace Shardboard {

/// The rows of a panel's query, read by column name. The first thing that does not read is the error; whoever reads
/// checks it at the end.
class PanelRows
{
public:
    explicit PanelRows(const ResultSet &rows) : m_rows(rows) {}

    const ResultSet &rows() const { return m_rows; }
    qsizetype count() const { return m_rows.rowCount(); }
    /// -1, and an error, when there is none of that name; -1 alone for an empty name.
    int column(const QString &name);
    /// Nothing for NULL; for a column of -1; and, with an error, for what is none.
    std::optional<double> number(qsizetype row, int column);
    std::optional<qint64> time(qsizetype row, int column);

    void fail(const QString &message, const QString &hint = {});
    const std::optional<ServerError> &error() const { return m_error; }

private:
    const ResultSet &m_rows;
    std::optional<ServerError> m_error;
};

/// A copy of the rows that are wanted, in their order.
ResultSet copyRows(const ResultSet &rows, const std::function<bool(qsizetype row)> &isWanted);

} // namespace Shardboard
