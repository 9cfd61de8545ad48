// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/cluster/clusterplanner.h"

#include "admin/cluster/changechecks.h"

namespace Shardboard {

using namespace Qt::StringLiterals;

namespace {

QString isRebalancingSql()
{
    return u"EXISTS (SELECT FROM pg_dist_background_job WHERE job_type = 'rebalance' AND state NOT IN ('finished', "
           u"'cancelled', 'failed'))"_s;
}

class ChangePlanner
{
public:
    ChangePlanner(const ClusterSettings &settings, const ChangeFacts &facts, const ChangeVerdict &verdict)
        : m_settings(settings)
        , m_facts(facts)
        , m_node(facts.node(settings.host, settings.port))
        , m_address(quoteLiteral(settings.host) + u", "_s + QString::number(settings.port))
        , m_where(u"nodename = %1 AND nodeport = %2"_s.arg(quoteLiteral(settings.host), QString::number(settings.port)))
    {
        m_plan.intent = clusterIntent(settings);
        m_plan.warnings = verdict.warnings;
        m_plan.notes = verdict.notes;
    }

    Plan plan()
    {
        switch (m_settings.change) {
        case ClusterChange::Rebalance:
            planRebalance();
            break;
        case ClusterChange::StopRebalance:
            planStop();
            break;
        case ClusterChange::AddNode:
            planAdd();
            break;
        case ClusterChange::ActivateNode:
            planActivate();
            break;
        case ClusterChange::DrainNode:
            planDrain();
            break;
        case ClusterChange::DisableNode:
            planDisable();
            break;
        case ClusterChange::RemoveNode:
            planRemove();
            break;
        case ClusterChange::SetCoordinatorHost:
            planCoordinatorHost();
            break;
        }
        return m_plan;
    }

private:
    PlanStep &add(const QString &id, const QString &title, const QString &sql)
    {
        PlanStep step;
        step.id = id;
        step.title = title;
        step.sql = sql;
        step.group = int(m_plan.steps.size());
        m_plan.steps << step;
        return m_plan.steps.last();
    }

    QString startSql(bool drainOnly) const
    {
        QString arguments = u"shard_transfer_mode => %1"_s.arg(quoteLiteral(m_settings.transferMode));
        if (!m_settings.strategy.isEmpty())
            arguments += u", rebalance_strategy => %1"_s.arg(quoteLiteral(m_settings.strategy));
        if (drainOnly)
            arguments += u", drain_only => true"_s;
        return u"SELECT citus_rebalance_start(%1)"_s.arg(arguments);
    }

    void explainMoves(PlanStep &step) const
    {
        if (m_settings.transferMode == u"block_writes"_s)
            step.locks << u"Writes to the shards that are being moved are blocked while they are copied; reads go on"_s;
        else
            step.locks << u"Writes to the shards of one move are blocked for a moment when it completes; reads go on"_s;
        step.warnings << u"It goes on in the background on the server, also when this program ends. Moves that are "
                         u"done stay done; stopping it keeps the rest from starting."_s;
        if (m_settings.transferMode == u"force_logical"_s)
            step.warnings << u"UPDATE and DELETE fail on tables without replica identity while their shards move."_s;
    }

    void planRebalance()
    {
        m_plan.title = u"Rebalance the shards"_s;
        const RebalancePreview preview = previewMoves(m_facts.moves, m_facts.cluster);
        const QString title = preview.moves.isEmpty()
            ? u"Start rebalancing in the background"_s
            : u"Start rebalancing in the background: %1 shards, %2"_s.arg(preview.moves.size())
                  .arg(sizeText(preview.bytes));
        PlanStep &step = add(u"start-rebalance"_s, title, startSql(false));
        const QString strategy = m_settings.strategy.isEmpty()
            ? QString()
            : u"rebalance_strategy => %1"_s.arg(quoteLiteral(m_settings.strategy));
        step.doneSql = u"SELECT %1 OR NOT EXISTS (SELECT FROM get_rebalance_table_shards_plan(%2))"_s.arg(
            isRebalancingSql(), strategy);
        explainMoves(step);
        if (preview.moves.isEmpty())
            m_plan.notes << u"The strategy finds nothing to move."_s;
    }

    void planStop()
    {
        m_plan.title = u"Stop rebalancing"_s;
        PlanStep &step = add(u"stop-rebalance"_s, m_plan.title, u"SELECT citus_rebalance_stop()"_s);
        step.doneSql = u"SELECT NOT %1"_s.arg(isRebalancingSql());
        step.warnings << u"Moves that are done stay done; the one under way is taken back."_s;
    }

    void planAdd()
    {
        m_plan.title = u"Add the node %1"_s.arg(m_settings.address());
        PlanStep &step = add(u"add-node"_s, m_plan.title, u"SELECT citus_add_node(%1)"_s.arg(m_address));
        step.undoSql = u"SELECT citus_remove_node(%1)"_s.arg(m_address);
        step.doneSql = u"SELECT EXISTS (SELECT FROM pg_dist_node WHERE %1 AND isactive)"_s.arg(m_where);
        step.locks << u"Other changes of nodes and of distributed tables wait while it is told the metadata; reads and "
                      u"writes go on"_s;
        m_plan.notes
            << u"It holds no shards before the cluster is rebalanced. Reference tables are copied to it when the "
               u"first shard moves there."_s;
    }

    void planActivate()
    {
        m_plan.title = u"Activate the node %1"_s.arg(m_settings.address());
        PlanStep &step = add(u"activate-node"_s, m_plan.title, u"SELECT citus_activate_node(%1)"_s.arg(m_address));
        step.undoSql = disableSql();
        step.doneSql
            = u"SELECT EXISTS (SELECT FROM pg_dist_node WHERE %1 AND isactive AND metadatasynced)"_s.arg(m_where);
        step.locks << u"Other changes of nodes and of distributed tables wait while it is told the metadata; reads and "
                      u"writes go on"_s;
    }

