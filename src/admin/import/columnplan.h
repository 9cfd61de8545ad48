// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/import/importsettings.h"
#include "admin/import/targettable.h"

#include <QStringList>

#include <optional>
#include <vector>

namespace Shardboard {

/// Where each field of a file goes, and what is filled in.
struct ColumnPlan
{
    struct Field
    {
        QString name; ///< in the file
        std::optional<int> target; ///< index into the table's columns; nullopt: left out
    };
    struct Constant
    {
        int target = 0;
        QString value;
    };
    std::vector<Field> fields; ///< one per field of the file, in its order
    std::vector<Constant> constants;
    QStringList notes; ///< what is left out and filled in, for the report
    QStringList problems; ///< empty: the import can begin

    /// The columns that are loaded, quoted for SQL: those of the fields in order, then the constants.
    QStringList columnNames(const TargetTable &table) const;
};

/// For the format of the settings; one of the two below.
ColumnPlan planColumns(const ImportSettings &settings, const QStringList &fileColumns, const TargetTable &table);

/// `fileColumns`: the header's names, or "1", "2", … without a header. A name finds the column of the same name, case
/// aside.
ColumnPlan planCsvColumns(const ImportSettings &settings, const QStringList &fileColumns, const TargetTable &table);

/// The fields of an access log, under the names of http_request's columns. Those the table lacks are left out and
/// noted; site_id is 1 where the settings say nothing and the table has such a column.
ColumnPlan planLogColumns(const ImportSettings &settings, const TargetTable &table);

} // namespace Shardboard
