// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/import/columnplan.h"

#include "admin/import/logline.h"

#include <QSet>

#include <algorithm>

namespace Shardboard {

namespace {

QString quotedList(const QStringList &names)
{
    return QLatin1Char('"') + names.join(QStringLiteral("\", \"")) + QLatin1Char('"');
}

/// The exact name first, then the only one that is the same when case is ignored.
std::optional<int> findColumn(const TargetTable &table, const QString &name)
{
    if (const int exact = table.columnIndex(name); exact >= 0)
        return exact;
    std::optional<int> found;
    for (int i = 0; i < table.columns.size(); ++i) {
        if (table.columns[i].name.compare(name, Qt::CaseInsensitive) != 0)
            continue;
        if (found)
            return std::nullopt;
        found = i;
    }
    return found;
}

/// What settings.columnMap says of a column of the file; nullopt: nothing.
std::optional<QString> mappedTo(const ImportSettings &settings, const QString &fileColumn)
{
    for (auto it = settings.columnMap.begin(); it != settings.columnMap.end(); ++it) {
        if (it.key().compare(fileColumn, Qt::CaseInsensitive) == 0)
            return it.value();
    }
    return std::nullopt;
}

void checkMapNames(ColumnPlan &plan, const ImportSettings &settings, const QStringList &fileColumns)
{
    QStringList unknown;
    for (const QString &name : settings.columnMap.keys()) {
        if (!fileColumns.contains(name, Qt::CaseInsensitive))
            unknown.append(name);
    }
    if (!unknown.isEmpty())
        plan.problems.append(QStringLiteral("The file has no column %1 to map; it has %2.")
                                 .arg(quotedList(unknown), quotedList(fileColumns)));
}

void addConstant(ColumnPlan &plan, const TargetTable &table, const QString &name, const QString &value)
{
    const auto target = findColumn(table, name);
    if (!target) {
        plan.problems.append(QStringLiteral("%1 has no column \"%2\" to set.").arg(table.name.display(), name));
        return;
    }
    // What is set for every row wins over what the file says, and is said.
    for (auto &field : plan.fields) {
        if (field.target == target) {
            field.target.reset();
            plan.notes.append(QStringLiteral("Column \"%1\" of the file is left out: %2 is set to \"%3\".")
                                  .arg(field.name, table.columns[*target].name, value));
        }
    }
    plan.constants.push_back({*target, value});
}

void addConstants(ColumnPlan &plan, const ImportSettings &settings, const TargetTable &table)
{
    for (auto it = settings.constants.begin(); it != settings.constants.end(); ++it)
        addConstant(plan, table, it.key(), it.value());
}

/// A column that gets two values, or one the server computes, is a problem; so is having nothing to load.
void checkTargets(ColumnPlan &plan, const TargetTable &table)
{
    QSet<int> seen;
    QStringList twice;
    QStringList generated;
    const auto use = [&](int target) {
        const TargetColumn &column = table.columns[target];
        if (seen.contains(target))
            twice.append(column.name);
        if (column.isGenerated)
            generated.append(column.name);
        if (column.isAlwaysIdentity)
            plan.notes.append(QStringLiteral("The server would make the values of \"%1\" itself (GENERATED ALWAYS): "
                                             "those of the file are stored.")
                                  .arg(column.name));
        seen.insert(target);
    };
    for (const auto &field : plan.fields) {
        if (field.target)
            use(*field.target);
    }
    for (const auto &constant : plan.constants)
        use(constant.target);
    if (!twice.isEmpty())
        plan.problems.append(QStringLiteral("More than one column of the file goes to %1.").arg(quotedList(twice)));
    if (!generated.isEmpty())
        plan.problems.append(QStringLiteral("The server computes %1 itself; leave it out with an empty mapping.")
                                 .arg(quotedList(generated)));
    if (seen.isEmpty() && plan.problems.isEmpty())
        plan.problems.append(QStringLiteral("No column of the file goes to a column of %1.").arg(table.name.display()));
}

/// Without header and mapping the file must have the table's columns, in their order.
void planByPosition(ColumnPlan &plan, const TargetTable &table)
{
    std::vector<int> loadable;
    std::vector<int> withoutIdentity;
    for (int i = 0; i < table.columns.size(); ++i) {
        if (table.columns[i].isGenerated)
            continue;
        loadable.push_back(i);
        if (!table.columns[i].isAlwaysIdentity)
            withoutIdentity.push_back(i);
    }
    if (withoutIdentity.size() == plan.fields.size())
        loadable = withoutIdentity;
    if (loadable.size() != plan.fields.size()) {
        plan.problems.append(
            QStringLiteral("The file has %1 columns and no header, %2 has %3 columns: say which is which by "
                           "mapping \"1\", \"2\", … to columns.")
                .arg(plan.fields.size())
                .arg(table.name.display())
                .arg(loadable.size()));
        return;
    }
    for (size_t i = 0; i < loadable.size(); ++i)
        plan.fields[i].target = loadable[i];
}

/// Returns those that find no column.
QStringList planByName(ColumnPlan &plan, const ImportSettings &settings, const TargetTable &table)
{
    QStringList homeless;
    for (auto &field : plan.fields) {
        const auto mapped = mappedTo(settings, field.name);
        if (mapped && mapped->isEmpty()) {
            plan.notes.append(QStringLiteral("Column \"%1\" of the file is left out, as asked.").arg(field.name));
            continue;
        }
        field.target = findColumn(table, mapped.value_or(field.name));
        if (field.target)
            continue;
        if (mapped)
            plan.problems.append(QStringLiteral("%1 has no column \"%2\" to map \"%3\" to.")
                                     .arg(table.name.display(), *mapped, field.name));
        else
            homeless.append(field.name);
    }
    return homeless;
}

} // namespace

QStringList ColumnPlan::columnNames(const TargetTable &table) const
{
    QStringList names;
    for (const auto &field : fields) {
        if (field.target)
            names.append(quoteIdentifier(table.columns[*field.target].name));
    }
    for (const auto &constant : constants)
        names.append(quoteIdentifier(table.columns[constant.target].name));
    return names;
}

ColumnPlan planColumns(const ImportSettings &settings, const QStringList &fileColumns, const TargetTable &table)
{
    if (isAccessLog(settings.format.value_or(ImportFormat::Csv)))
        return planLogColumns(settings, table);
    return planCsvColumns(settings, fileColumns, table);
}

ColumnPlan planCsvColumns(const ImportSettings &settings, const QStringList &fileColumns, const TargetTable &table)
{
    ColumnPlan plan;
    for (const QString &name : fileColumns)
        plan.fields.push_back({name, std::nullopt});
    checkMapNames(plan, settings, fileColumns);
    if (!settings.hasHeader && settings.columnMap.isEmpty()) {
        planByPosition(plan, table);
    } else if (const QStringList homeless = planByName(plan, settings, table); !homeless.isEmpty()) {
        QStringList names;
        for (const auto &column : table.columns)
            names.append(column.name);
        plan.problems.append(
            QStringLiteral("%1 has no column %2 (it has %3). Map each to a column, or to nothing to leave it out.")
                .arg(table.name.display(), quotedList(homeless), quotedList(names)));
    }
    addConstants(plan, settings, table);
    checkTargets(plan, table);
    return plan;
}

ColumnPlan planLogColumns(const ImportSettings &settings, const TargetTable &table)
{
    ColumnPlan plan;
    QStringList fileColumns;
    const size_t count = LogLine::fieldCount(settings.format.value_or(ImportFormat::Combined));
    for (size_t field = 0; field < count; ++field) {
        fileColumns.append(QLatin1String(LogLine::fieldNames[field]));
        plan.fields.push_back({fileColumns.last(), std::nullopt});
    }
    checkMapNames(plan, settings, fileColumns);
    if (const QStringList homeless = planByName(plan, settings, table); !homeless.isEmpty())
        plan.notes.append(QStringLiteral("Left out, as %1 has no such column: %2.")
                              .arg(table.name.display(), homeless.join(QStringLiteral(", "))));
    addConstants(plan, settings, table);
    const QString site = QStringLiteral("site_id");
    const bool isSet = std::any_of(plan.constants.begin(), plan.constants.end(),
        [&](const auto &constant) { return table.columns[constant.target].name == site; });
    if (!isSet && table.columnIndex(site) >= 0) {
        addConstant(plan, table, site, QStringLiteral("1"));
        plan.notes.append(QStringLiteral("The log does not say which site it is of: site_id is 1."));
    }
    checkTargets(plan, table);
    return plan;
}

} // namespace Shardboard
