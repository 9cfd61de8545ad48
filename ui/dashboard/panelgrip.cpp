// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dashboard/panelgrip.h"

#include "ui/common/theme.h"

#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QPainter>

namespace Shardboard {

namespace {
constexpr int cornerSize = 20;
} // namespace

PanelGrip::PanelGrip(QWidget *canvas) : QWidget(canvas)
{
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setCursor(Qt::OpenHandCursor);
}

void PanelGrip::setTitle(const QString &title)
{
    setAccessibleName(tr("Panel %1").arg(title));
    setAccessibleDescription(tr("Arrow keys move it, with Shift they resize it. F2 renames, Delete removes."));
}

QRect PanelGrip::corner() const
{
    return {width() - cornerSize, height() - cornerSize, cornerSize, cornerSize};
}

void PanelGrip::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::instance();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const bool isActive = hasFocus() || m_gesture != Gesture::None;
    QPen pen(isActive ? theme.accent() : theme.dimText(), isActive ? 2 : 1);
    if (!isActive)
        pen.setDashPattern({4, 4});
    painter.setPen(pen);
    const double inset = pen.widthF() / 2;
    painter.drawRoundedRect(QRectF(rect()).adjusted(inset, inset, -inset, -inset), 6, 6);
    painter.setPen(QPen(isActive ? theme.accent() : theme.dimText(), 1.5));
    for (const int distance : {6, 10, 14})
        painter.drawLine(
            QPointF(width() - 5, height() - 5 - distance + 2), QPointF(width() - 5 - distance + 2, height() - 5));
}

void PanelGrip::mousePressEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton)
        return;
    m_gesture = corner().contains(event->position().toPoint()) ? Gesture::Resize : Gesture::Move;
    m_start = event->globalPosition().toPoint();
    setFocus(Qt::MouseFocusReason);
    raise();
    setCursor(m_gesture == Gesture::Resize ? Qt::SizeFDiagCursor : Qt::ClosedHandCursor);
    Q_EMIT pressed();
    update();
}

void PanelGrip::mouseMoveEvent(QMouseEvent *event)
{
    const QPoint by = event->globalPosition().toPoint() - m_start;
    switch (m_gesture) {
    case Gesture::None:
        setCursor(corner().contains(event->position().toPoint()) ? Qt::SizeFDiagCursor : Qt::OpenHandCursor);
        break;
    case Gesture::Move:
        Q_EMIT dragged(by);
        break;
    case Gesture::Resize:
        Q_EMIT stretched(by);
        break;
    }
}

void PanelGrip::mouseReleaseEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton || m_gesture == Gesture::None)
        return;
    m_gesture = Gesture::None;
    setCursor(Qt::OpenHandCursor);
    Q_EMIT released();
    update();
}

void PanelGrip::mouseDoubleClickEvent(QMouseEvent *)
{
    Q_EMIT renameRequested();
}

void PanelGrip::contextMenuEvent(QContextMenuEvent *event)
{
    Q_EMIT menuRequested(event->globalPos());
}

void PanelGrip::keyPressEvent(QKeyEvent *event)
{
    QPoint by;
    switch (event->key()) {
    case Qt::Key_Left:
        by = {-1, 0};
        break;
    case Qt::Key_Right:
        by = {1, 0};
        break;
    case Qt::Key_Up:
        by = {0, -1};
        break;
    case Qt::Key_Down:
        by = {0, 1};
        break;
    case Qt::Key_F2:
        Q_EMIT renameRequested();
        return;
    case Qt::Key_Delete:
    case Qt::Key_Backspace:
        Q_EMIT removeRequested();
        return;
    default:
        QWidget::keyPressEvent(event);
        return;
    }
    if (event->modifiers().testFlag(Qt::ShiftModifier))
        Q_EMIT resizeRequested({by.x(), by.y()});
    else
        Q_EMIT moveRequested(by);
}

void PanelGrip::focusInEvent(QFocusEvent *event)
{
    QWidget::focusInEvent(event);
    raise();
    update();
}

void PanelGrip::focusOutEvent(QFocusEvent *event)
{
    QWidget::focusOutEvent(event);
    update();
}

} // namespace Shardboard
