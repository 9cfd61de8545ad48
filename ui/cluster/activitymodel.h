// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/cluster/clusterfacts.h"
#include "admin/cluster/waittree.h"

#include <QAbstractItemModel>

#include <memory>
#include <vector>

namespace Shardboard {

/// Who does what on all nodes: what blocks above what waits for it, the parts of a statement on other nodes below it.
class ActivityModel final : public QAbstractItemModel
{
    Q_OBJECT

public:
    enum Column { Who, State, WaitsFor, Running, Node, Statement, ColumnCount };
    Q_ENUM(Column)
    enum Role { GpidRole = Qt::UserRole, OwnRole };
    Q_ENUM(Role)

    explicit ActivityModel(QObject *parent = nullptr);

    /// Resets. `onlyWaits`: what neither blocks nor waits is left out.
    void setFacts(const std::shared_ptr<const ClusterFacts> &facts, bool onlyWaits);
    qint64 gpid(const QModelIndex &index) const; ///< 0 where there is none
    /// The backend that the line stands for; nullptr when it is gone or hidden.
    const ActivitySession *session(const QModelIndex &index) const;
    /// In full: its own line, or that of one of its parts.
    QModelIndex indexOf(qint64 gpid) const;

    QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    QModelIndex parent(const QModelIndex &index) const override;
    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    struct Item
    {
        int parent = -1; ///< in m_items
        int row = 0;
        qint64 gpid = 0;
        int session = -1; ///< in ActivityFacts::sessions
        int blocked = 0; ///< how many wait for it, on any level
        bool isPart = false, closesCycle = false, isRepeated = false;
        std::vector<int> children;
    };

    void add(const WaitNode &node, int parent);
    int append(const Item &item);
    const Item &item(const QModelIndex &index) const { return m_items.at(size_t(index.internalId())); }
    const std::vector<int> &childrenOf(const QModelIndex &parent) const;
    QString text(const Item &item, int column) const;
    QString who(const Item &item) const;
    QString waitText(const Item &item) const;
    QVariant colour(const Item &item, int column) const;

    std::shared_ptr<const ClusterFacts> m_facts;
    std::vector<Item> m_items;
    std::vector<int> m_roots;
};

} // namespace Shardboard
