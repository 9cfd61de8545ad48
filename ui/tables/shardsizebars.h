// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/distribute/hashsample.h"

#include <QWidget>

namespace Shardboard {

/// The shards that a table would have: a bar each in the order of their hash ranges, the average as a dashed line, and
/// above them the skew factor with what it means. The figures of a shard come up under the mouse.
class ShardSizeBars final : public QWidget
{
    Q_OBJECT

public:
    explicit ShardSizeBars(QWidget *parent = nullptr);

    /// Bars are bytes, or rows where no bytes are known. Without a shard the placeholder is drawn.
    void setShards(const SimulatedShards &shards);
    /// Why there is nothing: "The table is empty."
    void setPlaceholder(const QString &text);
    /// "Skew 1.12×: even. The largest of 32 shards is 12 % above the average."
    QString summary() const;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    bool event(QEvent *event) override;

private:
    /// One pixel column or bar; more shards than pixels share one, which is as high as its largest.
    struct Bar
    {
        QRectF rect;
        qsizetype shard = 0;
    };

    double sizeOf(qsizetype shard) const;
    QString sizeText(double size) const;
    QString figures() const;
    QString toolTipAt(const QPoint &position) const;
    QRectF plotRect() const;
    QList<Bar> bars() const;
    double average() const;
    void paintHead(QPainter &painter) const;
    void paintAverage(QPainter &painter) const;

    SimulatedShards m_shards;
    QString m_placeholder;
};

} // namespace Shardboard
