// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/values/sqlquote.h"

#include <QCryptographicHash>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace Shardboard {

namespace {

constexpr int maximumBytes = 63; // NAMEDATALEN - 1 of every stock server

// Every keyword of PostgreSQL 15 to 18 that is not "unreserved" (pg_get_keywords()), sorted. Quoting one that an older
// server does not know is harmless; leaving one bare is not.
constexpr auto reservedWords = std::to_array<std::string_view>({"all", "analyse", "analyze", "and", "any", "array",
    "as", "asc", "asymmetric", "authorization", "between", "bigint", "binary", "bit", "boolean", "both", "case", "cast",
    "char", "character", "check", "coalesce", "collate", "collation", "column", "concurrently", "constraint", "create",
    "cross", "current_catalog", "current_date", "current_role", "current_schema", "current_time", "current_timestamp",
    "current_user", "dec", "decimal", "default", "deferrable", "desc", "distinct", "do", "else", "end", "except",
    "exists", "extract", "false", "fetch", "float", "for", "foreign", "freeze", "from", "full", "grant", "greatest",
    "group", "grouping", "having", "ilike", "in", "initially", "inner", "inout", "int", "integer", "intersect",
    "interval", "into", "is", "isnull", "join", "json", "json_array", "json_arrayagg", "json_exists", "json_object",
    "json_objectagg", "json_query", "json_scalar", "json_serialize", "json_table", "json_value", "lateral", "leading",
    "least", "left", "like", "limit", "localtime", "localtimestamp", "merge_action", "national", "natural", "nchar",
    "none", "normalize", "not", "notnull", "null", "nullif", "numeric", "offset", "on", "only", "or", "order", "out",
    "outer", "overlaps", "overlay", "placing", "position", "precision", "primary", "real", "references", "returning",
    "right", "row", "select", "session_user", "setof", "similar", "smallint", "some", "substring", "symmetric",
    "system_user", "table", "tablesample", "then", "time", "timestamp", "to", "trailing", "treat", "trim", "true",
    "union", "unique", "user", "using", "values", "varchar", "variadic", "verbose", "when", "where", "window", "with",
    "xmlattributes", "xmlconcat", "xmlelement", "xmlexists", "xmlforest", "xmlnamespaces", "xmlparse", "xmlpi",
    "xmlroot", "xmlserialize", "xmltable"});
static_assert(std::ranges::is_sorted(reservedWords));

bool isDigit(QChar c)
{
    return c >= QLatin1Char('0') && c <= QLatin1Char('9');
}

bool isLowerCaseStart(QChar c)
{
    return (c >= QLatin1Char('a') && c <= QLatin1Char('z')) || c == QLatin1Char('_');
}

// As the server's lexer: any letter, underscore, and everything beyond ASCII.
bool isWordStart(QChar c)
{
    return isLowerCaseStart(c) || (c >= QLatin1Char('A') && c <= QLatin1Char('Z')) || c.unicode() > 127;
}

bool isPlainWord(const QString &name)
{
    if (name.isEmpty() || !isLowerCaseStart(name.front()))
        return false;
    if (!std::ranges::all_of(name, [](QChar c) { return isLowerCaseStart(c) || isDigit(c); }))
        return false;
    return !std::ranges::binary_search(reservedWords, name.toStdString());
}

// The longest beginning of text that has at most maximum bytes as UTF-8, never half a character.
QString cutToBytes(const QString &text, qsizetype maximum)
{
    qsizetype bytes = 0;
    qsizetype index = 0;
    while (index < text.size()) {
        const qsizetype width = text[index].isHighSurrogate() && index + 1 < text.size() ? 2 : 1;
        bytes += QStringView(text).mid(index, width).toUtf8().size();
        if (bytes > maximum)
            break;
        index += width;
    }
    return text.left(index);
}

class NameReader
{
public:
    explicit NameReader(QStringView text) : m_rest(text.trimmed()) {}

    bool atEnd() const { return m_rest.isEmpty(); }

    bool takeDot()
    {
        m_rest = m_rest.trimmed();
        if (!m_rest.startsWith(QLatin1Char('.')))
            return false;
        m_rest = m_rest.mid(1).trimmed();
        return true;
    }

