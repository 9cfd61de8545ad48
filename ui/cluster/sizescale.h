// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QPainter;

namespace Shardboard {

/// Sizes as shades of the accent: each doubling is a step, so that shards of kilobytes and of gigabytes can both be
/// told apart.
class SizeScale
{
public:
    explicit SizeScale(qint64 largest = 0);

    qint64 largest() const { return m_largest; }
    /// 0 for the smallest shard that is worth a shade, 1 for the largest.
    double position(qint64 bytes) const;
    QColor colour(qint64 bytes) const;
    /// The cell of a shard: filled by its size, empty with a border, or crossed out where the size is unknown.
    void paintCell(QPainter &painter, const QRect &rect, qint64 bytes) const;

private:
    qint64 m_largest;
};

/// The scale with its ends named, and what an empty and an unknown shard look like.
class SizeLegend final : public QWidget
{
    Q_OBJECT

public:
    explicit SizeLegend(QWidget *parent = nullptr);
    void setScale(const SizeScale &scale);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    SizeScale m_scale;
};

} // namespace Shardboard
