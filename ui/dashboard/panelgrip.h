// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

namespace Shardboard {

/// Lies over a card while the dashboard is edited and turns gestures into wishes: drag to move, drag the corner to
/// resize, arrow keys to move, with Shift to resize, F2 to rename, Delete to remove. Decides nothing itself.
class PanelGrip final : public QWidget
{
    Q_OBJECT

public:
    explicit PanelGrip(QWidget *canvas);
    void setTitle(const QString &title);

Q_SIGNALS:
    void pressed();
    void dragged(QPoint by); ///< pixels since the press; the panel moves
    void stretched(QPoint by); ///< the same for its lower right corner
    void released();
    void moveRequested(QPoint cells);
    void resizeRequested(QSize cells);
    void renameRequested();
    void removeRequested();
    void menuRequested(QPoint globalPosition);

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    enum class Gesture { None, Move, Resize };
    QRect corner() const;

    Gesture m_gesture = Gesture::None;
    QPoint m_start; ///< global: the grip itself moves under the pointer
};

} // namespace Shardboard
