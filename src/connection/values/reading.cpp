// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/values/reading.h"

namespace Shardboard {

bool saysAbsent(const ServerError &error)
{
    return error.sqlState == QLatin1String("42P01") || error.sqlState == QLatin1String("3F000")
        || error.sqlState == QLatin1String("42883");
}

bool saysRefused(const ServerError &error)
{
    return error.sqlState == QLatin1String("42501");
}

ResultSet AnswerReading::required(const Outcome<ResultSet> &answer, const QString &what)
{
    return take(answer, what, false, nullptr);
}

ResultSet AnswerReading::orAbsent(const Outcome<ResultSet> &answer, const QString &what)
{
    return take(answer, what, true, nullptr);
}

ResultSet AnswerReading::orRefused(const Outcome<ResultSet> &answer, const QString &what, QString &refusal)
{
    return take(answer, what, true, &refusal);
}

ResultSet AnswerReading::take(const Outcome<ResultSet> &answer, const QString &what, bool mayBeAbsent, QString *refusal)
{
    if (!isOk())
        return {};
    if (answer)
        return *answer;
    if (answer.isCancelled()) {
        m_isCancelled = true;
        return {};
    }
    const ServerError &error = answer.error();
    if (mayBeAbsent && saysAbsent(error))
        return {};
    if (refusal && saysRefused(error)) {
        *refusal = error.message;
        return {};
    }
    m_failure = error;
    m_failure->message = QStringLiteral("%1 could not be read: %2").arg(what, error.message);
    return {};
}

} // namespace Shardboard
