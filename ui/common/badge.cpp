// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/common/badge.h"

#include "ui/common/showntext.h"
#include "ui/common/theme.h"

#include <QApplication>
#include <QPainter>

#include <cmath>

namespace Shardboard {

namespace {

constexpr int badgeHeight = 18;
constexpr int padding = 6;

QFont badgeFont()
{
    QFont font = QApplication::font();
    font.setPointSizeF(font.pointSizeF() * 0.82);
    font.setWeight(QFont::DemiBold);
    return font;
}

/// Black or white, whichever reads better on the ground.
QColor textOn(const QColor &ground)
{
    const auto linear = [](float channel) { return std::pow(channel, 2.2F); };
    const float luminance
        = 0.2126F * linear(ground.redF()) + 0.7152F * linear(ground.greenF()) + 0.0722F * linear(ground.blueF());
    return luminance > 0.18F ? QColor(0x10, 0x12, 0x14) : QColor(Qt::white);
}

} // namespace

int badgeWidth(const QString &text)
{
    return textWidth(QFontMetrics(badgeFont()), shownText(text, mostCaptionCharacters)) + 2 * padding;
}

int paintBadge(QPainter &painter, QPoint topLeft, const QString &text, const QColor &colour, bool isFilled)
{
    const int width = badgeWidth(text);
    const QRectF box = QRectF(topLeft.x(), topLeft.y(), width, badgeHeight).adjusted(0.5, 0.5, -0.5, -0.5);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(colour);
    painter.setBrush(isFilled ? QBrush(colour) : QBrush(Qt::NoBrush));
    painter.drawRoundedRect(box, 3, 3);
    painter.setFont(badgeFont());
    painter.setPen(isFilled ? textOn(colour) : colour);
    painter.drawText(box, Qt::AlignCenter, shownText(text, mostCaptionCharacters));
    painter.restore();
    return width;
}

Badge::Badge(QWidget *parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&Badge::update));
}

void Badge::set(const QString &text, const QColor &colour, bool isFilled)
{
    m_text = shownText(text, mostCaptionCharacters);
    m_colour = colour;
    m_isFilled = isFilled;
    setAccessibleName(text);
    updateGeometry();
    update();
}

QSize Badge::sizeHint() const
{
    return {badgeWidth(m_text), badgeHeight};
}

void Badge::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    paintBadge(painter, {0, 0}, m_text, m_colour, m_isFilled);
}

} // namespace Shardboard
