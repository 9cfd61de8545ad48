// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dashboard/document.h"
#include "dashboard/refresher.h"
#include "dashboard/sqltemplate.h"

#include <optional>

namespace Shardboard {

/// A variable of a dashboard that is shown: its value and what there is to choose.
class VariableState
{
public:
    explicit VariableState(const Variable &variable);

    const Variable &variable() const { return m_variable; }
    bool hasQuery() const { return m_hasQuery; } ///< one that can be asked
    const SqlTemplate &sql() const { return m_sql; }

    /// Empty for all, or for none yet.
    QString value;
    /// True when an empty value does not mean all: who uses the variable must wait, or be told.
    bool isMissing() const { return value.isEmpty() && !m_variable.allowAll; }

    bool isDue = false; ///< the choices are to be asked for
    bool isUnderWay = false; ///< they have been asked for
    qint64 askedAt = 0; ///< milliseconds since 1970-01-01 UTC; 0: never
    QList<Refresher::Choice> choices;
    std::optional<ServerError> error; ///< why there are no choices

    /// Takes the first column as values, the second, if any, as labels. True when the first choice became the value.
    bool takeChoices(const ResultSet &rows);

private:
    Variable m_variable;
    SqlTemplate m_sql;
    bool m_hasQuery = false;
};

} // namespace Shardboard
