// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSet>
#include <QStringList>
#include <QWidget>

namespace Shardboard {

/// The steps of a wizard down its left side: those behind are checked and can be gone back to with a click.
class StepList final : public QWidget
{
    Q_OBJECT

public:
    explicit StepList(QWidget *parent = nullptr);
    void setSteps(const QStringList &names);
    void setCurrent(int step);
    /// Steps that do not apply: drawn dim, without a number, and nothing to click on.
    void setSkipped(const QSet<int> &steps);
    /// While frozen no step can be gone back to.
    void setFrozen(bool isFrozen);

Q_SIGNALS:
    void chosen(int step);

protected:
    void paintEvent(QPaintEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;

private:
    QRect rowRect(int step) const;
    int stepAt(const QPoint &position) const;
    void paintStep(QPainter &painter, int step) const;

    QStringList m_names;
    QSet<int> m_skipped;
    int m_current = 0;
    bool m_isFrozen = false;
};

} // namespace Shardboard
