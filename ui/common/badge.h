// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QPoint>
#include <QWidget>

namespace Shardboard {

/// How wide paintBadge() makes the text.
int badgeWidth(const QString &text);
/// Paints a small label 18 px high with its corner at `topLeft`, filled or outlined; returns its width.
int paintBadge(QPainter &painter, QPoint topLeft, const QString &text, const QColor &colour, bool isFilled);

/// The same as a widget.
class Badge final : public QWidget
{
    Q_OBJECT

public:
    explicit Badge(QWidget *parent = nullptr);
    void set(const QString &text, const QColor &colour, bool isFilled);
    QString text() const { return m_text; }
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString m_text;
    QColor m_colour;
    bool m_isFilled = false;
};

} // namespace Shardboard
