// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/distribute/distributeplanner.h"

#include "admin/distribute/distributionorder.h"
#include "admin/distribute/lostobjects.h"
#include "admin/distribute/shardingsql.h"

#include <algorithm>

namespace Shardboard {

using namespace Qt::StringLiterals;

namespace {

class DistributionPlanner
{
public:
    DistributionPlanner(const DistributeSettings &settings, const Preflight &preflight)
        : m_settings(settings)
        , m_preflight(preflight)
        , m_state(settings, preflight.facts)
        , m_choices(distributionOrder(settings, m_state))
    {
    }

    Plan plan()
    {
        m_plan.intent = distributeIntent(m_settings);
        m_plan.title = title();
        addFindings(m_preflight, m_plan);
        const bool concurrentFirst = !m_choices.isEmpty() && m_choices.first().concurrently;
        if (concurrentFirst)
            addConcurrent();
        addBlocking();
        if (!concurrentFirst)
            addConcurrent();
        addTruncation();
        return m_plan;
    }

private:
    QString title() const
    {
        if (!m_settings.schema.isEmpty())
            return u"Distribute the schema %1"_s.arg(m_settings.schema);
        if (m_settings.tables.size() == 1)
            return distributionTitle(m_settings.tables.first());
        return u"Distribute %1 tables"_s.arg(m_settings.tables.size());
    }

    void add(PlanStep step)
    {
        if (!step.inTransaction || m_startsGroup)
            ++m_group;
        m_startsGroup = !step.inTransaction;
        step.group = m_group;
        m_plan.steps << step;
    }

    bool isConcurrent(const Fix &fix) const
    {
        const TableChoice *choice = m_settings.choice(fix.table);
        return choice ? choice->concurrently : fix.table.name.isEmpty();
    }

    /// Those of tables that are distributed while writes go on, or the others. What refuses a transaction goes first,
    /// so that it does not tear the transaction of the others in two.
    void addFixes(QList<PlanStep> Fix::*steps, bool concurrent)
    {
        for (const bool inTransaction : {false, true}) {
            for (const Fix &fix : m_preflight.chosenFixes) {
                for (PlanStep step : fix.*steps) {
                    if (step.inTransaction != inTransaction || isConcurrent(fix) != concurrent)
                        continue;
                    if (steps == &Fix::before && !fix.consequence.isEmpty() && step.id == fix.id)
                        step.warnings << fix.consequence;
                    add(step);
                }
            }
        }
    }

    void addSetting(const QString &id, const QString &name, const QString &value, const QString &why)
    {
        PlanStep step;
        step.id = id;
        step.title = why;
        step.sql = u"SET LOCAL %1 TO %2"_s.arg(name, quoteLiteral(value));
        add(step);
    }

    /// The array types of shards whose names are cut at 63 bytes collide for a moment, so that several connections of
    /// one transaction would wait for each other for ever.
    bool hasLongShardNames(const QualifiedName &table) const
    {
        constexpr qsizetype longest = 63 - 1 - 20; // an underscore and the digits of any bigint
        const ShardingTable *facts = m_preflight.facts.table(table);
        QStringList names{table.name};
        for (const QString &partition : facts ? facts->partitions : QStringList())
            names << parseQualifiedName(partition).name;
        return std::any_of(
            names.begin(), names.end(), [](const QString &name) { return name.toUtf8().size() > longest; });
    }

    /// Shards of several tables that foreign keys connect must be made over one connection a node, or they would not
    /// see each other before the transaction ends.
    bool needsOneConnection() const
    {
        const auto isBlocking = [](const TableChoice &choice) { return !choice.concurrently; };
        if (std::count_if(m_settings.tables.begin(), m_settings.tables.end(), isBlocking) > 1)
            return true;
        const bool hasLongName = std::any_of(m_settings.tables.begin(), m_settings.tables.end(),
            [this](const TableChoice &choice) { return hasLongShardNames(choice.table); });
        const bool addsLater = std::any_of(m_preflight.chosenFixes.begin(), m_preflight.chosenFixes.end(),
            [](const Fix &fix) { return !fix.after.isEmpty(); });
        return addsLater || hasLongName
            || std::any_of(m_preflight.facts.foreignKeys.begin(), m_preflight.facts.foreignKeys.end(),
                [this](const ShardingForeignKey &key) { return m_state[key.table].isPlanned && !key.isSelf(); });
    }

