// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/common/stylepaint.h"

#include "ui/common/theme.h"

#include <QComboBox>
#include <QPainter>
#include <QPainterPath>
#include <QStyleOption>
#include <QWidget>

namespace Shardboard::StylePaint {

namespace {

constexpr qreal radius = 4;

const Theme &theme()
{
    return Theme::instance();
}

QColor mix(const QColor &ground, const QColor &paint, qreal share)
{
    const auto channel = [share](float a, float b) { return float(a + (b - a) * share); };
    return QColor::fromRgbF(channel(ground.redF(), paint.redF()), channel(ground.greenF(), paint.greenF()),
        channel(ground.blueF(), paint.blueF()));
}

QRectF outline(const QRect &rect)
{
    return QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5);
}

void box(QPainter &painter, const QRect &rect, const QColor &fill, const QColor &border)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(fill.isValid() ? QBrush(fill) : QBrush(Qt::NoBrush));
    painter.setPen(border.isValid() ? QPen(border, 1) : QPen(Qt::NoPen));
    painter.drawRoundedRect(outline(rect), radius, radius);
    painter.restore();
}

bool isEnabled(const QStyleOption &option)
{
    return option.state & QStyle::State_Enabled;
}

bool isHovered(const QStyleOption &option)
{
    return isEnabled(option) && (option.state & QStyle::State_MouseOver);
}

enum class ButtonKind { Plain, Primary, Danger, Flat };

ButtonKind buttonKind(const QStyleOption &option, const QWidget *widget)
{
    const auto *button = qstyleoption_cast<const QStyleOptionButton *>(&option);
    if (widget && widget->property("danger").toBool())
        return ButtonKind::Danger;
    if (button && (button->features & QStyleOptionButton::Flat))
        return ButtonKind::Flat;
    const bool isDefault = button && (button->features & QStyleOptionButton::DefaultButton);
    return isDefault || (widget && widget->property("primary").toBool()) ? ButtonKind::Primary : ButtonKind::Plain;
}

} // namespace

void field(const QStyleOption &option, QPainter &painter, bool hasFocus)
{
    const QColor border = hasFocus ? theme().accent()
        : isHovered(option)        ? mix(theme().border(), theme().text(), 0.25)
                                   : theme().border();
    box(painter, option.rect, isEnabled(option) ? theme().field() : theme().window(), border);
}

void pushButton(const QStyleOption &option, QPainter &painter, const QWidget *widget)
{
    const ButtonKind kind = buttonKind(option, widget);
    const bool isDown = option.state & (QStyle::State_Sunken | QStyle::State_On);
    QColor fill = theme().field();
    QColor border = theme().border();
    if (kind == ButtonKind::Primary || kind == ButtonKind::Danger)
        fill = border = kind == ButtonKind::Primary ? theme().accent() : theme().error();
    if (!isEnabled(option)) {
        fill = theme().window();
        border = theme().border();
    } else if (kind == ButtonKind::Flat && !isDown && !isHovered(option)) {
        fill = border = QColor();
    } else if (isDown) {
        fill = mix(fill, theme().text(), 0.16);
    } else if (isHovered(option)) {
        fill = mix(fill, theme().text(), kind == ButtonKind::Plain || kind == ButtonKind::Flat ? 0.05 : 0.12);
    }
    if (kind == ButtonKind::Flat)
        border = QColor();
    box(painter, option.rect, fill, border);
}

QColor buttonText(const QStyleOption &option, const QWidget *widget)
{
    if (!isEnabled(option))
        return theme().dimText();
    const ButtonKind kind = buttonKind(option, widget);
    if (kind == ButtonKind::Primary || kind == ButtonKind::Danger)
        return option.palette.color(QPalette::HighlightedText);
    return kind == ButtonKind::Flat ? theme().accent() : theme().text();
}

void toolButton(const QStyleOption &option, QPainter &painter)
{
    if (option.state & (QStyle::State_Sunken | QStyle::State_On))
        box(painter, option.rect, theme().selection(), QColor());
    else if (isHovered(option))
        box(painter, option.rect, theme().hover(), QColor());
}

