// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/conninfo/shellwords.h"

#include <QDir>
#include <QMap>
#include <QRegularExpression>

namespace Shardboard {

namespace {

class ShellReader
{
public:
    explicit ShellReader(const QString &text) : m_text(text) {}

    Outcome<QList<QStringList>> read()
    {
        while (m_position < m_text.size() && m_problem.isEmpty())
            readNext();
        if (!m_problem.isEmpty())
            return ServerError::usage(m_problem);
        endCommand();
        return m_commands;
    }

private:
    QChar peek(qsizetype ahead = 0) const
    {
        return m_position + ahead < m_text.size() ? m_text[m_position + ahead] : QChar();
    }

    void readNext()
    {
        const QChar c = peek();
        if (c == u'\\')
            readEscape();
        else if (c == u'\'')
            readSingleQuoted();
        else if (c == u'"')
            readDoubleQuoted();
        else if (c == u'$' || c == u'`')
            readSubstitution();
        else if (c == u'&' && m_word.endsWith(u'>')) // 2>&1
            add(c), ++m_position;
        else if (isCutByOperator(c))
            m_problem
                = QStringLiteral("Character %1 is a %2 that would end the command in a shell. If it belongs to the "
                                 "word, put the word in quotes.")
                      .arg(m_position + 1)
                      .arg(c);
        else if (c == u'\n' || QStringView(u";&|").contains(c))
            endCommand(), ++m_position;
        else if (c.isSpace())
            endWord(), ++m_position;
        else if (c == u'#' && !m_hasWord)
            skipComment();
        else if (c == u'~' && isAtValueStart() && (peek(1) == u'/' || peek(1).isNull()))
            add(QDir::homePath()), ++m_position;
        else
            add(c), ++m_position;
    }

    // `a&b` is hardly meant to be two commands: what follows would be dropped. A semicolon ends commands in one line.
    bool isCutByOperator(QChar c) const
    {
        const QChar next = peek(1);
        if (!m_hasWord || next.isNull() || next.isSpace())
            return false;
        if (c == u'&' || c == u'|')
            return next != c && !(m_position > 0 && m_text[m_position - 1] == c);
        static const QRegularExpression command(
            QStringLiteral("\\G\\s*(?:export\\b|set\\b|env\\b|psql\\b|[A-Za-z_]\\w*=)"));
        return c == u';' && m_word.contains(QStringLiteral("://")) && !command.match(m_text, m_position + 1).hasMatch();
    }

    // Of a word, or of what NAME= assigns.
    bool isAtValueStart() const { return !m_hasWord || assignmentNameLength(m_word) == m_word.size() - 1; }

    void add(const QString &part)
    {
        m_word += part;
        m_hasWord = true;
    }

    void readEscape()
    {
        if (peek(1) != u'\n' && !peek(1).isNull()) // before a line end it joins the lines
            add(peek(1));
        m_position += 2;
    }

    void readSingleQuoted()
    {
        const qsizetype end = m_text.indexOf(u'\'', m_position + 1);
        if (end < 0) {
            m_problem = QStringLiteral("A single quote is opened and not closed.");
            return;
        }
        add(m_text.mid(m_position + 1, end - m_position - 1));
        m_position = end + 1;
    }

    void readDoubleQuoted()
    {
        add({});
        ++m_position;
        while (m_position < m_text.size() && m_problem.isEmpty()) {
            const QChar c = peek();
            if (c == u'"') {
                ++m_position;
                return;
            }
            if (c == u'\\' && QStringView(u"$`\"\\\n").contains(peek(1)))
                readEscape();
            else if (c == u'$' || c == u'`')
                readSubstitution();
            else
                add(c), ++m_position;
        }
        if (m_problem.isEmpty())
            m_problem = QStringLiteral("A double quote is opened and not closed.");
    }

    void readSubstitution()
    {
        static const QRegularExpression variable(QStringLiteral("\\$(?:\\{([A-Za-z_]\\w*)\\}|([A-Za-z_]\\w*))"));
        const auto match = variable.match(
            m_text, m_position, QRegularExpression::NormalMatch, QRegularExpression::AnchorAtOffsetMatchOption);
        if (!match.hasMatch()) {
            if (peek() == u'`' || peek(1) == u'(' || peek(1) == u'{')
                m_problem = QStringLiteral("The text holds a shell substitution; its result cannot be known here.");
            else
                add(peek()), ++m_position;
            return;
        }
        const QString name = match.captured(1) + match.captured(2);
        if (!m_variables.contains(name)) {
            m_problem
                = QStringLiteral("The text uses a shell variable whose value is not known here. A $ that belongs to a "
                                 "password stands in single quotes.");
            return;
        }
        add(m_variables.value(name));
        m_position = match.capturedEnd();
    }

    void skipComment()
    {
        const qsizetype end = m_text.indexOf(u'\n', m_position);
        m_position = end < 0 ? m_text.size() : end;
    }

    void endWord()
    {
        if (!m_hasWord)
            return;
        if (const auto length = assignmentNameLength(m_word))
            m_variables.insert(m_word.left(length), m_word.mid(length + 1));
        m_command.append(m_word);
        m_word.clear();
        m_hasWord = false;
    }

    void endCommand()
    {
        endWord();
        if (!m_command.isEmpty())
            m_commands.append(m_command);
        m_command.clear();
    }

    const QString &m_text;
    qsizetype m_position = 0;
    QString m_word;
    bool m_hasWord = false; ///< an empty quoted word is one, too
    QStringList m_command;
    QList<QStringList> m_commands;
    QMap<QString, QString> m_variables;
    QString m_problem;
};

} // namespace

Outcome<QList<QStringList>> splitShellCommands(const QString &text)
{
    return ShellReader(text).read();
}

qsizetype assignmentNameLength(const QString &word)
{
    static const QRegularExpression assignment(QStringLiteral("\\A([A-Za-z_]\\w*)="));
    return assignment.match(word).capturedLength(1);
}

} // namespace Shardboard
