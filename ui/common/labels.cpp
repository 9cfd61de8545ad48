// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/common/labels.h"

#include "ui/common/showntext.h"
#include "ui/common/theme.h"

#include <QVariant>

namespace Shardboard {

namespace {
constexpr int widestLine = 1000, widestMinimum = 480;
} // namespace

Label::Label(QWidget *parent) : QLabel(parent)
{
    setTextFormat(Qt::PlainText);
}

Label::Label(const QString &text, QWidget *parent) : Label(parent)
{
    setText(text);
}

void Label::setText(const QString &text)
{
    QLabel::setText(labelText(text));
}

QSize Label::sizeHint() const
{
    return QLabel::sizeHint().boundedTo(QSize(widestLine, QWIDGETSIZE_MAX));
}

QSize Label::minimumSizeHint() const
{
    return QLabel::minimumSizeHint().boundedTo(QSize(widestMinimum, QWIDGETSIZE_MAX));
}

ElidedLabel::ElidedLabel(QWidget *parent, Qt::TextElideMode mode) : Label(parent), m_mode(mode) {}

void ElidedLabel::setFullText(const QString &text)
{
    m_text = shownText(text);
    setAccessibleName(m_text);
    updateGeometry();
    elide();
}

QSize ElidedLabel::minimumSizeHint() const
{
    return {fontMetrics().averageCharWidth() * 6, Label::minimumSizeHint().height()};
}

QSize ElidedLabel::sizeHint() const
{
    return {textWidth(fontMetrics(), m_text) + 2, fontMetrics().height()};
}

void ElidedLabel::resizeEvent(QResizeEvent *event)
{
    Label::resizeEvent(event);
    elide();
}

void ElidedLabel::elide()
{
    const QString shown = elideText(fontMetrics(), m_text, m_mode, width());
    setText(shown);
    setToolTip(shown == m_text ? QString() : m_text);
}

Label *makeHeading(const QString &text, double scale, QWidget *parent)
{
    auto *label = new Label(text, parent);
    label->setFont(Theme::headingFont(scale));
    return label;
}

Label *makeDimLabel(const QString &text, QWidget *parent)
{
    auto *label = new Label(text, parent);
    label->setWordWrap(true);
    setTone(label, Tone::Dim);
    return label;
}

Label *makeTextLabel(QWidget *parent)
{
    auto *label = new Label(parent);
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