void lineEdit(QStyle::PrimitiveElement element, const QStyleOption &option, QPainter &painter, const QWidget *widget)
{
    // The editor inside an editable combo box or a spin box has its frame drawn by them.
    const auto *frame = qstyleoption_cast<const QStyleOptionFrame *>(&option);
    if (element == QStyle::PE_PanelLineEdit && frame && frame->lineWidth <= 0)
        return;
    const QWidget *parent = widget ? widget->parentWidget() : nullptr;
    if (parent && (parent->inherits("QComboBox") || parent->inherits("QAbstractSpinBox")))
        return;
    field(option, painter, option.state & QStyle::State_HasFocus);
}

void focusRing(const QStyleOption &option, QPainter &painter, const QWidget *widget)
{
    if (widget && widget->inherits("QAbstractItemView"))
        return;
    box(painter, option.rect, QColor(), theme().accent());
}

void checkBox(const QStyleOption &option, QPainter &painter)
{
    const bool isOn = option.state & (QStyle::State_On | QStyle::State_NoChange);
    const QColor fill = !isEnabled(option) ? theme().window() : isOn ? theme().accent() : theme().field();
    const bool isFocused = option.state & QStyle::State_HasFocus;
    box(painter, option.rect, fill, isOn || isFocused ? theme().accent() : mix(theme().border(), theme().text(), 0.25));
    if (!isOn)
        return;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(
        QPen(option.palette.color(QPalette::HighlightedText), 2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    const QRectF r(option.rect);
    if (option.state & QStyle::State_NoChange)
        painter.drawLine(QPointF(r.left() + 4, r.center().y()), QPointF(r.right() - 4, r.center().y()));
    else
        painter.drawPolyline(
            QPolygonF{{r.left() + 4, r.top() + 8.5}, {r.left() + 7, r.top() + 11.5}, {r.left() + 12, r.top() + 5}});
    painter.restore();
}

void radioButton(const QStyleOption &option, QPainter &painter)
{
    const bool isOn = option.state & QStyle::State_On;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(isOn ? theme().accent() : theme().field());
    painter.setPen(isOn ? theme().accent() : mix(theme().border(), theme().text(), 0.25));
    painter.drawEllipse(outline(option.rect));
    if (isOn) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(option.palette.color(QPalette::HighlightedText));
        painter.drawEllipse(QRectF(option.rect).center(), 3, 3);
    }
    painter.restore();
}

void frame(const QStyleOption &option, QPainter &painter, const QWidget *widget)
{
    // The viewport lies inside the rounded corners and fills itself.
    const bool isView = widget && widget->inherits("QAbstractScrollArea");
    const bool hasFocus = isView && widget->hasFocus();
    box(painter, option.rect, isView ? option.palette.color(QPalette::Base) : QColor(),
        hasFocus ? theme().accent() : theme().border());
}

void tabShape(const QStyleOption &option, QPainter &painter)
{
    const bool isSelected = option.state & QStyle::State_Selected;
    if (isHovered(option) && !isSelected)
        painter.fillRect(option.rect, theme().hover());
    if (isSelected) {
        painter.fillRect(option.rect, theme().card());
        painter.fillRect(QRect(option.rect.left(), option.rect.bottom() - 1, option.rect.width(), 2), theme().accent());
    }
}

void tabBarBase(const QStyleOption &option, QPainter &painter)
{
    painter.fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1), theme().border());
}

void tabClose(const QStyleOption &option, QPainter &painter)
{
    if (option.state & QStyle::State_MouseOver)
        box(painter, option.rect, theme().hover(), QColor());
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme().dimText(), 1.5, Qt::SolidLine, Qt::RoundCap));
    const QPointF c = QRectF(option.rect).center();
    painter.drawLine(c + QPointF(-3, -3), c + QPointF(3, 3));
    painter.drawLine(c + QPointF(-3, 3), c + QPointF(3, -3));
    painter.restore();
}

void itemBackground(const QStyleOption &option, QPainter &painter)
{
    const auto *item = qstyleoption_cast<const QStyleOptionViewItem *>(&option);
    if (item && item->backgroundBrush.style() != Qt::NoBrush)
        painter.fillRect(option.rect, item->backgroundBrush);
    if (option.state & QStyle::State_Selected)
        painter.fillRect(option.rect, theme().selection());
    else if (isHovered(option))
        painter.fillRect(option.rect, theme().hover());
}

void headerSection(const QStyleOption &option, QPainter &painter)
{
    painter.fillRect(option.rect, theme().window());
    painter.fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1), theme().border());
}

