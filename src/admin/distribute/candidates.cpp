// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/distribute/candidates.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace Shardboard {

using namespace Qt::StringLiterals;

namespace {

QString percent(double fraction)
{
    return fraction < 0.001 ? u"< 0.1 %"_s : u"%1 %"_s.arg(fraction * 100, 0, 'f', fraction < 0.1 ? 1 : 0);
}

/// Judges one column; each aspect adds to the score and says why.
class Judge
{
public:
    Judge(const ShardingTable &table, const ShardingFacts &facts, const ShardingColumn &column, int shardCount)
        : m_table(table), m_facts(facts), m_column(column), m_shardCount(shardCount)
    {
        m_candidate.column = column.name;
        m_candidate.type = column.type;
        m_candidate.distinctValues = column.distinctValues;
        m_candidate.nullFraction = column.nullFraction;
        m_candidate.joinableTables = column.companions;
    }

    ShardingCandidate judge(const HashSample *sample)
    {
        judgeType();
        judgeValues();
        if (sample)
            judgeSpread(*sample);
        judgeKeys();
        judgeForeignKeys();
        judgeCompany();
        return m_candidate;
    }

private:
    void praise(double points, const QString &why)
    {
        m_candidate.score += points;
        m_candidate.speaksFor << why;
    }

    void blame(double points, const QString &why)
    {
        m_candidate.score -= points;
        m_candidate.speaksAgainst << why;
    }

    void refuse(const QString &why)
    {
        m_candidate.isPossible = false;
        blame(1000, why);
    }

    void judgeType()
    {
        if (!m_column.isHashable || !m_column.unhashablePart.isEmpty())
            refuse(u"Values of type %1 cannot be hashed."_s.arg(m_column.type));
        if (m_column.isGenerated)
            refuse(u"It is computed from other columns."_s);
        if (!m_column.isDeterministic)
            refuse(u"Its collation takes different texts for equal."_s);
        if (m_column.hasNegativeScale)
            refuse(u"It is rounded before the decimal point."_s);
        if (m_column.type.startsWith(u"timestamp") || m_column.type == u"date")
            blame(25,
                u"Rows of one time lie on all nodes, and so do those that belong together. Partition by time instead."_s);
        if (m_column.type == u"double precision" || m_column.type == u"real")
            blame(25, u"Rounding makes equal numbers differ, and then their rows are on different nodes."_s);
        if (m_column.type.startsWith(u"json") || m_column.type.endsWith(u"[]"))
            blame(25, u"Queries seldom ask for one whole %1."_s.arg(m_column.type));
    }

    void judgeValues()
    {
        const double distinct = m_column.distinctValues;
        if (distinct < 0) {
            m_candidate.speaksAgainst << u"The table was never analysed: how many values there are is not known."_s;
        } else if (distinct < m_shardCount) {
            blame(60, u"%1 values cannot fill %2 shards."_s.arg(qint64(distinct)).arg(m_shardCount));
        } else if (distinct < 10.0 * m_shardCount) {
            blame(20,
                u"%1 values are few for %2 shards: some will hold several, some none."_s.arg(qint64(distinct))
                    .arg(m_shardCount));
        } else {
            praise(20, u"%1 different values fill the shards well."_s.arg(qint64(distinct)));
        }
        if (m_column.nullFraction > 0)
            blame(
                40, u"%1 of the rows have no value, and such rows are refused."_s.arg(percent(m_column.nullFraction)));
        else if (m_column.isNotNull)
            praise(5, u"Every row has a value."_s);
        const qsizetype common = std::min<qsizetype>(5, m_column.commonValues.size());
        for (qsizetype i = 0; i < common; ++i)
            m_candidate.commonValues << u"%1 (%2)"_s.arg(
                m_column.commonValues.at(i), percent(m_column.commonFrequencies.value(i)));
    }

    void judgeSpread(const HashSample &sample)
    {
        const SimulatedShards shards = simulateShards(sample, evenShardEnds(m_shardCount), 0, 0);
        m_candidate.skew = shards.skew;
        if (shards.skew > 3)
            blame(std::min(50.0, 10 * shards.skew),
                u"The biggest shard would be %1 times the average."_s.arg(shards.skew, 0, 'f', 1));
        else if (shards.skew < 1.5)
            praise(10, u"The shards would be even: the biggest %1 times the average."_s.arg(shards.skew, 0, 'f', 2));
    }

    void judgeKeys()
    {
        int without = 0, with = 0;
        for (const ShardingKey &key : m_table.keys)
            ++(key.columns.contains(m_column.name) ? with : without);
        if (without > 0)
            blame(std::min(30, 15 * without),
                without == 1 ? u"A unique key does not contain it."_s
                             : u"%1 unique keys do not contain it."_s.arg(without));
        else if (with > 0)
            praise(20, u"Every unique key contains it."_s);
        const bool isAlone = std::any_of(m_table.keys.begin(), m_table.keys.end(),
            [this](const ShardingKey &key) { return key.keyCount == 1 && key.columns.first() == m_column.name; });
        if (isAlone && m_column.companions.isEmpty() && !isReferenced())
            blame(15, u"Each value is one row: nothing lies together that is asked for together."_s);
    }

    bool isReferenced() const
    {
        return std::any_of(
            m_facts.foreignKeys.begin(), m_facts.foreignKeys.end(), [this](const ShardingForeignKey &key) {
                return key.referenced == m_table.name && key.referencedColumns.contains(m_column.name);
            });
    }