    /// One transaction: fixes and distribution stand or fall together.
    void addBlocking()
    {
        m_startsGroup = true;
        addFixes(&Fix::before, false);
        if (m_settings.schema.isEmpty())
            addBlockingTables();
        else
            addSchema();
        addFixes(&Fix::after, false);
    }

    void addBlockingTables()
    {
        QList<TableChoice> choices;
        std::copy_if(m_choices.begin(), m_choices.end(), std::back_inserter(choices),
            [](const TableChoice &choice) { return !choice.concurrently; });
        const bool isAllSo = std::all_of(choices.begin(), choices.end(),
            [this](const TableChoice &choice) { return m_preflight.find(u"already-so"_s, choice.table); });
        const QList<QualifiedName> replaced = replacedTables(m_state, m_preflight.facts);
        const QList<PlanStep> releasing = releasingSteps(replaced, m_preflight.facts);
        const QList<PlanStep> restoring = restoringSteps(replaced, m_preflight.facts, Replacement::Distributed);
        if (!isAllSo && (needsOneConnection() || !restoring.isEmpty()))
            addSetting(u"one-connection"_s, u"citus.multi_shard_modify_mode"_s, u"sequential"_s,
                u"Create the shards over one connection a node"_s);
        const bool holdsBack
            = !isAllSo && m_state.mixesReferenceAndDistributed() && m_preflight.facts.cluster.convertsLocalTables;
        if (holdsBack)
            addSetting(u"hold-back"_s, u"citus.enable_local_reference_table_foreign_keys"_s, u"off"_s,
                u"Leave tables that point to reference tables as they are for now"_s);
        for (const PlanStep &step : releasing)
            add(step);
        for (const TableChoice &choice : choices)
            addDistribution(choice);
        if (holdsBack) {
            addSetting(u"let-go"_s, u"citus.enable_local_reference_table_foreign_keys"_s, u"on"_s,
                u"Let citus manage local tables that point to reference tables again"_s);
            addDrawnIn();
        }
        for (const PlanStep &step : restoring)
            add(step);
    }

    void addDistribution(const TableChoice &choice)
    {
        PlanStep step;
        step.id = u"distribute "_s + choice.table.display();
        step.title = distributionTitle(choice);
        step.sql = u"SELECT "_s + distributeCall(choice);
        step.undoSql = withRestoring(
            undistributeSql(choice.table, true), connectedTables(choice.table), m_preflight.facts, Replacement::Local);
        if (step.undoSql.isEmpty())
            step.warnings << u"It cannot be undone: undistributing %1 would drop objects that depend on it."_s.arg(
                choice.table.display());
        step.doneSql = isSpreadSql(choice);
        step.locks = distributionLocks(choice);
        if (choice.concurrently) {
            step.inTransaction = false;
            // Cut off, it leaves the table managed by citus though it was not before.
            const ShardingTable *known = m_preflight.facts.table(choice.table);
            if (known && known->kind == TableKind::Local)
                step.undoneSql = isLocalSql(choice.table);
            step.warnings
                << u"If it is interrupted, %1 stays a local table that citus manages; run it again, or undo it."_s.arg(
                       choice.table.display());
        }
        const QStringList others = connectedBefore(choice.table);
        if (!others.isEmpty())
            step.warnings << u"Undoing it undistributes what foreign keys connect with it too: %1."_s.arg(
                others.join(u", "_s));
        add(step);
    }

    /// With all that an undo brings back along foreign keys.
    QList<QualifiedName> connectedTables(const QualifiedName &table) const
    {
        QList<QualifiedName> reached{table};
        for (qsizetype i = 0; i < reached.size(); ++i) {
            for (const ShardingForeignKey &key : m_preflight.facts.foreignKeys) {
                for (const auto &[one, other] :
                    {std::pair(key.table, key.referenced), std::pair(key.referenced, key.table)}) {
                    if (one == reached.at(i) && !reached.contains(other))
                        reached << other;
                }
            }
        }
        return reached;
    }

    /// Tables outside the plan that citus had before and an undo would reach.
    QStringList connectedBefore(const QualifiedName &table) const
    {
        QStringList others;
        for (const ShardingForeignKey &key : m_preflight.facts.foreignKeys) {
            if (key.isSelf() || (key.table != table && key.referenced != table))
                continue;
            const QualifiedName &other = key.table == table ? key.referenced : key.table;
            const ShardingTable *facts = m_preflight.facts.table(other);
            if (facts && facts->kind != TableKind::Local && !m_state[other].isPlanned)
                others << other.display();
        }
        others.removeDuplicates();
        return others;
    }

