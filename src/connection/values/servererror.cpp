// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/values/servererror.h"

namespace Shardboard {

namespace {
ServerError make(ServerError::Kind kind, const QString &message, const QString &hint)
{
    ServerError error;
    error.kind = kind;
    error.message = message;
    error.hint = hint;
    return error;
}
} // namespace

ServerError ServerError::usage(const QString &message, const QString &hint)
{
    return make(Kind::Usage, message, hint);
}

ServerError ServerError::file(const QString &message)
{
    return make(Kind::File, message, {});
}

ServerError ServerError::connection(const QString &message, const QString &hint)
{
    auto error = make(Kind::Connection, message, hint);
    error.connectionLost = true;
    return error;
}

QString ServerError::toText() const
{
    QString text = message;
    if (!detail.isEmpty())
        text += QStringLiteral("\nDetail: ") + detail;
    if (!hint.isEmpty())
        text += QStringLiteral("\nHint: ") + hint;
    if (!sqlState.isEmpty())
        text += QStringLiteral("\nSQLSTATE: ") + sqlState;
    return text;
}

} // namespace Shardboard
