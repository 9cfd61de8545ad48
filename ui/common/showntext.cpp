// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/common/showntext.h"

#include <QToolTip>

#include <algorithm>

namespace Shardboard {

namespace {

constexpr qsizetype toolTipLine = 110; // characters
constexpr int mostToolTipLines = 40;
constexpr qsizetype mostElided = 1000; // more than fit a line of any screen
constexpr qsizetype longestRun = 80, brokenRun = 24; // characters without a space
constexpr char16_t zeroWidthSpace = 0x200b;

bool isControl(char16_t c)
{
    return (c < 0x20 && c != u'\n' && c != u'\t') || (c >= 0x7f && c <= 0x9f);
}

/// Marks, embeddings, overrides and isolates of the bidirectional algorithm: with them a name can read as another one.
bool isReordering(char16_t c)
{
    return c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

bool isPlain(QStringView text)
{
    return std::none_of(
        text.begin(), text.end(), [](QChar c) { return isControl(c.unicode()) || isReordering(c.unicode()); });
}

QString writtenOut(QStringView text)
{
    QString shown;
    shown.reserve(text.size() + 16);
    for (qsizetype at = 0; at < text.size(); ++at) {
        const QChar c = text.at(at);
        const char16_t code = c.unicode();
        if (code == u'\r') // ends a line, also a comment of SQL
            shown += at + 1 < text.size() && text.at(at + 1) == u'\n' ? QString() : QString(QChar(u'\n'));
        else if (isControl(code))
            shown += QStringLiteral("\\x%1").arg(uint(code), 2, 16, QLatin1Char('0')).toUpper().replace(u'X', u'x');
        else if (isReordering(code))
            shown += QStringLiteral("\\u") + QStringLiteral("%1").arg(uint(code), 4, 16, QLatin1Char('0')).toUpper();
        else
            shown += c;
    }
    return shown;
}

/// The first characters, no surrogate pair torn apart.
QStringView cut(QStringView text, qsizetype limit)
{
    if (text.size() <= limit)
        return text;
    return text.first(limit > 0 && text.at(limit - 1).isHighSurrogate() ? limit - 1 : limit);
}

/// Where the next line of a tool tip ends: at its line break, else at the last space that leaves it not too long.
qsizetype lineEnd(QStringView text)
{
    const qsizetype newline = text.indexOf(u'\n');
    if (newline >= 0 && newline <= toolTipLine)
        return newline;
    if (text.size() <= toolTipLine)
        return text.size();
    const qsizetype space = text.first(toolTipLine).lastIndexOf(u' ');
    return space > toolTipLine / 2 ? space : cut(text, toolTipLine).size();
}

/// What eliding may leave of the text.
QString keptEnds(const QString &text, Qt::TextElideMode mode)
{
    if (text.size() <= mostElided || mode == Qt::ElideRight || mode == Qt::ElideNone)
        return shownText(text, mostElided);
    if (mode == Qt::ElideLeft)
        return shownText(text.right(mostElided));
    return shownText(text.left(mostElided / 2) + QChar(u'…') + text.right(mostElided / 2));
}

} // namespace

QString shownText(const QString &text, qsizetype limit)
{
    const QStringView kept = cut(text, limit);
    if (isPlain(kept))
        return kept.size() == text.size() ? text : kept.toString() + QChar(u'…');
    return writtenOut(kept) + (kept.size() == text.size() ? QString() : QString(QChar(u'…')));
}

QString captionText(const QString &text)
{
    QString caption = shownText(text, mostCaptionCharacters);
    caption.replace(u'\n', u' ').replace(u'\t', u' ');
    return caption.replace(QLatin1Char('&'), QLatin1String("&&"));
}

QString labelText(const QString &text)
{
    const QString shown = shownText(text);
    QString broken;
    qsizetype run = 0;
    for (qsizetype at = 0; at < shown.size(); ++at) {
        const QChar c = shown.at(at);
        run = c.isSpace() ? 0 : run + 1;
        if (run > longestRun && run % brokenRun == 0 && !c.isLowSurrogate()) {
            if (broken.isEmpty())
                broken = shown.first(at);
            broken += QChar(zeroWidthSpace);
        }
        if (!broken.isEmpty())
            broken += c;
    }
    return broken.isEmpty() ? shown : broken;
}

QString toolTipText(const QString &text)
{
    const QString shown = shownText(text);
    QStringView rest(shown);
    QStringList lines;
    while (!rest.isEmpty() && lines.size() < mostToolTipLines) {
        const qsizetype end = lineEnd(rest);
        lines.append(rest.first(end).toString());
        const bool isAtBreak = end < rest.size() && (rest.at(end) == u'\n' || rest.at(end) == u' ');
        rest = rest.sliced(isAtBreak ? end + 1 : end);
    }
    if (!rest.isEmpty())
        lines.append(QStringLiteral("…"));
    return lines.join(u'\n');
}

// The label behind it is made plain by TextGuard before it gets its text.
void showToolTip(QPoint globalPosition, const QString &text, QWidget *widget, const QRect &rect)
{
    QToolTip::showText(globalPosition, toolTipText(text), widget, rect);
}

QString elideText(const QFontMetrics &metrics, const QString &text, Qt::TextElideMode mode, int width)
{
    return metrics.elidedText(keptEnds(text, mode), mode, width);
}

QString elideText(const QFontMetricsF &metrics, const QString &text, Qt::TextElideMode mode, double width)
{
    return metrics.elidedText(keptEnds(text, mode), mode, width);
}

int textWidth(const QFontMetrics &metrics, const QString &text)
{
    return metrics.horizontalAdvance(shownText(text, mostElided));
}

double textWidth(const QFontMetricsF &metrics, const QString &text)
{
    return metrics.horizontalAdvance(shownText(text, mostElided));
}

} // namespace Shardboard
