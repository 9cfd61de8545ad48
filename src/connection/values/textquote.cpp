// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/values/textquote.h"

#include <QRegularExpression>

#include <algorithm>

namespace Shardboard {

namespace {

constexpr char32_t zeroWidthNonJoiner = 0x200C; // Persian and other scripts need it
constexpr char32_t zeroWidthJoiner = 0x200D; // emoji and Indic scripts need it

bool isInvisible(char32_t character)
{
    if (character == zeroWidthNonJoiner || character == zeroWidthJoiner)
        return false;
    switch (QChar::category(character)) {
    case QChar::Other_Control:
    case QChar::Other_Format:
    case QChar::Other_Surrogate:
    case QChar::Separator_Line:
    case QChar::Separator_Paragraph:
        return true;
    default:
        return false;
    }
}

QString escaped(char32_t character)
{
    switch (character) {
    case '\n':
        return QStringLiteral("\\n");
    case '\r':
        return QStringLiteral("\\r");
    case '\t':
        return QStringLiteral("\\t");
    default:
        break;
    }
    const auto hex = [character](int digits) {
        return QString::number(uint(character), 16).toUpper().rightJustified(digits, u'0');
    };
    if (character < 0x80)
        return QStringLiteral("\\x") + hex(2);
    return character > 0xFFFF ? QStringLiteral("\\U") + hex(8) : QStringLiteral("\\u") + hex(4);
}

/// The text with the characters replaced for which `isKept` is false.
template <typename Kept>
QString replaced(const QString &text, Kept isKept)
{
    QString result;
    result.reserve(text.size());
    for (qsizetype i = 0; i < text.size(); ++i) {
        const bool isPair = text[i].isHighSurrogate() && i + 1 < text.size() && text[i + 1].isLowSurrogate();
        const char32_t character = isPair ? QChar::surrogateToUcs4(text[i], text[i + 1]) : text[i].unicode();
        if (isKept(character))
            result += QStringView(text).mid(i, isPair ? 2 : 1);
        else
            result += escaped(character);
        i += isPair ? 1 : 0;
    }
    return result;
}

/// Unicode's East Asian wide and fullwidth blocks, and emoji.
bool isWide(char32_t c)
{
    static constexpr std::pair<char32_t, char32_t> ranges[]
        = {{0x1100, 0x115F}, {0x2E80, 0x303E}, {0x3041, 0x33FF}, {0x3400, 0x4DBF}, {0x4E00, 0x9FFF}, {0xA000, 0xA4CF},
            {0xA960, 0xA97F}, {0xAC00, 0xD7A3}, {0xF900, 0xFAFF}, {0xFE10, 0xFE19}, {0xFE30, 0xFE6F}, {0xFF00, 0xFF60},
            {0xFFE0, 0xFFE6}, {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F900, 0x1FAFF}, {0x20000, 0x3FFFD}};
    return std::ranges::any_of(ranges, [c](const auto &range) { return c >= range.first && c <= range.second; });
}

} // namespace

QString visibleText(const QString &text)
{
    return replaced(text, [](char32_t character) { return !isInvisible(character); });
}

QString terminalText(const QString &text)
{
    return replaced(
        text, [](char32_t character) { return character == '\n' || character == '\t' || !isInvisible(character); });
}

qsizetype terminalWidth(const QString &text)
{
    qsizetype width = 0;
    for (const char32_t character : text.toUcs4()) {
        const QChar::Category category = QChar::category(character);
        const bool hasNone = category == QChar::Mark_NonSpacing || category == QChar::Mark_Enclosing
            || category == QChar::Other_Format;
        width += hasNone ? 0 : isWide(character) ? 2 : 1;
    }
    return width;
}

QString paddedLeft(const QString &text, qsizetype columns)
{
    return QString(std::max<qsizetype>(0, columns - terminalWidth(text)), u' ') + text;
}

QString paddedRight(const QString &text, qsizetype columns)
{
    return text + QString(std::max<qsizetype>(0, columns - terminalWidth(text)), u' ');
}

QString sqlComment(const QString &text, const QString &lead)
{
    QString lines;
    for (const QString &line : text.split(u'\n'))
        lines += QStringLiteral("-- ") + visibleText(lead) + visibleText(line) + u'\n';
    return lines;
}

QString oneLineLiteral(const QString &text)
{
    QString body = text;
    body.replace(u'\\', QStringLiteral("\\\\")).replace(u'\'', QStringLiteral("''"));
    body = visibleText(body);
    return (body.contains(u'\\') ? QStringLiteral("E'") : QStringLiteral("'")) + body + u'\'';
}

QString shellWord(const QString &text)
{
    static const QRegularExpression plain(QStringLiteral("\\A[A-Za-z0-9_@%+=:,./-]+\\z"));
    if (plain.match(text).hasMatch())
        return text;
    QString body = text.left(text.contains(QChar(0)) ? text.indexOf(QChar(0)) : text.size());
    return u'\'' + body.replace(u'\'', QStringLiteral("'\\''")) + u'\'';
}

std::optional<QString> crontabCommand(const QStringList &words)
{
    QStringList quoted;
    for (const QString &word : words) {
        if (std::ranges::any_of(word, [](QChar c) { return c.category() == QChar::Other_Control; }))
            return std::nullopt;
        // cron takes % for a line break unless a backslash precedes it, and some crons take two backslashes for one:
        // an empty pair of quotes keeps a backslash of the text apart from what follows.
        QString text = shellWord(word);
        if (text.startsWith(u'\''))
            text.replace(QRegularExpression(QStringLiteral("\\\\(?=[\\\\%])")), QStringLiteral("\\''"));
        quoted << text.replace(u'%', QStringLiteral("\\%"));
    }
    return quoted.join(u' ');
}

void appendCsvField(QByteArray &line, QByteArrayView field)
{
    const bool isPlain = !field.isEmpty() && field != QByteArrayView("\\.") && field.front() != ' '
        && field.back() != ' ' && std::none_of(field.begin(), field.end(), [](char c) {
               return c == ',' || c == '"' || c == '\n' || c == '\r';
           });
    if (isPlain) {
        line.append(field);
        return;
    }
    line.append('"');
    for (const char c : field) {
        if (c == '"')
            line.append('"');
        line.append(c);
    }
    line.append('"');
}

QByteArray visibleJson(const QByteArray &json)
{
    if (std::ranges::all_of(json, [](char c) { return uchar(c) < 0x7f; }))
        return json;
    const QString text = QString::fromUtf8(json);
    QString result;
    result.reserve(text.size());
    for (qsizetype i = 0; i < text.size(); ++i) {
        const bool isPair = text[i].isHighSurrogate() && i + 1 < text.size() && text[i + 1].isLowSurrogate();
        const char32_t character = isPair ? QChar::surrogateToUcs4(text[i], text[i + 1]) : text[i].unicode();
        const QStringView units = QStringView(text).mid(i, isPair ? 2 : 1);
        if (character >= 0x7f && isInvisible(character)) {
            for (const QChar unit : units)
                result += QStringLiteral("\\u") + QString::number(unit.unicode(), 16).rightJustified(4, u'0');
        } else {
            result += units;
        }
        i += isPair ? 1 : 0;
    }
    return result.toUtf8();
}

void appendJsonString(QByteArray &text, QByteArrayView value)
{
    static constexpr char digits[] = "0123456789abcdef";
    QByteArray body;
    body.reserve(value.size() + 2);
    body.append('"');
    for (const char c : value) {
        if (c == '"' || c == '\\')
            body.append('\\').append(c);
        else if (c == '\n')
            body.append("\\n");
        else if (uchar(c) < 0x20)
            body.append("\\u00").append(digits[uchar(c) >> 4]).append(digits[uchar(c) & 15]);
        else
            body.append(c);
    }
    text.append(visibleJson(body.append('"')));
}

} // namespace Shardboard
