// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/connectionerror.h"

#include <QRegularExpression>
#include <QStringList>

namespace Shardboard {

namespace {

void appendLine(QString &text, const QString &line)
{
    if (!text.isEmpty())
        text += QLatin1Char('\n');
    text += line;
}

} // namespace

ServerError errorFromConnectionText(const QString &text)
{
    static const QRegularExpression withState(QStringLiteral("^(.*?)(\\S+):  ([0-9A-Z]{5}): (.*)$"));
    ServerError error = ServerError::connection({});
    QString *current = &error.message;
    for (const QString &line : text.split(QLatin1Char('\n'), Qt::SkipEmptyParts)) {
        if (line.startsWith(QLatin1String("LOCATION:  ")))
            continue;
        if (line.startsWith(QLatin1String("DETAIL:  "))) {
            current = &error.detail;
            appendLine(*current, line.mid(9));
        } else if (line.startsWith(QLatin1String("HINT:  "))) {
            current = &error.hint;
            appendLine(*current, line.mid(7));
        } else if (line.startsWith(QLatin1Char('\t'))) {
            appendLine(current == &error.message ? error.hint : *current, line.trimmed());
        } else if (const auto match = withState.match(line); match.hasMatch()) {
            current = &error.message;
            error.severity = match.captured(2);
            error.sqlState = match.captured(3);
            appendLine(*current, match.captured(1) + error.severity + QLatin1String(": ") + match.captured(4));
        } else {
            if (line.startsWith(QLatin1String("connection to ")))
                current = &error.message; // the next address that was tried
            appendLine(*current, line);
        }
    }
    if (error.message.isEmpty())
        error.message = QStringLiteral("the connection to the server was lost");
    return error;
}

bool isStartingUp(const ServerError &error)
{
    return error.sqlState == QLatin1String("57P03");
}

bool isRefusedForGood(const ServerError &error)
{
    return error.sqlState.startsWith(QLatin1String("28")) || error.sqlState == QLatin1String("3D000")
        || error.sqlState == QLatin1String("42501");
}

} // namespace Shardboard
