// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/sqlquote.h"

#include <QMap>
#include <QString>

#include <optional>

namespace Shardboard {

enum class ImportFormat {
    Csv, ///< RFC 4180, with any one-byte delimiter
    Combined, ///< the access log of Apache and nginx, combined or common, with any further fields
    Caddy, ///< the JSON access log of Caddy
    Alb, ///< the access log of an AWS load balancer
};

constexpr bool isAccessLog(ImportFormat format)
{
    return format != ImportFormat::Csv;
}

/// What is to be loaded, from where and how: a form or a command line as a plain value.
struct ImportSettings
{
    QString file; ///< plain or gzip, told by its first bytes
    QualifiedName table; ///< an empty schema is searched for as the session's search_path says
    std::optional<ImportFormat> format; ///< nullopt: told by the first lines
    QMap<QString, QString> constants; ///< column of the table → its value in every row
    QMap<QString, QString> columnMap; ///< column of the file → column of the table, "" leaves it out
    std::optional<char> delimiter; ///< of a CSV file; nullopt: told by the first lines
    bool hasHeader = true; ///< false: the columns of a CSV file are called "1", "2", …
    QString nullText; ///< unquoted text of a CSV file that stands for NULL
    int connections = 1; ///< more than one: faster, but each is a transaction of its own
    QString rejectFile; ///< empty: the file's name with ".rejects.csv" added
    bool movesSequences = true; ///< past the ids of the file, where a sequence fills in such a column
    std::optional<qint64> maximumRejects; ///< more than these end the import, and nothing is loaded

    QString rejectPath() const { return rejectFile.isEmpty() ? file + QStringLiteral(".rejects.csv") : rejectFile; }
    bool operator==(const ImportSettings &) const = default;
};

} // namespace Shardboard
