// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dashboard/livebutton.h"

#include "ui/common/showntext.h"
#include "ui/common/theme.h"

#include <QPainter>

namespace Shardboard {

namespace {

constexpr int padding = 8;
constexpr int dot = 8;

QColor colourOf(LiveButton::Link link)
{
    const Theme &theme = Theme::instance();
    switch (link) {
    case LiveButton::Link::Live:
    case LiveButton::Link::Polling:
        return theme.success();
    case LiveButton::Link::Connecting:
    case LiveButton::Link::Lost:
        return theme.warning();
    case LiveButton::Link::Paused:
    case LiveButton::Link::Closed:
        return theme.dimText();
    }
    Q_UNREACHABLE();
}

void paintDot(QPainter &painter, QRectF place, LiveButton::Link link)
{
    painter.setPen(QPen(colourOf(link), 1.5));
    painter.setBrush(Qt::NoBrush);
    switch (link) {
    case LiveButton::Link::Live:
        painter.setBrush(colourOf(link));
        painter.drawEllipse(place);
        break;
    case LiveButton::Link::Paused:
        painter.drawLine(place.topLeft() + QPointF(2, 0), place.bottomLeft() + QPointF(2, 0));
        painter.drawLine(place.topRight() - QPointF(2, 0), place.bottomRight() - QPointF(2, 0));
        break;
    case LiveButton::Link::Polling:
    case LiveButton::Link::Connecting:
    case LiveButton::Link::Closed:
        painter.drawEllipse(place);
        break;
    case LiveButton::Link::Lost:
        painter.drawLine(place.topLeft(), place.bottomRight());
        painter.drawLine(place.topRight(), place.bottomLeft());
        break;
    }
}

} // namespace

LiveButton::LiveButton(QWidget *parent) : QAbstractButton(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
    setLink(Link::Closed);
}

void LiveButton::setLink(Link link)
{
    m_link = link;
    switch (link) {
    case Link::Live:
        setText(tr("Live"));
        setToolTip(tr("New data appear when a rollup has moved. Click to pause."));
        break;
    case Link::Polling: {
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(m_pollInterval).count();
        setText(tr("Every %1 s").arg(seconds));
        setToolTip(tr("%1 The panels are refreshed every %2 s. Click to pause.").arg(m_pollingReason).arg(seconds));
        break;
    }
    case Link::Paused:
        setText(tr("Paused"));
        setToolTip(tr("New data wait until you refresh. Click to go on."));
        break;
    case Link::Connecting:
        setText(tr("Connecting"));
        setToolTip(tr("Waiting for the server."));
        break;
    case Link::Lost:
        setText(tr("Lost"));
        setToolTip(tr("The connection is lost; it is made again by itself."));
        break;
    case Link::Closed:
        setText(tr("Offline"));
        setToolTip(tr("Not connected."));
        break;
    }
    setAccessibleName(text());
    setAccessibleDescription(toolTip());
    updateGeometry();
    update();
}

void LiveButton::setPolling(const QString &reason, std::chrono::milliseconds interval)
{
    m_pollingReason = reason;
    m_pollInterval = interval;
    setLink(m_link);
}

QSize LiveButton::sizeHint() const
{
    return {padding + dot + 6 + textWidth(fontMetrics(), text()) + 1 + padding, 28};
}

void LiveButton::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::instance();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF box = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    if (underMouse() || isDown()) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.hover());
        painter.drawRoundedRect(box, 4, 4);
    }
    if (hasFocus()) {
        painter.setPen(theme.accent());
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(box, 4, 4);
    }
    paintDot(painter, QRectF(padding, (height() - dot) / 2.0, dot, dot), m_link);
    painter.setPen(theme.text());
    painter.drawText(rect().adjusted(padding + dot + 6, 0, 0, 0), Qt::AlignVCenter | Qt::AlignLeft, text());
}

} // namespace Shardboard
