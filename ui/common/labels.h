// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLabel>

namespace Shardboard {

/// The label of this program: what it is given is data, never markup, and is cut to what can be read (shownText).
/// Nothing else in ui/ makes a QLabel.
class Label : public QLabel
{
    Q_OBJECT

public:
    explicit Label(QWidget *parent = nullptr);
    explicit Label(const QString &text, QWidget *parent = nullptr);
    void setText(const QString &text);
    /// A long line does not make its window wider than the screen.
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
};

/// One line that is cut with … where it does not fit; the whole of it is the tool tip then.
class ElidedLabel final : public Label
{
    Q_OBJECT

public:
    explicit ElidedLabel(QWidget *parent = nullptr, Qt::TextElideMode mode = Qt::ElideMiddle);
    void setFullText(const QString &text);
    QString fullText() const { return m_text; }
    QSize minimumSizeHint() const override;
    QSize sizeHint() const override;

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void elide();

    QString m_text;
    Qt::TextElideMode m_mode;
};

/// A larger, bolder line; scale is of the interface's font.
Label *makeHeading(const QString &text, double scale, QWidget *parent);
/// Word-wrapped secondary text.
Label *makeDimLabel(const QString &text, QWidget *parent);
/// Word-wrapped plain text that can be selected, for what a server said.
Label *makeTextLabel(QWidget *parent);
/// Paints the label in one of the theme's colours from now on, also after the theme changes.
enum class Tone { Text, Dim, Success, Warning, Error, Accent };
void setTone(QWidget *widget, Tone tone);
QColor toneColour(Tone tone);

} // namespace Shardboard