    std::optional<QString> takePart()
    {
        if (m_rest.startsWith(QLatin1Char('"')))
            return takeQuoted();
        if (atEnd() || !isWordStart(m_rest.front()))
            return std::nullopt;
        qsizetype end = 1;
        while (end < m_rest.size()
            && (isWordStart(m_rest[end]) || isDigit(m_rest[end]) || m_rest[end] == QLatin1Char('$')))
            ++end;
        QString part = m_rest.left(end).toString();
        m_rest = m_rest.mid(end);
        // The server folds ASCII letters only (in UTF-8 databases).
        for (QChar &c : part) {
            if (c.unicode() < 128)
                c = c.toLower();
        }
        return part;
    }

private:
    std::optional<QString> takeQuoted()
    {
        QString part;
        for (qsizetype index = 1; index < m_rest.size(); ++index) {
            if (m_rest[index] != QLatin1Char('"')) {
                part += m_rest[index];
            } else if (index + 1 < m_rest.size() && m_rest[index + 1] == QLatin1Char('"')) {
                part += m_rest[++index];
            } else {
                m_rest = m_rest.mid(index + 1);
                return part.isEmpty() ? std::nullopt : std::optional(part);
            }
        }
        return std::nullopt; // never closed
    }

    QStringView m_rest;
};

} // namespace

QString QualifiedName::quoted() const
{
    return schema.isEmpty() ? quoteIdentifier(name)
                            : quoteIdentifier(schema) + QLatin1Char('.') + quoteIdentifier(name);
}

QString QualifiedName::display() const
{
    return schema.isEmpty() ? name : schema + QLatin1Char('.') + name;
}

QString quoteIdentifier(const QString &name)
{
    Q_ASSERT(!name.isEmpty() && !name.contains(QChar(0)));
    if (isPlainWord(name))
        return name;
    QString quoted = name;
    quoted.replace(QLatin1Char('"'), QLatin1String("\"\""));
    return QLatin1Char('"') + quoted + QLatin1Char('"');
}

QStringList quoteIdentifiers(const QStringList &names)
{
    QStringList quoted;
    quoted.reserve(names.size());
    for (const QString &name : names)
        quoted.append(quoteIdentifier(name));
    return quoted;
}

QString quoteLiteral(const QString &text)
{
    QString quoted = text;
    quoted.replace(QLatin1Char('\''), QLatin1String("''"));
    // With a backslash only the E form has one meaning under both values of standard_conforming_strings.
    const bool hasBackslash = quoted.contains(QLatin1Char('\\'));
    if (hasBackslash)
        quoted.replace(QLatin1Char('\\'), QLatin1String("\\\\"));
    return QLatin1String(hasBackslash ? "E'" : "'") + quoted + QLatin1Char('\'');
}

QString checkIdentifier(const QString &name)
{
    if (name.isEmpty())
        return QStringLiteral("a name cannot be empty");
    if (name.contains(QChar(0)))
        return QStringLiteral("a name cannot contain a NUL character");
    const qsizetype bytes = name.toUtf8().size();
    if (bytes > maximumBytes)
        return QStringLiteral("the name is %1 bytes long; the server keeps only the first %2")
            .arg(bytes)
            .arg(maximumBytes);
    return {};
}

QString makeIdentifier(const QString &stem, const QString &suffix)
{
    const QString whole = stem + suffix;
    if (whole.toUtf8().size() <= maximumBytes)
        return whole;
    // Two long stems with the same beginning must not meet: the hash is of all that was given.
    const auto hash = QCryptographicHash::hash(whole.toUtf8(), QCryptographicHash::Sha256).toHex().left(8);
    const QString mark = QLatin1Char('_') + QString::fromLatin1(hash);
    const QString end = cutToBytes(suffix, maximumBytes - mark.size());
    return cutToBytes(stem, maximumBytes - mark.size() - end.toUtf8().size()) + mark + end;
}

QualifiedName parseQualifiedName(const QString &text)
{
    NameReader reader(text);
    const auto first = reader.takePart();
    if (!first)
        return {};
    if (reader.atEnd())
        return {{}, *first};
    if (!reader.takeDot())
        return {};
    const auto second = reader.takePart();
    if (!second || !reader.atEnd())
        return {};
    return {*first, *second};
}

} // namespace Shardboard
