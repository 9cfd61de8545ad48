// SPDX-License-Identifier: GPL-3.0-or-later
#include "dashboard/sqltemplate.h"

#include "connection/values/textquote.h"

#include <QDateTime>

namespace Shardboard {

namespace {

using namespace Qt::StringLiterals;

constexpr int deepestCondition = 50; // each level takes stack

bool isNameStart(QChar c)
{
    return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z') || c == u'_';
}

bool isNamePart(QChar c)
{
    return isNameStart(c) || (c >= u'0' && c <= u'9');
}

/// What may stand right before ':' when it is a slice's, as in a[lo:hi].
bool endsOperand(QChar c)
{
    return c.isLetterOrNumber() || c == u'_' || c == u')' || c == u']' || c == u'"';
}

bool isBuiltIn(const QString &name)
{
    return name == u"from" || name == u"to" || name == u"step" || name == u"complete";
}

QString builtInType(const QString &name)
{
    return name == u"step" ? u"interval"_s : u"timestamptz"_s;
}

QByteArray timeText(qint64 moment)
{
    return QDateTime::fromMSecsSinceEpoch(moment, Qt::UTC).toString(Qt::ISODateWithMs).toUtf8();
}

} // namespace

bool SqlTemplate::isName(QStringView text)
{
    if (text.isEmpty() || !isNameStart(text.front()))
        return false;
    return std::all_of(text.begin(), text.end(), isNamePart);
}

/// Recursive descent over the text; the first error ends it.
class SqlTemplate::Parser
{
public:
    explicit Parser(const QString &text) : m_text(text) {}

    Outcome<SqlTemplate> parse()
    {
        SqlTemplate result;
        result.m_parts = parseParts(false);
        if (m_error)
            return *m_error;
        result.m_sources = m_sources;
        result.m_variables = m_variables;
        result.m_builtIns = m_builtIns;
        return result;
    }

private:
    QChar at(qsizetype i) const { return i < m_text.size() ? m_text.at(i) : QChar(); }
    bool atEnd() const { return m_at >= m_text.size() || m_error; }

    void fail(qsizetype position, const QString &message)
    {
        if (m_error)
            return;
        m_error = ServerError::usage(message);
        m_error->position = int(position) + 1;
        m_error->statement = m_text;
    }

    QList<Part> parseParts(bool nested)
    {
        QList<Part> parts;
        const qsizetype begin = m_at;
        while (!atEnd()) {
            const QChar c = at(m_at);
            if (c == u'}') {
                if (nested)
                    return parts;
                fail(m_at, u"A } without its {."_s);
            } else if (c == u'{') {
                parts.append(parseBraces());
            } else if (isMacroColon()) {
                parts.append(parseValue());
            } else {
                const qsizetype from = m_at;
                skipToken();
                appendText(parts, m_text.mid(from, m_at - from));
            }
        }
        if (nested)
            fail(begin - 1, u"A { without its }."_s);
        return parts;
    }

    static void appendText(QList<Part> &parts, const QString &text)
    {
        if (parts.isEmpty() || parts.last().kind != Part::Kind::Text)
            parts.append(Part{Part::Kind::Text, {}, {}, {}});
        parts.last().text += text;
    }

    bool isMacroColon() const
    {
        return at(m_at) == u':' && isNameStart(at(m_at + 1)) && (m_at == 0 || !endsOperand(at(m_at - 1)))
            && (m_at == 0 || at(m_at - 1) != u':');
    }

    QString takeName()
    {
        const qsizetype from = m_at;
        while (isNamePart(at(m_at)))
            ++m_at;
        return m_text.mid(from, m_at - from);
    }

    Part parseBraces()
    {
        const qsizetype open = m_at++;
        const QChar mark = at(m_at);
        const bool isCondition = mark == u'?' || mark == u'!';
        if (isCondition)
            ++m_at;
        Part part;
        part.text = takeName();
        if (part.text.isEmpty())
            fail(open, u"{ begins a macro such as {source} or {?variable …}; a name must follow."_s);
        if (isCondition) {
            part.kind = mark == u'?' ? Part::Kind::WhenSet : Part::Kind::WhenUnset;
            if (isBuiltIn(part.text))
                fail(open, u":%1 always has a value, so nothing can depend on it."_s.arg(part.text));
            m_variables.insert(part.text);
            if (++m_depth > deepestCondition)
                fail(open, u"Conditions are nested more than %1 deep."_s.arg(deepestCondition));
            part.parts = parseParts(true);
            --m_depth;
        } else {
            part.kind = Part::Kind::Source;
            m_sources.insert(part.text);
        }
        if (!m_error && at(m_at) != u'}')
            fail(open, u"A { without its }."_s);
        ++m_at;
        return part;
    }

    Part parseValue()
    {
        ++m_at;
        Part part;
        part.kind = Part::Kind::Value;
        part.text = takeName();
        if (isBuiltIn(part.text)) {
            part.type = builtInType(part.text);
            m_builtIns.insert(part.text);
            return part;
        }
        m_variables.insert(part.text);
        // The cast becomes the parameter's type, so that the server compares like with like.
        if (at(m_at) == u':' && at(m_at + 1) == u':' && isNameStart(at(m_at + 2))) {
            m_at += 2;
            part.type = takeName();
        } else {
            part.type = u"text"_s;
        }
        return part;
    }

