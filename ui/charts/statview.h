// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dashboard/document.h"
#include "dashboard/paneldata.h"

#include <QWidget>

namespace Shardboard {

/// One or a few figures, as large as the panel lets them be, each over its sparkline. Exact values on hover.
class StatView final : public QWidget
{
    Q_OBJECT

public:
    explicit StatView(QWidget *parent = nullptr);

    void setContent(SharedPanelData content, const Panel &panel);
    /// What is written, figure by figure: "Requests: 1.24 M ± 1.6 %".
    QString text() const;
    QSize sizeHint() const override { return {200, 96}; }
    QSize minimumSizeHint() const override { return {80, 48}; }

protected:
    void paintEvent(QPaintEvent *event) override;
    bool event(QEvent *event) override;

private:
    /// A figure's text, cut where it changes its look.
    struct Words
    {
        QString number, unit, band, label;
    };
    Words words(const Figure &figure) const;
    QRect cell(qsizetype index) const;
    void paintFigure(QPainter &painter, const QRect &area, const Figure &figure) const;
    void paintSparkline(QPainter &painter, const QRect &area, qsizetype index) const;
    QFont numberFont(const QRect &area, const Words &words) const;

    SharedPanelData m_data;
    Panel m_panel;
};

} // namespace Shardboard
