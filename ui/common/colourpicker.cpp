// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/common/colourpicker.h"

#include "ui/common/theme.h"

#include <QAbstractButton>
#include <QButtonGroup>
#include <QHBoxLayout>
#include <QPainter>

namespace Shardboard {

namespace {

class Swatch final : public QAbstractButton
{
public:
    Swatch(const QString &colour, QWidget *parent) : QAbstractButton(parent), m_colour(colour)
    {
        setCheckable(true);
        setFixedSize(26, 26);
        setProperty("colour", colour);
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const Theme &theme = Theme::instance();
        if (isChecked() || hasFocus()) {
            painter.setPen(QPen(hasFocus() ? theme.accent() : theme.text(), isChecked() ? 2 : 1));
            painter.setBrush(Qt::NoBrush);
            painter.drawEllipse(QRectF(rect()).adjusted(2, 2, -2, -2));
        }
        const QRectF dot = QRectF(rect()).adjusted(6, 6, -6, -6);
        painter.setPen(m_colour.isEmpty() ? QPen(theme.dimText()) : QPen(Qt::NoPen));
        painter.setBrush(m_colour.isEmpty() ? QBrush(Qt::NoBrush) : QBrush(QColor(m_colour)));
        painter.drawEllipse(dot);
        if (m_colour.isEmpty())
            painter.drawLine(dot.bottomLeft() + QPointF(2, -2), dot.topRight() + QPointF(-2, 2));
    }

private:
    QString m_colour;
};

} // namespace

ColourPicker::ColourPicker(QWidget *parent) : QWidget(parent), m_swatches(new QButtonGroup(this))
{
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(Spacing::tiny);
    layout->addStretch(1);
    addSwatch({}, tr("No colour"));
    addSwatch(QStringLiteral("#d55e00"), tr("Vermilion"));
    addSwatch(QStringLiteral("#e69f00"), tr("Orange"));
    addSwatch(QStringLiteral("#f0e442"), tr("Yellow"));
    addSwatch(QStringLiteral("#009e73"), tr("Green"));
    addSwatch(QStringLiteral("#56b4e9"), tr("Sky blue"));
    addSwatch(QStringLiteral("#0072b2"), tr("Blue"));
    addSwatch(QStringLiteral("#cc79a7"), tr("Purple"));
    setColour({});
}

void ColourPicker::addSwatch(const QString &colour, const QString &name)
{
    auto *swatch = new Swatch(colour, this);
    swatch->setAccessibleName(name);
    swatch->setToolTip(name);
    m_swatches->addButton(swatch);
    auto *row = static_cast<QHBoxLayout *>(layout());
    row->insertWidget(row->count() - 1, swatch);
}

QString ColourPicker::colour() const
{
    return m_swatches->checkedButton()->property("colour").toString();
}

void ColourPicker::setColour(const QString &colour)
{
    const auto buttons = m_swatches->buttons();
    for (QAbstractButton *button : buttons) {
        if (button->property("colour").toString() == colour) {
            button->setChecked(true);
            return;
        }
    }
    addSwatch(colour, colour);
    m_swatches->buttons().last()->setChecked(true);
}

} // namespace Shardboard
