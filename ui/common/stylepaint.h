// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QRect>
#include <QStyle>

class QPainter;
class QStyleOption;
class QStyleOptionSlider;
class QStyleOptionSpinBox;
class QStyleOptionMenuItem;
class QWidget;

/// The strokes Style is made of; each paints one element in the theme's colours.
namespace Shardboard::StylePaint {

void field(const QStyleOption &option, QPainter &painter, bool hasFocus);
void pushButton(const QStyleOption &option, QPainter &painter, const QWidget *widget);
QColor buttonText(const QStyleOption &option, const QWidget *widget);
void toolButton(const QStyleOption &option, QPainter &painter);
void lineEdit(QStyle::PrimitiveElement element, const QStyleOption &option, QPainter &painter, const QWidget *widget);
void focusRing(const QStyleOption &option, QPainter &painter, const QWidget *widget);
void checkBox(const QStyleOption &option, QPainter &painter);
void radioButton(const QStyleOption &option, QPainter &painter);
void frame(const QStyleOption &option, QPainter &painter, const QWidget *widget);
void tabShape(const QStyleOption &option, QPainter &painter);
void tabBarBase(const QStyleOption &option, QPainter &painter);
void tabClose(const QStyleOption &option, QPainter &painter);
void itemBackground(const QStyleOption &option, QPainter &painter);
void headerSection(const QStyleOption &option, QPainter &painter);
void menuBarItem(const QStyleOptionMenuItem &option, QPainter &painter, bool showsMnemonic);
void progressGroove(const QStyleOption &option, QPainter &painter);
void progressContents(const QStyleOption &option, QPainter &painter);
void spinBox(const QStyleOptionSpinBox &option, QPainter &painter, const QRect &up, const QRect &down);
void chevron(QPainter &painter, const QRect &rect, const QColor &colour, bool pointsUp = false);
QRect scrollBarPart(const QStyleOptionSlider &option, QStyle::SubControl part);
void scrollBarHandle(const QStyleOptionSlider &option, QPainter &painter, const QRect &handle);

} // namespace Shardboard::StylePaint
