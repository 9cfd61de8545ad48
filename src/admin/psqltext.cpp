// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/psqltext.h"

#include <QRegularExpression>

namespace Shardboard {

namespace {

/// Walks over SQL token by token, as psql's scanner does.
class PsqlScan
{
public:
    explicit PsqlScan(const QString &sql) : m_sql(sql) {}

    /// False at the first thing that psql would act on.
    bool run()
    {
        while (m_at < m_sql.size()) {
            if (!step())
                return false;
        }
        return true;
    }
    bool endsInLineComment() const { return m_endsInLineComment; }

private:
    QChar at(qsizetype offset) const { return m_at + offset < m_sql.size() ? m_sql[m_at + offset] : QChar(); }
    bool isWordBefore() const
    {
        const QChar before = m_at > 0 ? m_sql[m_at - 1] : QChar();
        return before.isLetterOrNumber() || before == u'_' || before == u'$' || before.unicode() >= 0x80;
    }

    bool step()
    {
        const QChar c = m_sql[m_at];
        if (c == u'\\' || c == QChar(0))
            return false;
        if (c == u':')
            return colon();
        if (c == u'\'')
            return skipQuoted(u'\'', hasEscapes());
        if (c == u'"')
            return skipQuoted(u'"', false);
        if (c == u'-' && at(1) == u'-')
            return skipLineComment();
        if (c == u'/' && at(1) == u'*')
            return skipBlockComment();
        if (c == u'$' && !isWordBefore())
            return skipDollarQuoted();
        ++m_at;
        return true;
    }

    /// E'…', where the E is a word of its own.
    bool hasEscapes() const
    {
        if (m_at == 0 || (m_sql[m_at - 1] != u'E' && m_sql[m_at - 1] != u'e'))
            return false;
        const QChar before = m_at > 1 ? m_sql[m_at - 2] : QChar();
        return !(before.isLetterOrNumber() || before == u'_' || before == u'$' || before.unicode() >= 0x80);
    }

    bool colon()
    {
        if (at(1) == u':') {
            m_at += 2;
            return true;
        }
        const QChar next = at(1);
        const bool isVariable = next.isLetterOrNumber() || next == u'_' || next == u'\'' || next == u'"' || next == u'{'
            || next.unicode() >= 0x80;
        ++m_at;
        return !isVariable;
    }

    bool skipQuoted(QChar quote, bool hasEscapes)
    {
        for (++m_at; m_at < m_sql.size(); ++m_at) {
            if (hasEscapes && m_sql[m_at] == u'\\') {
                ++m_at;
            } else if (m_sql[m_at] == quote) {
                if (at(1) != quote)
                    return ++m_at, true;
                ++m_at;
            } else if (m_sql[m_at] == QChar(0)) {
                return false;
            }
        }
        return false; // not closed
    }

    bool skipLineComment()
    {
        while (m_at < m_sql.size() && m_sql[m_at] != u'\n' && m_sql[m_at] != u'\r')
            ++m_at;
        m_endsInLineComment = m_at >= m_sql.size();
        return true;
    }

    bool skipBlockComment()
    {
        int depth = 0;
        while (m_at < m_sql.size()) {
            if (at(0) == u'/' && at(1) == u'*') {
                ++depth;
                m_at += 2;
            } else if (at(0) == u'*' && at(1) == u'/') {
                m_at += 2;
                if (--depth == 0)
                    return true;
            } else {
                ++m_at;
            }
        }
        return false;
    }

    bool skipDollarQuoted()
    {
        static const QRegularExpression opening(QStringLiteral("\\G\\$(?:[A-Za-z_\\x{80}-\\x{10FFFF}]"
                                                               "[A-Za-z0-9_\\x{80}-\\x{10FFFF}]*)?\\$"));
        const auto match = opening.match(m_sql, m_at, QRegularExpression::NormalMatch);
        if (!match.hasMatch()) {
            ++m_at; // a parameter
            return true;
        }
        const QString tag = match.captured();
        const qsizetype end = m_sql.indexOf(tag, m_at + tag.size());
        if (end < 0)
            return false;
        m_at = end + tag.size();
        return true;
    }

    const QString &m_sql;
    qsizetype m_at = 0;
    bool m_endsInLineComment = false;
};

} // namespace

bool isPlainForPsql(const QString &sql)
{
    return PsqlScan(sql).run();
}

QString dollarQuoted(const QString &sql)
{
    QString tag = QStringLiteral("$sql$");
    // The end of the text and the tag together must not make the tag either: "…$sql" before "$sql$".
    for (int number = 1; (sql + tag).indexOf(tag) < sql.size(); ++number)
        tag = QStringLiteral("$sql%1$").arg(number);
    return tag + sql + tag;
}

QString psqlStatement(const QString &sql)
{
    PsqlScan scan(sql);
    if (!scan.run())
        return QStringLiteral("SELECT ") + dollarQuoted(sql) + QStringLiteral(" \\gexec\n");
    // A line comment at the end would swallow the semicolon.
    return sql + (scan.endsInLineComment() ? QStringLiteral("\n;\n") : QStringLiteral(";\n"));
}

} // namespace Shardboard
