// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/cluster/shardmaplayout.h"

#include <algorithm>
#include <map>

namespace Shardboard {

namespace {

std::span<const ShardCell> slice(const std::vector<ShardCell> &cells, const std::vector<size_t> &ends, size_t place)
{
    const size_t first = place == 0 ? 0 : ends[place - 1];
    return std::span(cells).subspan(first, ends[place] - first);
}

} // namespace

ShardMapLayout::ShardMapLayout() : m_facts(std::make_shared<ShardFacts>()) {}

void ShardMapLayout::setFacts(const ClusterFacts &facts)
{
    m_facts = facts.shards;
    arrangeColumns(facts);
    arrangeCells();
    arrangeGroups();
    arrangeLines();
}

void ShardMapLayout::arrangeColumns(const ClusterFacts &facts)
{
    QSet<int> used;
    for (const Shard &shard : m_facts->shards)
        used.insert(shard.nodeId);
    m_columns.clear();
    for (const NodeFacts &node : facts.nodes) {
        if (used.remove(node.nodeId) || (node.shouldHaveShards && node.isActive && node.isPrimary))
            m_columns.push_back({node.nodeId, node.address(), 0, 0, 0});
    }
    QList<int> unknown(used.begin(), used.end());
    std::ranges::sort(unknown);
    for (const int nodeId : unknown)
        m_columns.push_back({nodeId, facts.nodeName(nodeId), 0, 0, 0});
}

void ShardMapLayout::arrangeCells()
{
    std::map<int, size_t> columnOf;
    for (size_t i = 0; i < m_columns.size(); ++i)
        columnOf[m_columns[i].nodeId] = i;
    m_cells.clear();
    m_cells.reserve(m_facts->shards.size());
    m_ends.clear();
    m_largest = 0;
    std::vector<std::vector<ShardCell>> perColumn(m_columns.size());
    size_t at = 0;
    for (int table = 0; table < m_facts->tables.size(); ++table) {
        for (auto &cells : perColumn)
            cells.clear();
        for (; at < m_facts->shards.size() && m_facts->shards[at].table == table; ++at) {
            const Shard &shard = m_facts->shards[at];
            const size_t place = columnOf.at(shard.nodeId);
            perColumn[place].push_back(
                {shard.id, shard.nodeId, shard.bytes, shard.minHash, shard.maxHash, shard.hasRange, 1});
            m_largest = std::max(m_largest, shard.bytes);
            ++m_columns[place].shards;
            m_columns[place].bytes += std::max<qint64>(shard.bytes, 0);
        }
        for (size_t column = 0; column < perColumn.size(); ++column) {
            m_cells.insert(m_cells.end(), perColumn[column].begin(), perColumn[column].end());
            m_ends.push_back(m_cells.size());
            m_columns[column].widest = std::max(m_columns[column].widest, int(perColumn[column].size()));
        }
    }
}

void ShardMapLayout::arrangeGroups()
{
    m_groups.clear();
    m_groupCells.clear();
    m_groupEnds.clear();
    for (int table = 0; table < m_facts->tables.size(); ++table) {
        const ShardTable &one = m_facts->tables.at(table);
        if (m_groups.empty() || m_groups.back().colocationId != one.colocationId)
            m_groups.push_back({one.colocationId, one.kind, table, 0, 0});
        ++m_groups.back().tableCount;
    }
    for (Group &group : m_groups)
        sumGroup(group, m_groupCells, m_groupEnds);
}

void ShardMapLayout::sumGroup(Group &group, std::vector<ShardCell> &cells, std::vector<size_t> &ends) const
{
    for (size_t column = 0; column < m_columns.size(); ++column) {
        std::map<int, ShardCell> byRange;
        for (int table = group.firstTable; table < group.firstTable + group.tableCount; ++table) {
            for (const ShardCell &cell : slice(m_cells, m_ends, size_t(table) * m_columns.size() + column)) {
                auto [place, isNew] = byRange.try_emplace(cell.minHash, cell);
                ShardCell &sum = place->second;
                if (isNew) {
                    sum.shardId = 0;
                } else {
                    ++sum.tables;
                    if (cell.bytes >= 0)
                        sum.bytes = std::max<qint64>(sum.bytes, 0) + cell.bytes;
                }
                group.bytes += std::max<qint64>(cell.bytes, 0);
            }
        }
        for (const auto &[range, cell] : byRange)
            cells.push_back(cell);
        ends.push_back(cells.size());
    }
}

void ShardMapLayout::arrangeLines()
{
    m_lines.clear();
    for (int index = 0; index < int(m_groups.size()); ++index) {
        const Group &group = m_groups[size_t(index)];
        const size_t head = m_lines.size();
        m_lines.push_back({index, -1});
        bool isFound = m_filter.isEmpty();
        for (int table = group.firstTable; table < group.firstTable + group.tableCount; ++table) {
            if (!m_filter.isEmpty()
                && !m_facts->tables.at(table).name.display().contains(m_filter, Qt::CaseInsensitive))
                continue;
            isFound = true;
            if (!m_collapsed.contains(group.colocationId))
                m_lines.push_back({index, table});
        }
        if (!isFound)
            m_lines.resize(head);
    }
}

void ShardMapLayout::setFilter(const QString &text)
{
    m_filter = text;
    arrangeLines();
}

void ShardMapLayout::setCollapsed(int group, bool isCollapsed)
{
    const int id = m_groups.at(size_t(group)).colocationId;
    if (isCollapsed)
        m_collapsed.insert(id);
    else
        m_collapsed.remove(id);
    arrangeLines();
}

bool ShardMapLayout::isCollapsed(int group) const
{
    return m_collapsed.contains(m_groups.at(size_t(group)).colocationId);
}

std::span<const ShardCell> ShardMapLayout::cells(const Line &line, size_t column) const
{
    return line.isGroup() ? slice(m_groupCells, m_groupEnds, size_t(line.group) * m_columns.size() + column)
                          : slice(m_cells, m_ends, size_t(line.table) * m_columns.size() + column);
}

int ShardMapLayout::lineOfTable(quint32 oid) const
{
    const auto found = std::ranges::find_if(
        m_lines, [&](const Line &line) { return !line.isGroup() && table(line.table).oid == oid; });
    return found == m_lines.end() ? -1 : int(found - m_lines.begin());
}

} // namespace Shardboard
