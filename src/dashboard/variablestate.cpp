// SPDX-License-Identifier: GPL-3.0-or-later
#include "dashboard/variablestate.h"

namespace Shardboard {

VariableState::VariableState(const Variable &variable) : value(variable.defaultValue), m_variable(variable)
{
    for (const QString &choice : variable.values)
        choices.append({choice, choice});
    if (variable.kind == Variable::Kind::Query) {
        auto sql = SqlTemplate::parse(variable.sql);
        if (sql)
            m_sql = std::move(sql).value();
        else
            error = sql.error(); // of a document that was not checked
        isDue = m_hasQuery = !error;
    } else if (isMissing() && !choices.isEmpty()) {
        value = choices.first().value;
    }
}

bool VariableState::takeChoices(const ResultSet &rows)
{
    choices.clear();
    error.reset();
    for (qsizetype row = 0; rows.columnCount() > 0 && row < rows.rowCount(); ++row) {
        if (rows.isNull(row, 0) || rows.cell(row, 0).isEmpty())
            continue; // it could not be told from "all"
        const QString choice = rows.text(row, 0);
        choices.append({choice, rows.columnCount() > 1 && !rows.isNull(row, 1) ? rows.text(row, 1) : choice});
    }
    if (!isMissing() || choices.isEmpty())
        return false;
    value = choices.first().value;
    return true;
}

} // namespace Shardboard
