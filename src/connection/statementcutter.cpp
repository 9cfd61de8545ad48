// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/statementcutter.h"

#include <algorithm>
#include <utility>

namespace Shardboard {

namespace {

bool isDigit(QChar c)
{
    return c >= u'0' && c <= u'9';
}

// As the server's scanner has it: anything that is not ASCII is a letter.
bool isWordStart(QChar c)
{
    return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z') || c == u'_' || c.unicode() >= 0x80;
}

bool isSame(QStringView word, QLatin1StringView keyword)
{
    return word.compare(keyword, Qt::CaseInsensitive) == 0;
}

} // namespace

QChar StatementCutter::peek(qsizetype ahead) const
{
    return m_position + ahead < m_script.size() ? m_script[m_position + ahead] : QChar();
}

std::optional<StatementCutter::Piece> StatementCutter::next()
{
    if (m_position >= m_script.size())
        return std::nullopt;
    Piece piece{m_position, m_position, false};
    m_parentheses = m_words = m_open = 0;
    m_startsWithCreate = m_isRoutine = m_afterBegin = false;
    while (m_position < m_script.size()) {
        piece.end = m_position;
        if (peek() == u';' && m_parentheses == 0 && m_open == 0) {
            ++m_position;
            return piece;
        }
        if (skipBlankOrComment())
            continue;
        piece.hasTokens = true;
        readToken();
    }
    piece.end = m_position;
    return piece;
}

bool StatementCutter::skipBlankOrComment()
{
    if (isSqlBlank(peek())) {
        ++m_position;
        return true;
    }
    if (peek() == u'-' && peek(1) == u'-') {
        while (m_position < m_script.size() && peek() != u'\n' && peek() != u'\r')
            ++m_position;
        return true;
    }
    if (peek() != u'/' || peek(1) != u'*')
        return false;
    skipBlockComment();
    return true;
}

void StatementCutter::skipBlockComment()
{
    int depth = 0;
    while (m_position < m_script.size()) {
        const bool opens = peek() == u'/' && peek(1) == u'*';
        const bool closes = peek() == u'*' && peek(1) == u'/';
        m_position += opens || closes ? 2 : 1;
        depth += opens ? 1 : closes ? -1 : 0;
        if (depth == 0)
            return;
    }
}

void StatementCutter::readToken()
{
    const QChar c = peek();
    if (isWordStart(c))
        return readWord();
    m_afterBegin = false;
    if (c == u'\'' || c == u'"')
        return readQuoted(c, false);
    if (c == u'$')
        return readDollar();
    if (c == u'(')
        ++m_parentheses;
    else if (c == u')')
        m_parentheses = std::max(0, m_parentheses - 1);
    ++m_position;
}

void StatementCutter::readWord()
{
    const qsizetype begin = m_position;
    while (m_position < m_script.size() && (isWordStart(peek()) || isDigit(peek()) || peek() == u'$'))
        ++m_position;
    const QStringView word = m_script.sliced(begin, m_position - begin);
    if (peek() == u'\'' && isSame(word, QLatin1StringView("e")))
        return readQuoted(u'\'', true);
    noteWord(word);
}

/// At the opening quote. Doubled quotes are two texts side by side here, which comes to the same.
void StatementCutter::readQuoted(QChar quote, bool hasEscapes)
{
    do {
        ++m_position;
        while (m_position < m_script.size() && peek() != quote)
            m_position += hasEscapes && peek() == u'\\' ? 2 : 1;
        m_position = std::min(m_position + 1, m_script.size());
    } while (hasEscapes && (peek() == quote || skipToContinuedQuote()));
}

/// A text goes on, escapes included, where only blanks with a line end among them stand before another quote.
bool StatementCutter::skipToContinuedQuote()
{
    qsizetype at = m_position;
    bool hasLineEnd = false;
    for (; at < m_script.size() && isSqlBlank(m_script[at]); ++at)
        hasLineEnd = hasLineEnd || m_script[at] == u'\n' || m_script[at] == u'\r';
    if (!hasLineEnd || at >= m_script.size() || m_script[at] != u'\'')
        return false;
    m_position = at;
    return true;
}

/// $tag$…$tag$, or a lone dollar such as that of a parameter.
void StatementCutter::readDollar()
{
    qsizetype end = m_position + 1;
    while (end < m_script.size() && (isWordStart(m_script[end]) || (end > m_position + 1 && isDigit(m_script[end]))))
        ++end;
    if (end >= m_script.size() || m_script[end] != u'$') {
        ++m_position;
        // The digits of a parameter: what follows them begins a token of its own.
        while (isDigit(peek()))
            ++m_position;
        return;
    }
    const QStringView tag = m_script.sliced(m_position, end + 1 - m_position);
    const qsizetype close = m_script.indexOf(tag, end + 1);
    m_position = close < 0 ? m_script.size() : close + tag.size();
}

void StatementCutter::noteWord(QStringView word)
{
    const bool isFirst = m_words == 0;
    const bool afterBegin = std::exchange(m_afterBegin, isSame(word, QLatin1StringView("begin")));
    ++m_words;
    const bool isRoutineWord
        = isSame(word, QLatin1StringView("function")) || isSame(word, QLatin1StringView("procedure"));
    if (isFirst)
        m_startsWithCreate = isSame(word, QLatin1StringView("create"));
    else if (m_startsWithCreate && isRoutineWord && (m_words == 2 || m_words == 4))
        m_isRoutine = true;
    if (!m_isRoutine || m_parentheses > 0)
        return;
    if (afterBegin && isSame(word, QLatin1StringView("atomic")))
        ++m_open;
    else if (m_open > 0 && isSame(word, QLatin1StringView("case")))
        ++m_open;
    else if (m_open > 0 && isSame(word, QLatin1StringView("end")))
        --m_open;
}

} // namespace Shardboard
