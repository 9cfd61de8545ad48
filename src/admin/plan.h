// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/sqlquote.h"

#include <QJsonObject>
#include <QList>
#include <QString>
#include <QStringList>

namespace Shardboard {

/// What a user wants, before anything is known of how: a kind and its settings, as a form or a file says it. Saved as
/// JSON; applies on another cluster unchanged.
struct Intent
{
    QString kind; ///< "blueprint", "remove-blueprint", …
    QJsonObject settings;

    bool operator==(const Intent &) const = default;
};

/// One statement of a plan, with all a person must know before it runs.
struct PlanStep
{
    QString id; ///< stable within the plan, "create-raw-table"
    QString title; ///< "Create table http_request"
    QString sql; ///< one statement, runnable as it stands
    QString undoSql; ///< takes it back, empty when there is nothing to take back or it cannot be
    QString doneSql; ///< SELECT of one boolean: true when the step is already so; empty: never known
    QStringList locks; ///< "ACCESS EXCLUSIVE on http_request: blocks reads and writes while it runs"
    QStringList warnings;
    int group = 0; ///< steps with the same group run in one transaction; ascending
    bool inTransaction = true; ///< false: the statement refuses a transaction block and is a group of its own
    /// SELECT of one boolean: true when there is nothing to take back; empty: as long as doneSql is false. For what can
    /// be cut off half done.
    QString undoneSql;
    /// The table that undo drops: undoSql refuses where it holds rows, undoPlan() can be told to drop them too. In an
    /// undo plan: the table that sql drops.
    QualifiedName undoTable = {};

    bool operator==(const PlanStep &) const = default;
};

/// The steps in order. Preview, script and executor read the same list: what the user saw is what runs.
struct Plan
{
    QString title;
    Intent intent;
    QList<PlanStep> steps;
    QStringList notes; ///< what was left out and why, "citus is not there: distribution steps are left out"
    QStringList warnings; ///< for the whole plan, above those of the steps

    bool operator==(const Plan &) const = default;
};

/// Steps that run in one transaction, or one step that runs outside of any.
struct PlanGroup
{
    qsizetype first = 0;
    qsizetype end = 0; ///< one past the last
    bool inTransaction = true;
};
QList<PlanGroup> planGroups(const Plan &plan);

} // namespace Shardboard
