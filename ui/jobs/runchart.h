// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDateTime>
#include <QWidget>

namespace Shardboard {

/// How long each of the last runs took: a bar a run, oldest at the left. Those that failed are red and crossed.
class RunChart final : public QWidget
{
    Q_OBJECT

public:
    struct Bar
    {
        QDateTime startedAt; ///< invalid: unknown
        qint64 milliseconds = -1; ///< -1: unknown, or still running
        bool hasFailed = false;
        QString toolTip;
    };

    explicit RunChart(QWidget *parent = nullptr);
    void setBars(const QList<Bar> &bars);
    const QList<Bar> &bars() const { return m_bars; }
    QSize sizeHint() const override { return {320, 96}; }
    QSize minimumSizeHint() const override { return {160, 96}; }

protected:
    void paintEvent(QPaintEvent *event) override;
    bool event(QEvent *event) override;

private:
    QRectF room() const;
    QRectF barRoom(qsizetype bar) const;

    QList<Bar> m_bars;
    qint64 m_longest = 1;
};

} // namespace Shardboard
