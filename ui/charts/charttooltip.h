// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QList>
#include <QWidget>

namespace Shardboard {

/// What a chart shows at the crosshair: a time and a line per series, values right-aligned. Floats over its window,
/// takes no clicks and no focus.
class ChartTooltip final : public QWidget
{
    Q_OBJECT

public:
    struct Row
    {
        QColor colour;
        int shape = 0;
        QString label;
        QString value; ///< with its unit; empty: no value in this bucket
        QString note; ///< dim behind the value: "± 2 %"
    };

    explicit ChartTooltip(QWidget *window);

    /// Shows beside `anchor` (in the window's coordinates), on whichever side has room.
    void showAt(QPoint anchor, const QString &title, const QString &subtitle, const QList<Row> &rows);
    QSize sizeHint() const override;
    QString text() const; ///< the same, line by line

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    struct Columns
    {
        int label = 0, value = 0, note = 0;
        int total() const;
    };
    Columns columns() const;

    QString m_title;
    QString m_subtitle;
    QList<Row> m_rows;
};

} // namespace Shardboard
