// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/cluster/clusterfacts.h"

#include <QSet>

#include <memory>
#include <span>
#include <vector>

namespace Shardboard {

/// A rectangle of the map: a shard of a table, or, in the line of a colocation group, what lies together on a node.
struct ShardCell
{
    qint64 shardId = 0; ///< 0 in the line of a group
    int nodeId = 0;
    qint64 bytes = -1; ///< -1 unknown
    int minHash = 0, maxHash = 0;
    bool hasRange = false;
    int tables = 1; ///< how many lie together

    bool operator==(const ShardCell &) const = default;
};

/// What the shard map shows, line by line: colocation groups with their tables below, each line cut into nodes. Knows
/// nothing of pixels; a line is found in constant time, however many there are.
class ShardMapLayout
{
public:
    struct Line
    {
        int group = 0; ///< index in groups
        int table = -1; ///< index in ShardFacts::tables; -1: the group's own line
        bool isGroup() const { return table < 0; }
    };
    struct Group
    {
        int colocationId = 0; ///< 0: tables that lie together with none
        TableKind kind = TableKind::Distributed;
        int firstTable = 0, tableCount = 0;
        qint64 bytes = 0;
    };
    struct Column
    {
        int nodeId = 0;
        QString name;
        int widest = 0; ///< most cells that any line has there
        qint64 shards = 0;
        qint64 bytes = 0;
    };

    ShardMapLayout();

    void setFacts(const ClusterFacts &facts);
    /// Only tables whose name holds the text, upper and lower case being the same.
    void setFilter(const QString &text);
    void setCollapsed(int group, bool isCollapsed); ///< by index; stays so for that colocation id
    bool isCollapsed(int group) const;

    const std::vector<Line> &lines() const { return m_lines; }
    const std::vector<Group> &groups() const { return m_groups; }
    const std::vector<Column> &columns() const { return m_columns; }
    std::span<const ShardCell> cells(const Line &line, size_t column) const;
    const ShardTable &table(int index) const { return m_facts->tables.at(index); }
    int lineOfTable(quint32 oid) const; ///< -1 when it is not shown
    qint64 largest() const { return m_largest; } ///< shard of a table, in bytes
    bool isEmpty() const { return m_facts->tables.isEmpty(); }

private:
    void arrangeColumns(const ClusterFacts &facts);
    void arrangeCells();
    void arrangeGroups();
    void sumGroup(Group &group, std::vector<ShardCell> &cells, std::vector<size_t> &ends) const;
    void arrangeLines();

    std::shared_ptr<const ShardFacts> m_facts;
    std::vector<Column> m_columns;
    std::vector<Group> m_groups;
    std::vector<Line> m_lines;
    std::vector<ShardCell> m_cells, m_groupCells;
    std::vector<size_t> m_ends, m_groupEnds; ///< of the cells of each (table or group, column), line after line
    QSet<int> m_collapsed; ///< colocation ids
    QString m_filter;
    qint64 m_largest = 0;
};

} // namespace Shardboard