void menuBarItem(const QStyleOptionMenuItem &option, QPainter &painter, bool showsMnemonic)
{
    painter.fillRect(option.rect, theme().window());
    if (option.state & (QStyle::State_Selected | QStyle::State_Sunken))
        box(painter, option.rect.adjusted(1, 2, -1, -2), theme().hover(), QColor());
    painter.setPen(isEnabled(option) ? theme().text() : theme().dimText());
    const int mnemonic = showsMnemonic ? Qt::TextShowMnemonic : Qt::TextHideMnemonic;
    painter.drawText(option.rect, Qt::AlignCenter | mnemonic, option.text);
}

void progressGroove(const QStyleOption &option, QPainter &painter)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme().grid());
    const QRectF bar(option.rect.left(), option.rect.center().y() - 2, option.rect.width(), 5);
    painter.drawRoundedRect(bar, 2.5, 2.5);
    painter.restore();
}

void progressContents(const QStyleOption &option, QPainter &painter)
{
    const auto *bar = qstyleoption_cast<const QStyleOptionProgressBar *>(&option);
    if (!bar)
        return;
    const bool isBusy = bar->minimum == bar->maximum;
    const qreal width = option.rect.width();
    // An unknown total is a still third of the bar: the text beside it says what is going on, nothing has to spin.
    const qreal share = isBusy ? 0.33 : qreal(bar->progress - bar->minimum) / (bar->maximum - bar->minimum);
    if (share <= 0)
        return;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme().accent());
    painter.drawRoundedRect(
        QRectF(option.rect.left(), option.rect.center().y() - 2, qMax(5.0, width * share), 5), 2.5, 2.5);
    painter.restore();
}

void spinBox(const QStyleOptionSpinBox &option, QPainter &painter, const QRect &up, const QRect &down)
{
    field(option, painter, option.state & QStyle::State_HasFocus);
    if (option.buttonSymbols == QAbstractSpinBox::NoButtons)
        return;
    const auto colour = [&option](QAbstractSpinBox::StepEnabledFlag step) {
        return option.stepEnabled & step ? theme().text() : theme().border();
    };
    chevron(painter, up.translated(0, 1), colour(QAbstractSpinBox::StepUpEnabled), true);
    chevron(painter, down.translated(0, -1), colour(QAbstractSpinBox::StepDownEnabled));
}

void chevron(QPainter &painter, const QRect &rect, const QColor &colour, bool pointsUp)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(colour, 1.4, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    const QPointF c = QRectF(rect).center();
    const qreal dy = pointsUp ? -1.75 : 1.75;
    painter.drawPolyline(QPolygonF{{c.x() - 3.5, c.y() - dy}, {c.x(), c.y() + dy}, {c.x() + 3.5, c.y() - dy}});
    painter.restore();
}

QRect scrollBarPart(const QStyleOptionSlider &option, QStyle::SubControl part)
{
    const bool isHorizontal = option.orientation == Qt::Horizontal;
    const int length = isHorizontal ? option.rect.width() : option.rect.height();
    const qint64 range = qint64(option.maximum) - option.minimum;
    const qint64 fair = range <= 0 ? length : qint64(option.pageStep) * length / (range + option.pageStep);
    const int handle = int(qBound(qint64(qMin(28, length)), fair, qint64(length)));
    const int start = QStyle::sliderPositionFromValue(
        option.minimum, option.maximum, option.sliderPosition, length - handle, option.upsideDown);
    int from = 0, size = length;
    switch (part) {
    case QStyle::SC_ScrollBarSlider:
        from = start;
        size = handle;
        break;
    case QStyle::SC_ScrollBarSubPage:
        size = start;
        break;
    case QStyle::SC_ScrollBarAddPage:
        from = start + handle;
        size = length - from;
        break;
    default:
        break;
    }
    const QRect rect = isHorizontal ? QRect(option.rect.left() + from, option.rect.top(), size, option.rect.height())
                                    : QRect(option.rect.left(), option.rect.top() + from, option.rect.width(), size);
    return QStyle::visualRect(option.direction, option.rect, rect);
}

void scrollBarHandle(const QStyleOptionSlider &option, QPainter &painter, const QRect &handle)
{
    const bool isActive = option.state & (QStyle::State_Sunken | QStyle::State_MouseOver);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(mix(theme().window(), theme().text(), isActive ? 0.4 : 0.22));
    const QRectF bar = QRectF(handle).adjusted(3, 3, -3, -3);
    painter.drawRoundedRect(bar, 3, 3);
    painter.restore();
}

} // namespace Shardboard::StylePaint
