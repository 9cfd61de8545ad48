// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QFrame>

namespace Shardboard {

/// A quiet ground for what belongs together: the card's colour, a 1 px border, rounded corners, and, when it has one, a
/// coloured stripe at its left edge.
class Card : public QFrame
{
    Q_OBJECT

public:
    explicit Card(QWidget *parent = nullptr);
    /// An invalid colour takes the stripe away.
    void setStripe(const QColor &colour);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QColor m_stripe;
};

/// Paints a card's ground and border; for delegates that draw cards themselves.
void paintCard(QPainter &painter, const QRectF &rect, const QColor &border, const QColor &stripe);

} // namespace Shardboard
