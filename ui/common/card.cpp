// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/common/card.h"

#include "ui/common/theme.h"

#include <QPainter>
#include <QPainterPath>

namespace Shardboard {

Card::Card(QWidget *parent) : QFrame(parent)
{
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&Card::update));
}

void Card::setStripe(const QColor &colour)
{
    m_stripe = colour;
    update();
}

void Card::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    paintCard(painter, rect(), Theme::instance().border(), m_stripe);
}

void paintCard(QPainter &painter, const QRectF &rect, const QColor &border, const QColor &stripe)
{
    constexpr qreal radius = 6;
    const QRectF box = rect.adjusted(0.5, 0.5, -0.5, -0.5);
    QPainterPath outline;
    outline.addRoundedRect(box, radius, radius);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillPath(outline, Theme::instance().card());
    if (stripe.isValid()) {
        QPainterPath edge;
        edge.addRect(QRectF(box.left(), box.top(), 4, box.height()));
        painter.fillPath(outline.intersected(edge), stripe);
    }
    painter.setPen(border);
    painter.drawPath(outline);
    painter.restore();
}

} // namespace Shardboard
