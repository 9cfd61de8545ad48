// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/common/sqlview.h"

#include "ui/common/showntext.h"
#include "ui/common/sqlhighlighter.h"
#include "ui/common/theme.h"

#include <QTextBlock>

namespace Shardboard {

namespace {

/// The server counts characters, QString counts UTF-16 units.
int utf16Offset(const QString &text, int characters)
{
    int offset = 0;
    for (; characters > 0 && offset < text.size(); --characters)
        offset += text.at(offset).isHighSurrogate() ? 2 : 1;
    return qMin(offset, int(text.size()));
}

constexpr qsizetype mostSqlCharacters = 100'000;
constexpr qsizetype mostHighlighted = 15'000; // nested comments cost more with each level
constexpr qsizetype longestLine = 1000;

struct ShownSql
{
    QString text;
    QList<int> lineStarts;
};

/// Lines that are laid out in no time; characters that could make the statement read as another one are written out.
ShownSql shownSql(const QString &sql)
{
    ShownSql shown{{}, {0}};
    qsizetype lineLength = 0;
    int line = 0;
    for (const QChar c : shownText(sql, mostSqlCharacters)) {
        ++lineLength;
        if (lineLength > longestLine && c != u'\n' && !c.isLowSurrogate()) {
            shown.text += u'\n';
            ++line;
            lineLength = 1;
        }
        shown.text += c;
        if (c == u'\n') {
            shown.lineStarts.append(++line);
            lineLength = 0;
        }
    }
    if (sql.size() > mostSqlCharacters)
        shown.text += QStringLiteral("\n-- ")
            + SqlView::tr("%n more character(s) are not shown", nullptr, int(sql.size() - mostSqlCharacters));
    return shown;
}

} // namespace

SqlView::SqlView(QWidget *parent) : QPlainTextEdit(parent), m_highlighter(new SqlHighlighter(document()))
{
    setReadOnly(true);
    setFont(Theme::codeFont());
    setLineWrapMode(NoWrap);
    setTabChangesFocus(true);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    setAccessibleName(tr("SQL"));
    document()->setDocumentMargin(Spacing::small);
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        m_highlighter->followTheme();
        applyMarks();
    });
}

void SqlView::setSql(const QString &sql)
{
    m_errorPosition = 0;
    m_firstLine = m_lastLine = -1;
    m_sql = sql;
    const ShownSql shown = shownSql(sql);
    m_lineStarts = shown.lineStarts;
    m_highlighter->setDocument(shown.text.size() <= mostHighlighted ? document() : nullptr);
    setPlainText(shown.text);
    applyMarks();
    fitHeight();
}

void SqlView::markError(int position)
{
    m_errorPosition = position;
    applyMarks();
}

void SqlView::markLines(int first, int last)
{
    m_firstLine = m_lineStarts.value(first, -1);
    m_lastLine = m_lineStarts.value(last + 1, blockCount()) - 1;
    applyMarks();
    if (m_firstLine < 0)
        return;
    QTextCursor cursor(document()->findBlockByNumber(m_firstLine));
    setTextCursor(cursor);
    centerCursor();
}

void SqlView::setHeightInLines(int minimum, int maximum)
{
    m_minimumLines = minimum;
    m_maximumLines = maximum;
    fitHeight();
}

void SqlView::applyMarks()
{
    QList<QTextEdit::ExtraSelection> marks;
    for (int line = m_firstLine; line >= 0 && line <= m_lastLine && line < blockCount(); ++line) {
        QTextEdit::ExtraSelection mark;
        mark.cursor = QTextCursor(document()->findBlockByNumber(line));
        mark.format.setBackground(Theme::instance().selection());
        mark.format.setProperty(QTextFormat::FullWidthSelection, true);
        marks.append(mark);
    }
    if (m_errorPosition > 0 && toPlainText() == m_sql) {
        QTextEdit::ExtraSelection mark;
        mark.cursor = QTextCursor(document());
        mark.cursor.setPosition(utf16Offset(toPlainText(), m_errorPosition - 1));
        mark.cursor.movePosition(QTextCursor::EndOfWord, QTextCursor::KeepAnchor);
        if (!mark.cursor.hasSelection())
            mark.cursor.movePosition(QTextCursor::NextCharacter, QTextCursor::KeepAnchor);
        mark.format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
        mark.format.setUnderlineColor(Theme::instance().error());
        QColor ground = Theme::instance().error();
        ground.setAlpha(40);
        mark.format.setBackground(ground);
        marks.append(mark);
    }
    setExtraSelections(marks);
}

void SqlView::fitHeight()
{
    if (m_maximumLines <= 0)
        return;
    const int lines = qBound(m_minimumLines, blockCount(), m_maximumLines);
    const int margins = qRound(2 * document()->documentMargin()) + 2 * frameWidth();
    setFixedHeight(lines * fontMetrics().lineSpacing() + margins + 12);
}

} // namespace Shardboard
