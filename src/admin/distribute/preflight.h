// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/distribute/datachecks.h"
#include "admin/distribute/plannedstate.h"

#include <functional>

namespace Shardboard {

/// A way out of a finding that the plan can take along.
struct Fix
{
    QString id; ///< "composite-key public.orders.orders_pkey": stable, goes into DistributeSettings::fixes
    QualifiedName table; ///< of the finding that it belongs to; empty: the whole cluster
    QString title; ///< "Make the primary key (customer_id, id)"
    QString consequence; ///< what it costs or loses, one or two sentences; empty when nothing
    QList<PlanStep> before; ///< run before the tables are distributed, in the same transaction
    QList<PlanStep> after; ///< run after all of them are, in the same transaction
    std::function<void(ShardingFacts &)> effect; ///< what the facts are once `before` has run
};

/// Something that stands in the way, or that one should know.
struct Finding
{
    enum class Severity {
        Blocks, ///< the server would refuse
        Warns, ///< it would accept, but the outcome is not what one expects
        Informs,
    };

    Severity severity = Severity::Blocks;
    QString code; ///< "unique-key", stable
    QualifiedName table; ///< empty: the whole cluster
    QString subject; ///< constraint, column, trigger, node; may be empty
    QString problem; ///< what is the matter, in the user's words
    QString rule; ///< what the server demands and why, one or two sentences
    QString remedy; ///< what a person can do where no fix exists
    QList<Fix> fixes;
    QString fixedBy; ///< id of the chosen fix that takes care of it

    bool isOpen() const { return severity == Severity::Blocks && fixedBy.isEmpty(); }
};

/// The verdict on settings before anything is changed: what passes here, the server accepts.
struct Preflight
{
    QList<Finding> findings; ///< what blocks first
    ShardingFacts facts; ///< as they will be when the chosen fixes have been carried out
    QList<Fix> chosenFixes; ///< in the order of the findings

    bool passes() const;
    const Finding *find(const QString &code, const QualifiedName &table = {}) const;
    QString toText() const; ///< for terminals and tests, a block of lines a finding
};

/// Why no plan can be made: all that blocks, as one error; nullopt when nothing does.
std::optional<ServerError> whatBlocks(const Preflight &preflight);
/// What nobody fixed becomes a warning or a note of the plan.
void addFindings(const Preflight &preflight, Plan &plan);

/// Pure: no I/O. `checks` as readDataChecks() left them.
Preflight preflight(const DistributeSettings &settings, const ShardingFacts &facts, const QList<DataCheck> &checks);

} // namespace Shardboard