    /// A transaction of its own for each table: interrupted, the work goes on where it stopped.
    void addConcurrent()
    {
        const bool isWanted = std::any_of(m_settings.tables.begin(), m_settings.tables.end(),
            [](const TableChoice &choice) { return choice.concurrently; });
        if (!isWanted)
            return;
        m_startsGroup = true;
        addFixes(&Fix::before, true);
        for (const TableChoice &choice : m_choices) {
            if (choice.concurrently)
                addDistribution(choice);
        }
        addFixes(&Fix::after, true);
        PlanStep cleanUp = cleanUpStep();
        cleanUp.undoSql = cleanUp.sql; // what was cut off has left the same behind when it is taken back
        cleanUp.undoneSql = cleanUp.doneSql;
        add(cleanUp);
    }

    void addDrawnIn()
    {
        for (const ShardingTable &table : m_preflight.facts.tables) {
            if (m_state[table.name].isDrawnIn)
                addDistribution({table.name, Spread::LocalManaged, {}, {}, 0, false});
        }
    }

    void addSchema()
    {
        const QString name = quoteLiteral(quoteIdentifier(m_settings.schema));
        PlanStep step;
        step.id = u"distribute-schema"_s;
        step.title = title();
        step.sql = u"SELECT citus_schema_distribute(%1)"_s.arg(name);
        step.undoSql = u"SELECT citus_schema_undistribute(%1)"_s.arg(name);
        step.doneSql = u"SELECT EXISTS (SELECT FROM pg_dist_schema WHERE schemaid = to_regnamespace(%1))"_s.arg(name);
        step.locks << u"EXCLUSIVE on every table of %1: blocks writes until all rows are copied; reads go on"_s.arg(
            m_settings.schema);
        add(step);
    }

    void addTruncation()
    {
        if (!m_settings.truncateLocalData)
            return;
        m_startsGroup = true;
        for (const TableChoice &choice : m_settings.tables) {
            const ShardingTable *table = m_preflight.facts.table(choice.table);
            if (table && table->hasRows && choice.spread != Spread::LocalManaged && !choice.concurrently)
                addTruncation(*table);
        }
        for (const ShardingTable &table : m_preflight.facts.tables) {
            if (!m_settings.schema.isEmpty() && table.name.schema == m_settings.schema && table.hasRows)
                addTruncation(table);
        }
    }

    /// A local table from which foreign keys lead to `table`, over any number of tables. citus truncates what it left
    /// on the coordinator with CASCADE and looks one step far only: such a table would lose its rows.
    QualifiedName localTableBehind(const QualifiedName &table) const
    {
        QList<QualifiedName> reached{table};
        for (qsizetype i = 0; i < reached.size(); ++i) {
            for (const ShardingForeignKey &key : m_preflight.facts.foreignKeys) {
                if (key.referenced != reached.at(i) || reached.contains(key.table))
                    continue;
                if (m_state[key.table].kind == TableKind::Local)
                    return key.table;
                reached << key.table;
            }
        }
        return {};
    }

    void addTruncation(const ShardingTable &table)
    {
        if (const QualifiedName pointing = localTableBehind(table.name); !pointing.name.isEmpty()) {
            m_plan.notes
                << u"The coordinator keeps its old copy of %1: foreign keys lead to it from the local table %2."_s.arg(
                       table.name.display(), pointing.display());
            return;
        }
        PlanStep step;
        step.id = u"truncate-local "_s + table.name.display();
        step.title = u"Free the old copy of %1 on the coordinator"_s.arg(table.name.display());
        step.sql = u"SELECT truncate_local_data_after_distributing_table(%1)"_s.arg(quoteLiteral(table.name.quoted()));
        step.doneSql = u"SELECT pg_relation_size(%1) = 0"_s.arg(regclass(table.name));
        if (table.isPartitioned())
            step.doneSql.clear();
        step.locks << u"ACCESS EXCLUSIVE on %1: blocks reads and writes for a moment"_s.arg(table.name.display());
        add(step);
    }

    const DistributeSettings &m_settings;
    const Preflight &m_preflight;
    PlannedState m_state;
    QList<TableChoice> m_choices; ///< in the order in which they are carried out
    Plan m_plan;
    int m_group = 0;
    bool m_startsGroup = true;
};

} // namespace

Outcome<Plan> planDistribution(const DistributeSettings &settings, const Preflight &preflight)
{
    if (const auto obstacles = whatBlocks(preflight))
        return *obstacles;
    return DistributionPlanner(settings, preflight).plan();
}

} // namespace Shardboard
