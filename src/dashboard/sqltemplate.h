// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/outcome.h"
#include "connection/values/query.h"

#include <QHash>
#include <QList>
#include <QSet>
#include <QString>
#include <QStringList>

#include <optional>

namespace Shardboard {

/// The SQL of a panel or variable with its macros. Macros are found as the server's own scanner would see the text: not
/// inside quotes, dollar quotes or comments.
///
///   {traffic}           the table that source is routed to
///   :site               a value, sent as a parameter and cast: text, or what a ::type right behind it says
///   :from :to           timestamptz, the range [from, to), aligned to buckets
///   :step               interval, the width of a bucket of the result
///   :complete           timestamptz, up to where the source's rollup is complete; now where that is not known
///   {?site …}  {!site …} the text only when the variable has a value, or only when it has none ("all"). So a filter on
///   a
///                       distribution column is there as a plain comparison, which Citus prunes shards by, or not at
///                       all.
class SqlTemplate
{
public:
    /// An error for an unbalanced brace or quote, an empty name, a macro in braces that is none, or conditions nested
    /// deeper than 50; position is set.
    static Outcome<SqlTemplate> parse(const QString &text);

    /// The statement with every variable set, and with none: for a check of its grammar before anything is known of the
    /// server. Both may be the same.
    QStringList examples() const;
    const QSet<QString> &sources() const { return m_sources; }
    const QSet<QString> &variables() const { return m_variables; } ///< without the built-in ones
    const QSet<QString> &builtIns() const { return m_builtIns; } ///< those of from, to, step, complete that are used

    struct Values
    {
        QHash<QString, QString> tables; ///< of each source, quoted for SQL
        QHash<QString, std::optional<QString>> variables; ///< nullopt: all
        qint64 from = 0, to = 0, complete = 0; ///< milliseconds since 1970-01-01 UTC
        qint64 stepMilliseconds = 0;
    };
    /// The statement with numbered parameters; a value that is used twice with one type is sent once. Every source and
    /// variable that is used must have its entry.
    Query render(const Values &values) const;

    /// True for a word a macro may be named by: a letter or underscore, then letters, digits and underscores, ASCII.
    static bool isName(QStringView text);

private:
    struct Part
    {
        enum class Kind { Text, Source, Value, WhenSet, WhenUnset };
        Kind kind = Kind::Text;
        QString text; ///< Text: as it stands; else the name
        QString type; ///< Value: of its cast
        QList<Part> parts; ///< WhenSet, WhenUnset
    };
    class Parser;
    class Renderer;

    QList<Part> m_parts;
    QSet<QString> m_sources, m_variables, m_builtIns;
};

/// A statement as a person would run it: the SQL, then each parameter's value in a comment line.
QString describeQuery(const Query &query);

} // namespace Shardboard
