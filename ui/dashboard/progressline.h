// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTimer>
#include <QWidget>

namespace Shardboard {

/// A thin line that runs while something is under way; it appears only when that takes longer than a blink.
class ProgressLine final : public QWidget
{
    Q_OBJECT

public:
    explicit ProgressLine(QWidget *parent = nullptr);
    void setRunning(bool isRunning);
    QSize sizeHint() const override { return {64, 2}; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QTimer m_delay;
    QTimer m_tick;
    int m_step = 0;
    bool m_isShown = false;
};

} // namespace Shardboard
