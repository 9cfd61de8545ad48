// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/outcome.h"
#include "connection/values/resultset.h"

#include <optional>

namespace Shardboard {

/// Whether the server says that the object asked for does not exist (SQLSTATE 42P01, 3F000, 42883). No other error may
/// be read as "there is none": a timeout, a refused permission or a lost connection says nothing about what exists.
bool saysAbsent(const ServerError &error);

/// Whether the server refused the permission (SQLSTATE 42501).
bool saysRefused(const ServerError &error);

/// Takes the answers of a reader. The first error ends the reading: every later call returns no rows, and the reader
/// returns failure(). Every answer of a reader goes through one of these functions.
class AnswerReading
{
public:
    /// The rows of an answer that every server can give.
    ResultSet required(const Outcome<ResultSet> &answer, const QString &what);
    /// The rows, or none where the server does not have the object.
    ResultSet orAbsent(const Outcome<ResultSet> &answer, const QString &what);
    /// As orAbsent(), and none where the role may not read it. `refusal` then holds what the server said: the reader
    /// keeps it as a state of its own, different from "there is none".
    ResultSet orRefused(const Outcome<ResultSet> &answer, const QString &what, QString &refusal);

    bool isOk() const { return !m_failure && !m_isCancelled; }
    /// What ended the reading. Not when isOk().
    template <typename T>
    Outcome<T> failure() const
    {
        if (m_isCancelled || !m_failure)
            return Cancelled{};
        return *m_failure;
    }

private:
    ResultSet take(const Outcome<ResultSet> &answer, const QString &what, bool mayBeAbsent, QString *refusal);

    std::optional<ServerError> m_failure;
    bool m_isCancelled = false;
};

} // namespace Shardboard
