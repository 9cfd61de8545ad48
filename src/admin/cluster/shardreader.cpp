// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/cluster/shardreader.h"

#include <QHash>

#include <algorithm>
#include <limits>
#include <tuple>
#include <unordered_map>

namespace Shardboard {

namespace {

/// "102008 8192,102009 16384": shard ids and bytes.
std::unordered_map<qint64, qint64> parseSizes(QByteArrayView text)
{
    std::unordered_map<qint64, qint64> sizes;
    const char *at = text.begin();
    const auto number = [&] {
        qint64 value = 0;
        for (; at != text.end() && *at >= '0' && *at <= '9'; ++at)
            value = value * 10 + (*at - '0');
        if (at != text.end())
            ++at; // the separator
        return value;
    };
    while (at != text.end()) {
        const qint64 shard = number();
        sizes[shard] = number();
    }
    return sizes;
}

class ShardReader
{
public:
    std::shared_ptr<const ShardFacts> read(
        const ResultSet &tables, const ResultSet &placements, const Outcome<ResultSet> &sizes)
    {
        readTables(tables);
        readSizes(sizes);
        readPlacements(placements);
        if (sizes.isError()) {
            for (const Shard &shard : m_facts->shards)
                m_facts->failures.insert(shard.nodeId, sizes.error().message);
        }
        fold();
        return m_facts;
    }

private:
    /// Tables in the order they are shown in; a partition leads to the table it belongs to.
    void readTables(const ResultSet &rows)
    {
        QHash<quint32, quint32> rootOf;
        for (qsizetype row = 0; row < rows.rowCount(); ++row) {
            const auto oid = quint32(rows.integer(row, 0));
            const auto root = quint32(rows.integer(row, 1));
            rootOf.insert(oid, root);
            if (rows.boolean(row, 8))
                m_withoutIdentity << root;
            if (oid != root)
                continue;
            const int colocation = int(rows.integer(row, 6));
            m_facts->tables << ShardTable{oid, {rows.text(row, 2), rows.text(row, 3)},
                citusTableKind(rows.text(row, 4), rows.text(row, 5), colocation, rows.boolean(row, 7)), colocation,
                false};
        }
        std::ranges::sort(m_facts->tables, {}, [](const ShardTable &table) {
            const int group = table.colocationId == 0 ? std::numeric_limits<int>::max() : table.colocationId;
            return std::tuple(group, table.name.schema, table.name.name);
        });
        QHash<quint32, int> places;
        for (int i = 0; i < m_facts->tables.size(); ++i) {
            places.insert(m_facts->tables.at(i).oid, i);
            m_facts->tables[i].lacksReplicaIdentity = m_withoutIdentity.contains(m_facts->tables.at(i).oid);
        }
        for (const auto [oid, root] : rootOf.asKeyValueRange())
            m_places.insert(oid, {places.value(root, -1), oid == root});
    }

    void readSizes(const Outcome<ResultSet> &sizes)
    {
        if (!sizes)
            return;
        for (qsizetype row = 0; row < sizes->rowCount(); ++row) {
            const int nodeId = int(sizes->integer(row, 0));
            if (sizes->isNull(row, 1))
                m_sizes.insert(nodeId, parseSizes(sizes->cell(row, 2)));
            else
                m_facts->failures.insert(nodeId, sizes->text(row, 1));
        }
    }

    void readPlacements(const ResultSet &rows)
    {
        m_facts->shards.reserve(size_t(rows.rowCount()));
        for (qsizetype row = 0; row < rows.rowCount(); ++row) {
            const auto place = m_places.constFind(quint32(rows.integer(row, 1)));
            if (place == m_places.cend() || place->first < 0)
                continue;
            Shard shard;
            shard.id = rows.integer(row, 0);
            shard.table = place->first;
            shard.nodeId = int(rows.integer(row, 2));
            shard.hasRange = !rows.isNull(row, 3);
            shard.minHash = int(rows.integer(row, 3));
            shard.maxHash = int(rows.integer(row, 4));
            shard.bytes = sizeOf(shard);
            if (!place->second)
                shard.id = -shard.id; // until it is folded: the table's own shard gives the id
            m_facts->shards.push_back(shard);
        }
    }

    qint64 sizeOf(const Shard &shard) const
    {
        const auto node = m_sizes.constFind(shard.nodeId);
        if (node == m_sizes.cend())
            return -1;
        const auto found = node->find(shard.id);
        return found == node->end() ? -1 : found->second;
    }

    void fold()
    {
        std::vector<Shard> &shards = m_facts->shards;
        const auto key
            = [](const Shard &shard) { return std::tuple(shard.table, shard.minHash, shard.nodeId, -shard.id); };
        std::ranges::sort(shards, {}, key);
        size_t kept = 0;
        for (size_t i = 0; i < shards.size(); ++i) {
            const Shard &shard = shards[i];
            Shard *last = kept > 0 ? &shards[kept - 1] : nullptr;
            if (last && last->table == shard.table && last->minHash == shard.minHash && last->nodeId == shard.nodeId) {
                if (shard.bytes >= 0)
                    last->bytes = std::max<qint64>(last->bytes, 0) + shard.bytes;
                continue;
            }
            shards[kept++] = shard;
        }
        shards.resize(kept);
        for (Shard &shard : shards)
            shard.id = std::abs(shard.id);
    }

    std::shared_ptr<ShardFacts> m_facts = std::make_shared<ShardFacts>();
    QList<quint32> m_withoutIdentity;
    QHash<quint32, std::pair<int, bool>> m_places; ///< oid: index of the table, whether it is that table itself
    QHash<int, std::unordered_map<qint64, qint64>> m_sizes; ///< by node id
};

} // namespace

std::shared_ptr<const ShardFacts> readShards(
    const ResultSet &tables, const ResultSet &placements, const Outcome<ResultSet> &sizes)
{
    return ShardReader().read(tables, placements, sizes);
}

} // namespace Shardboard
