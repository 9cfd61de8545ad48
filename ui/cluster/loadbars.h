// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/cluster/changefacts.h"

#include <QWidget>

namespace Shardboard {

/// How full each node is before and after a rebalance: two bars a node, with figures.
class LoadBars final : public QWidget
{
    Q_OBJECT

public:
    explicit LoadBars(QWidget *parent = nullptr);
    /// `hasMoves`: else there is no after, and one bar a node.
    void setLoads(const QList<NodeLoad> &loads, const QStringList &names, bool hasMoves);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    int lineHeight() const { return (m_hasMoves ? 2 : 1) * fontMetrics().height() + 8; }
    void paintBar(QPainter &painter, const QRect &room, qint64 bytes, int shards, bool isAfter) const;

    QList<NodeLoad> m_loads;
    QStringList m_names;
    qint64 m_largest = 1;
    bool m_hasMoves = false;
};

} // namespace Shardboard