    void judgeForeignKeys()
    {
        int lost = 0;
        for (const ShardingForeignKey &key : m_facts.foreignKeys) {
            const bool isOut = key.table == m_table.name, isIn = key.referenced == m_table.name;
            if (!isOut && !isIn)
                continue;
            const ShardingTable *other = m_facts.table(isOut ? key.referenced : key.table);
            const bool toReference = isOut && other && other->kind == TableKind::Reference;
            const bool serves = toReference || (isOut && key.columns.contains(m_column.name))
                || (isIn && key.referencedColumns.contains(m_column.name));
            ++(serves ? m_candidate.foreignKeys : lost);
        }
        if (m_candidate.foreignKeys > 0)
            praise(std::min(45, 15 * m_candidate.foreignKeys),
                u"%1 of %2 foreign keys stay possible."_s.arg(m_candidate.foreignKeys)
                    .arg(m_candidate.foreignKeys + lost));
        else if (lost > 0)
            blame(5, u"None of %1 foreign keys contains it."_s.arg(lost));
    }

    void judgeCompany()
    {
        const qsizetype company = m_column.companions.size();
        if (company > 0)
            praise(double(std::min<qsizetype>(30, 6 * company)),
                company == 1 ? u"Another table has it: they could be joined on their nodes."_s
                             : u"%1 other tables have it: they could be joined on their nodes."_s.arg(company));
        const QList<GroupFacts> groups = fittingGroups(m_column, m_facts.cluster);
        const bool meets = std::any_of(groups.begin(), groups.end(), [this](const GroupFacts &group) {
            return std::any_of(group.members.begin(), group.members.end(),
                [this](const QString &member) { return m_column.companions.contains(member); });
        });
        if (meets)
            praise(10, u"Tables with this column are distributed already."_s);
    }

    const ShardingTable &m_table;
    const ShardingFacts &m_facts;
    const ShardingColumn &m_column;
    int m_shardCount;
    ShardingCandidate m_candidate;
};

} // namespace

QList<ShardingCandidate> rankCandidates(
    const ShardingTable &table, const ShardingFacts &facts, int shardCount, const QHash<QString, HashSample> &samples)
{
    QList<ShardingCandidate> candidates;
    for (const ShardingColumn &column : table.columns) {
        const auto sample = samples.constFind(column.name);
        candidates << Judge(table, facts, column, shardCount).judge(sample == samples.cend() ? nullptr : &*sample);
    }
    std::stable_sort(candidates.begin(), candidates.end(),
        [](const ShardingCandidate &left, const ShardingCandidate &right) { return left.score > right.score; });
    return candidates;
}

SpreadAdvice adviseSpread(const ShardingTable &table, const ShardingFacts &facts)
{
    constexpr qint64 large = qint64(1) << 30, small = qint64(64) << 20;
    const auto pointing = std::count_if(facts.foreignKeys.begin(), facts.foreignKeys.end(),
        [&](const ShardingForeignKey &key) { return key.referenced == table.name && !key.isSelf(); });
    const QList<ShardingCandidate> candidates = rankCandidates(table, facts, facts.cluster.defaultShardCount);
    const bool hasColumn = !candidates.isEmpty() && candidates.first().isPossible && candidates.first().score > 0;
    const bool isWrittenMuch = table.writes > 1000 && table.writes > table.reads * 100;
    if (table.isPartitioned() || table.bytes >= large)
        return {Spread::Distributed, u"It is large, and its rows can be shared out among the nodes."_s, hasColumn};
    if (table.bytes < small && pointing > 0 && !isWrittenMuch)
        return {Spread::Reference,
            (pointing == 1
                    ? u"It is small and a foreign key leads to it: a copy on every node keeps it and makes joins local."_s
                    : u"It is small and %1 foreign keys lead to it: a copy on every node keeps them and makes "
                      u"joins local."_s.arg(pointing)),
            !hasColumn};
    if (hasColumn
        && (pointing > 0 || candidates.first().foreignKeys > 0 || !candidates.first().joinableTables.isEmpty()))
        return {Spread::Distributed,
            u"%1 connects it with other tables, so that what belongs together can lie together."_s.arg(
                candidates.first().column),
            table.bytes >= small};
    if (table.bytes < small && isWrittenMuch)
        return {Spread::LocalManaged,
            u"It is small and written more than it is read: copies on every node would cost more "
            u"than they save."_s,
            false};
    if (table.bytes < small)
        return {Spread::Reference, u"It is small: a copy on every node costs little and makes joins local."_s, false};
    return {Spread::Distributed, u"It will outgrow one node first among its neighbours."_s, false};
}

ShardCountAdvice adviseShardCount(const QList<ShardingTable> &tables, const ShardingCluster &cluster)
{
    double bytes = 0;
    for (const ShardingTable &table : tables)
        bytes = std::max(bytes, double(table.bytes));
    constexpr double goodShard = 4.0 * (1 << 30);
    const auto nodes = std::max<qsizetype>(1, cluster.dataNodes().size());
    const double wanted = std::max({32.0, 8.0 * double(nodes), bytes / goodShard});
    const int count = int(std::min(128u, std::bit_ceil(unsigned(std::ceil(std::min(wanted, 128.0))))));
    return {count,
        u"Enough to be shared out among %1 with room to add more, and few enough that a query over all of them "
        u"stays cheap. Shards of a few gigabytes move quickly."_s.arg(
            nodes == 1 ? u"more nodes than one"_s : u"%1 nodes"_s.arg(nodes))};
}

QList<GroupFacts> fittingGroups(const ShardingColumn &column, const ShardingCluster &cluster)
{
    QList<GroupFacts> fitting;
    std::copy_if(
        cluster.groups.begin(), cluster.groups.end(), std::back_inserter(fitting), [&](const GroupFacts &group) {
            return group.columnTypeOid == column.typeOid && group.columnCollation == column.collation
                && !group.members.isEmpty();
        });
    return fitting;
}

} // namespace Shardboard
