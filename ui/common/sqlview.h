// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPlainTextEdit>

namespace Shardboard {

class SqlHighlighter;

/// Read-only SQL: monospace, highlighted where the library is there, with parts that can be marked.
class SqlView final : public QPlainTextEdit
{
    Q_OBJECT

public:
    explicit SqlView(QWidget *parent = nullptr);

    void setSql(const QString &sql);
    /// As it was given; what is shown of it may be cut, with a note that says so.
    QString sql() const { return m_sql; }
    /// Underlines the word at a 1-based character position as the server counts them; 0 takes the mark away.
    void markError(int position);
    /// Tints the lines [first, last] of the SQL (0-based) and scrolls to them; first < 0 takes the tint away.
    void markLines(int first, int last);
    /// Grows with its text up to this many lines, then scrolls.
    void setHeightInLines(int minimum, int maximum);

private:
    void applyMarks();
    void fitHeight();

    QString m_sql;
    QList<int> m_lineStarts; ///< where each line of the SQL begins among those that are shown
    SqlHighlighter *m_highlighter;
    int m_errorPosition = 0;
    int m_firstLine = -1, m_lastLine = -1;
    int m_minimumLines = 0, m_maximumLines = 0;
};

} // namespace Shardboard
