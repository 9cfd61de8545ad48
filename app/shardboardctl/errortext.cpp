// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/shardboardctl/errortext.h"

#include "connection/values/textquote.h"

namespace Shardboard::Ctl {

namespace {

// The server counts characters, a QString UTF-16 units.
qsizetype unitOfCharacter(const QString &text, int character)
{
    qsizetype unit = 0;
    for (int i = 1; i < character && unit < text.size(); ++i)
        unit += text[unit].isHighSurrogate() && unit + 1 < text.size() ? 2 : 1;
    return unit;
}

QString placeText(const QString &statement, int position)
{
    const qsizetype place = unitOfCharacter(statement, position);
    const QStringView before = QStringView(statement).left(place);
    const qsizetype begin = before.lastIndexOf(u'\n') + 1;
    const qsizetype end = statement.indexOf(u'\n', place);
    // Tabs as single blanks, as psql shows them: the mark below has to stand under its place.
    const QString line = statement.mid(begin, end < 0 ? -1 : end - begin).replace(u'\t', u' ');
    const QString label = QStringLiteral("LINE %1: ").arg(before.count(u'\n') + 1);
    const qsizetype column = terminalWidth(visibleText(line.left(place - begin)));
    return label + visibleText(line) + u'\n' + QString(label.size() + column, u' ') + u'^';
}

} // namespace

QString errorText(const ServerError &error)
{
    if (error.position <= 0 || error.statement.isEmpty())
        return error.toText();
    ServerError rest = error;
    rest.message += u'\n' + placeText(error.statement, error.position);
    return rest.toText();
}

QJsonObject errorJson(const ServerError &error)
{
    QJsonObject object{{QStringLiteral("message"), error.message}};
    const std::pair<QString, QString> texts[] = {{QStringLiteral("sqlState"), error.sqlState},
        {QStringLiteral("detail"), error.detail}, {QStringLiteral("hint"), error.hint},
        {QStringLiteral("context"), error.context}, {QStringLiteral("statement"), error.statement}};
    for (const auto &[key, text] : texts) {
        if (!text.isEmpty())
            object.insert(key, text);
    }
    if (error.position > 0)
        object.insert(QStringLiteral("position"), error.position);
    return object;
}

} // namespace Shardboard::Ctl
