// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHashFunctions>
#include <QString>
#include <QStringList>

namespace Shardboard {

/// The one place where text becomes SQL. Everything else passes values as parameters or calls these.

/// A table, view or function with its schema; both as the catalogue spells them, unquoted.
struct QualifiedName
{
    QString schema;
    QString name;

    /// `schema.name`, each part quoted where it must be; without a schema just the name.
    QString quoted() const;
    /// The two parts unquoted with a dot, for people to read.
    QString display() const;
    bool operator==(const QualifiedName &) const = default;
    bool operator<(const QualifiedName &other) const
    {
        return schema == other.schema ? name < other.name : schema < other.schema;
    }
};

inline size_t qHash(const QualifiedName &name, size_t seed = 0)
{
    return qHashMulti(seed, name.schema, name.name);
}

/// Quoted when it is not a plain lower-case word or is a reserved one; exact, never cut. An empty or NUL-holding name
/// has no quoted form: checkIdentifier() refuses it before it comes here.
QString quoteIdentifier(const QString &name);
QStringList quoteIdentifiers(const QStringList &names);

/// A string literal that means the same whatever standard_conforming_strings says.
QString quoteLiteral(const QString &text);

/// Empty when the name can be an identifier, else why not: empty, a NUL, or more than 63 bytes of UTF-8 (the server
/// would cut it silently).
QString checkIdentifier(const QString &name);

/// A name of at most 63 bytes made of stem and suffix, the stem cut at a character and given a short hash when too
/// long.
QString makeIdentifier(const QString &stem, const QString &suffix);

/// "schema.name" or "name" as a user types it, with SQL's own quoting rules (unquoted parts fold to lower case).
/// Empty name when it does not parse.
QualifiedName parseQualifiedName(const QString &text);

} // namespace Shardboard