    QString disableSql() const { return u"SELECT citus_disable_node(%1, synchronous => true)"_s.arg(m_address); }

    void planDisable()
    {
        m_plan.title = u"Disable the node %1"_s.arg(m_settings.address());
        PlanStep &step = add(u"disable-node"_s, m_plan.title, disableSql());
        step.undoSql = u"SELECT citus_activate_node(%1)"_s.arg(m_address);
        step.doneSql = u"SELECT EXISTS (SELECT FROM pg_dist_node WHERE %1 AND NOT isactive)"_s.arg(m_where);
        step.locks << u"Writes to reference tables wait for a moment"_s;
        step.warnings << u"Its copies of reference tables fall behind until it is activated again, which copies them "
                         u"anew."_s;
    }

    void planDrain()
    {
        m_plan.title = u"Drain the node %1"_s.arg(m_settings.address());
        const QString property = u"SELECT citus_set_node_property(%1, 'shouldhaveshards', %2)"_s;
        PlanStep &mark = add(u"keep-shards-off"_s, u"Let no more shards be placed on %1"_s.arg(m_settings.address()),
            property.arg(m_address, u"false"_s));
        mark.undoSql = property.arg(m_address, u"true"_s);
        mark.doneSql = u"SELECT EXISTS (SELECT FROM pg_dist_node WHERE %1 AND NOT shouldhaveshards)"_s.arg(m_where);
        PlanStep &move
            = add(u"move-shards-away"_s, u"Move its shards to the other nodes, in the background"_s, startSql(true));
        move.doneSql = uR"(SELECT %1 OR NOT EXISTS (
  SELECT FROM pg_dist_placement p
    JOIN pg_dist_node n ON n.groupid = p.groupid
    JOIN pg_dist_shard s ON s.shardid = p.shardid
    JOIN pg_dist_partition t ON t.logicalrelid = s.logicalrelid
   WHERE %2 AND t.repmodel <> 't' AND NOT (t.partmethod = 'n' AND t.colocationid = 0)))"_s.arg(
            isRebalancingSql(), m_where);
        explainMoves(move);
        m_plan.notes << u"Undo lets the node hold shards again; rebalance afterwards to bring some back."_s;
    }

    void planRemove()
    {
        m_plan.title = u"Remove the node %1"_s.arg(m_settings.address());
        // Once the node is gone nobody can clean up there, and shards of the same number could never move to it again.
        PlanStep &clean = add(
            u"drop-leftovers"_s, u"Drop what moved shards left behind"_s, u"CALL citus_cleanup_orphaned_resources()"_s);
        clean.inTransaction = false;
        clean.doneSql = u"SELECT NOT EXISTS (SELECT FROM pg_dist_cleanup c JOIN pg_dist_node n ON n.groupid = "
                        u"c.node_group_id WHERE %1)"_s.arg(m_where);
        PlanStep &step = add(u"remove-node"_s, m_plan.title, u"SELECT citus_remove_node(%1)"_s.arg(m_address));
        step.undoSql
            = (m_node && !m_node->isActive ? u"SELECT citus_add_inactive_node(%1)"_s : u"SELECT citus_add_node(%1)"_s)
                  .arg(m_address);
        step.doneSql = u"SELECT NOT EXISTS (SELECT FROM pg_dist_node WHERE %1)"_s.arg(m_where);
        step.locks << u"Writes to reference tables wait for a moment"_s;
        step.warnings
            << u"The server goes on running and keeps its copies of reference tables, which no longer follow."_s;
    }

    void planCoordinatorHost()
    {
        m_plan.title = u"Set the coordinator's host to %1"_s.arg(m_settings.address());
        PlanStep &step
            = add(u"set-coordinator-host"_s, m_plan.title, u"SELECT citus_set_coordinator_host(%1)"_s.arg(m_address));
        step.doneSql = u"SELECT EXISTS (SELECT FROM pg_dist_node WHERE groupid = 0 AND %1)"_s.arg(m_where);
        step.locks << u"Other changes of nodes wait for a moment"_s;
        const NodeFacts *now = m_facts.cluster.nodes.isEmpty() ? nullptr : &m_facts.cluster.nodes.first();
        if (!now || !now->isCoordinator())
            return;
        if (now->isInMetadata)
            step.undoSql = u"SELECT citus_set_coordinator_host(%1, %2)"_s.arg(
                quoteLiteral(now->host), QString::number(now->port));
        else
            step.undoSql = u"SELECT citus_remove_node(%1)"_s.arg(m_address);
    }

    const ClusterSettings &m_settings;
    const ChangeFacts &m_facts;
    const NodeFacts *m_node; ///< nullptr where the cluster has none of that address
    const QString m_address; ///< as arguments
    const QString m_where; ///< picks its line of pg_dist_node
    Plan m_plan;
};

} // namespace

Outcome<Plan> planClusterChange(const ClusterSettings &settings, const ChangeFacts &facts)
{
    const ChangeVerdict verdict = checkChange(settings, facts);
    if (!verdict.passes())
        return ServerError::usage(verdict.obstacles.join(u' '), verdict.remedies.join(u' '));
    return ChangePlanner(settings, facts, verdict).plan();
}

Outcome<Plan> planClusterChange(SyncSession &session, const Intent &intent)
{
    const auto settings = clusterSettings(intent);
    if (!settings)
        return settings.failure<Plan>();
    const auto facts = readChangeFacts(session, *settings);
    return facts ? planClusterChange(*settings, *facts) : facts.failure<Plan>();
}

} // namespace Shardboard