    /// One character, or a whole quoted text, comment or word.
    void skipToken()
    {
        const QChar c = at(m_at);
        const QChar next = at(m_at + 1);
        if (c == u'-' && next == u'-')
            skipPast(u"\n"_s, m_text.size());
        else if (c == u'/' && next == u'*')
            skipBlockComment();
        else if (c == u'\'' || c == u'"')
            skipQuoted(c, false);
        else if ((c == u'e' || c == u'E') && next == u'\'')
            ++m_at, skipQuoted(u'\'', true);
        else if (c == u'$' && skipDollarQuoted())
            return;
        else if (c.isLetter() || c == u'_')
            skipWord();
        else
            ++m_at;
    }

    void skipWord()
    {
        while (at(m_at).isLetterOrNumber() || at(m_at) == u'_' || at(m_at) == u'$')
            ++m_at;
    }

    void skipPast(const QString &end, qsizetype otherwise)
    {
        const qsizetype found = m_text.indexOf(end, m_at);
        m_at = found < 0 ? otherwise : found + end.size();
    }

    void skipBlockComment()
    {
        const qsizetype open = m_at;
        int depth = 0;
        do {
            if (at(m_at) == u'/' && at(m_at + 1) == u'*')
                ++depth, m_at += 2;
            else if (at(m_at) == u'*' && at(m_at + 1) == u'/')
                --depth, m_at += 2;
            else
                ++m_at;
        } while (depth > 0 && m_at < m_text.size());
        if (depth > 0)
            fail(open, u"A comment /* without its */."_s);
    }

    void skipQuoted(QChar quote, bool backslashes)
    {
        const qsizetype open = m_at++;
        while (m_at < m_text.size()) {
            const QChar c = at(m_at++);
            if (backslashes && c == u'\\') {
                ++m_at;
            } else if (c == quote && at(m_at) != quote) {
                return;
            }
            if (c == quote)
                ++m_at;
        }
        fail(open, u"A quote %1 is not closed."_s.arg(quote));
    }

    bool skipDollarQuoted()
    {
        qsizetype end = m_at + 1;
        if (isNameStart(at(end))) {
            while (isNamePart(at(end)))
                ++end;
        }
        if (at(end) != u'$')
            return false;
        const qsizetype open = m_at;
        const QString tag = m_text.mid(m_at, end + 1 - m_at);
        m_at = end + 1;
        skipPast(tag, -1);
        if (m_at < 0) {
            m_at = m_text.size();
            fail(open, u"A quote %1 is not closed."_s.arg(tag));
        }
        return true;
    }

    const QString m_text;
    qsizetype m_at = 0;
    std::optional<ServerError> m_error;
    QSet<QString> m_sources, m_variables, m_builtIns;
    int m_depth = 0; ///< of conditions
};

class SqlTemplate::Renderer
{
public:
    explicit Renderer(const Values &values) : m_values(values) {}

    Query render(const QList<Part> &parts)
    {
        append(parts);
        return std::move(m_query);
    }

private:
    void append(const QList<Part> &parts)
    {
        for (const Part &part : parts) {
            switch (part.kind) {
            case Part::Kind::Text:
                m_query.sql += part.text;
                break;
            case Part::Kind::Source:
                Q_ASSERT(m_values.tables.contains(part.text));
                m_query.sql += m_values.tables.value(part.text);
                break;
            case Part::Kind::Value:
                appendParameter(part);
                break;
            case Part::Kind::WhenSet:
            case Part::Kind::WhenUnset:
                Q_ASSERT(m_values.variables.contains(part.text));
                if (m_values.variables.value(part.text).has_value() == (part.kind == Part::Kind::WhenSet))
                    append(part.parts);
                break;
            }
        }
    }

    void appendParameter(const Part &part)
    {
        const auto key = std::pair(part.text, part.type);
        int number = int(m_keys.indexOf(key)) + 1;
        if (number == 0) {
            m_keys.append(key);
            m_query.parameters.append(valueOf(part.text));
            number = int(m_keys.size());
        }
        m_query.sql += u"$%1::%2"_s.arg(QString::number(number), part.type);
    }

    std::optional<QByteArray> valueOf(const QString &name) const
    {
        if (name == u"from")
            return timeText(m_values.from);
        if (name == u"to")
            return timeText(m_values.to);
        if (name == u"complete")
            return timeText(m_values.complete);
        if (name == u"step")
            return QByteArray::number(double(m_values.stepMilliseconds) / 1000, 'g', 15) + " seconds";
        Q_ASSERT(m_values.variables.contains(name));
        const auto value = m_values.variables.value(name);
        return value ? std::optional(value->toUtf8()) : std::nullopt;
    }

    const Values &m_values;
    Query m_query;
    QList<std::pair<QString, QString>> m_keys; ///< of each parameter: name and type
};

Outcome<SqlTemplate> SqlTemplate::parse(const QString &text)
{
    return Parser(text).parse();
}

Query SqlTemplate::render(const Values &values) const
{
    return Renderer(values).render(m_parts);
}

QStringList SqlTemplate::examples() const
{
    QStringList examples;
    for (const std::optional<QString> &value : {std::optional(u"x"_s), std::optional<QString>()}) {
        Values values;
        for (const QString &name : m_sources)
            values.tables.insert(name, u"source"_s);
        for (const QString &name : m_variables)
            values.variables.insert(name, value);
        values.stepMilliseconds = 1;
        examples << render(values).sql;
    }
    return examples;
}

QString describeQuery(const Query &query)
{
    QString text = query.sql;
    for (qsizetype i = 0; i < query.parameters.size(); ++i) {
        const auto &value = query.parameters.at(i);
        // One line each whatever the value holds, or its second line would be SQL.
        const QString shown = value ? visibleText(QString::fromUtf8(*value)) : u"NULL"_s;
        text += u"\n-- $%1 = %2"_s.arg(QString::number(i + 1), shown);
    }
    return text;
}

} // namespace Shardboard
