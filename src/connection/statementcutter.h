// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Private to this room: where the statements of a script end, told by tokens alone.
#include <QStringView>

#include <optional>

namespace Shardboard {

/// What the server's scanner takes for a blank.
inline bool isSqlBlank(QChar c)
{
    return c == u' ' || (c >= u'\t' && c <= u'\r');
}

/// Cuts a script at the semicolons at which psql cuts it: outside of quotes, comments, dollar quotes, parentheses and
/// BEGIN ATOMIC bodies. Needs no valid SQL: a quote or comment that is not closed extends to the end. The pieces follow
/// each other without a gap, so that none of the text can get lost. Any thread.
class StatementCutter
{
public:
    struct Piece
    {
        qsizetype begin = 0; ///< in the script, in QChars
        qsizetype end = 0; ///< in front of the semicolon that ends it, if there is one
        bool hasTokens = false; ///< more than blanks and comments
    };

    explicit StatementCutter(QStringView script) : m_script(script) {}

    /// The next piece; nullopt after the last one.
    std::optional<Piece> next();

private:
    QChar peek(qsizetype ahead = 0) const;
    bool skipBlankOrComment();
    void skipBlockComment();
    void readToken();
    void readWord();
    void readQuoted(QChar quote, bool hasEscapes);
    bool skipToContinuedQuote();
    void readDollar();
    void noteWord(QStringView word);

    QStringView m_script;
    qsizetype m_position = 0;
    int m_parentheses = 0;
    // Of the statement at hand, for function bodies that are written as SQL.
    int m_words = 0;
    bool m_startsWithCreate = false;
    bool m_isRoutine = false; ///< begins with CREATE [OR REPLACE] FUNCTION or PROCEDURE
    bool m_afterBegin = false; ///< the last word was BEGIN
    int m_open = 0; ///< BEGIN ATOMIC and CASE whose END has not come
};

} // namespace Shardboard
