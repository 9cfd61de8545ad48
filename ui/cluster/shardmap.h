// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/cluster/shardmaplayout.h"
#include "ui/cluster/sizescale.h"

#include <QAbstractScrollArea>

namespace Shardboard {

/// The shards of a cluster: a line a table, cut into nodes, a cell a shard, its shade the size. Tables that lie
/// together stand below each other, so that their shards line up. Paints what is in sight and nothing else: a hundred
/// thousand shards scroll as ten do.
class ShardMap final : public QAbstractScrollArea
{
    Q_OBJECT

public:
    explicit ShardMap(QWidget *parent = nullptr);

    void setFacts(const ClusterFacts &facts);
    void setFilter(const QString &text);
    const ShardMapLayout &layout() const { return m_layout; }
    const SizeScale &scale() const { return m_scale; }

    /// What the keyboard stands on, or was clicked; nullptr for a line without cells, or where there is nothing.
    const ShardCell *currentCell() const;
    /// The table of the current line; nullptr on the line of a group.
    const ShardTable *currentTable() const;
    QString describeCurrent() const; ///< in one line
    /// Everything the hover says of the cell there.
    QString describeAt(const QPoint &position) const;
    QRect cellRect(int line, size_t column, int cell) const; ///< in the viewport

Q_SIGNALS:
    void currentChanged();
    void tableActivated(const Shardboard::QualifiedName &table); ///< Enter or a double click

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *) override {} ///< belongs to the press, which is taken here
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    bool viewportEvent(QEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    /// A cell by where it stands; line -1: none, cell -1: the line itself.
    struct Place
    {
        int line = -1;
        size_t column = 0;
        int cell = -1;
        bool operator==(const Place &) const = default;
    };

    void arrange();
    void measure();
    void scrollTo(const Place &place);
    void setCurrent(const Place &place);
    void moveLine(int lines);
    void moveCell(int step);
    void toggle(int line, bool isCollapsed);
    void activate();
    Place placeAt(const QPoint &position) const;
    const ShardCell *cellAt(const Place &place) const;
    QString describe(const Place &place, QChar separator) const;
    QString groupName(int group) const;
    int lineTop(int line) const;
    int columnLeft(size_t column) const; ///< in the viewport
    void paintLine(QPainter &painter, int line, const QRect &clip) const;
    void paintLabel(QPainter &painter, int line) const;
    void paintHead(QPainter &painter) const;
    void paintFrames(QPainter &painter) const;

    ShardMapLayout m_layout;
    SizeScale m_scale, m_groupScale;
    Place m_current, m_hovered;
    int m_lineHeight = 20;
    int m_headHeight = 44;
    int m_labelWidth = 220;
    int m_cellWidth = 12;
};

} // namespace Shardboard
