// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/common/labels.h"

#include "ui/common/theme.h"

#include <QVariant>

namespace Shardboard {

ElidedLabel::ElidedLabel(QWidget *parent, Qt::TextElideMode mode) : QLabel(parent), m_mode(mode)
{
    setTextFormat(Qt::PlainText);
}

void ElidedLabel::setFullText(const QString &text)
{
    m_text = text;
    setAccessibleName(text);
    updateGeometry();
    elide();
}

QSize ElidedLabel::minimumSizeHint() const
{
    return {fontMetrics().averageCharWidth() * 6, QLabel::minimumSizeHint().height()};
}

QSize ElidedLabel::sizeHint() const
{
    return {fontMetrics().horizontalAdvance(m_text) + 2, fontMetrics().height()};
}

void ElidedLabel::resizeEvent(QResizeEvent *event)
{
    QLabel::resizeEvent(event);
    elide();
}

void ElidedLabel::elide()
{
    const QString shown = fontMetrics().elidedText(m_text, m_mode, width());
    setText(shown);
    setToolTip(shown == m_text ? QString() : m_text);
}

QLabel *makeHeading(const QString &text, double scale, QWidget *parent)
{
    auto *label = new QLabel(text, parent);
    label->setFont(Theme::headingFont(scale));
    label->setTextFormat(Qt::PlainText);
    return label;
}

QLabel *makeDimLabel(const QString &text, QWidget *parent)
{
    auto *label = new QLabel(text, parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    setTone(label, Tone::Dim);
    return label;
}

QLabel *makeTextLabel(QWidget *parent)
{
    auto *label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    return label;
}

QColor toneColour(Tone tone)
{
    const Theme &theme = Theme::instance();
    switch (tone) {
    case Tone::Text:
        return theme.text();
    case Tone::Dim:
        return theme.dimText();
    case Tone::Success:
        return theme.success();
    case Tone::Warning:
        return theme.warning();
    case Tone::Error:
        return theme.error();
    case Tone::Accent:
        return theme.accent();
    }
    Q_UNREACHABLE();
}

void setTone(QWidget *widget, Tone tone)
{
    static const char *const property = "tone";
    const auto paint = [widget] {
        QPalette palette = widget->palette();
        palette.setColor(QPalette::WindowText, toneColour(Tone(widget->property(property).toInt())));
        widget->setPalette(palette);
    };
    const bool isFollowing = widget->property(property).isValid();
    widget->setProperty(property, int(tone));
    if (!isFollowing)
        QObject::connect(&Theme::instance(), &Theme::changed, widget, paint);
    paint();
}

} // namespace Shardboard
