// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/cluster/clusterfacts.h"

#include <QWidget>

namespace Shardboard {

/// Who reaches whom: a line for each node that connects, a column for each that is connected to. Good is a tick, bad a
/// cross; never colour alone.
class HealthMatrix final : public QWidget
{
    Q_OBJECT

public:
    explicit HealthMatrix(QWidget *parent = nullptr);
    void setFacts(const ClusterFacts &facts);
    QString summary() const { return m_summary; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent *event) override;
    bool event(QEvent *event) override;

private:
    enum class State { Unknown, Good, Bad };
    State state(qsizetype from, qsizetype to) const { return m_states.at(from * m_names.size() + to); }
    QRect cellRect(qsizetype from, qsizetype to) const;
    void paintState(QPainter &painter, const QRect &rect, State state) const;

    QStringList m_names;
    QList<State> m_states; ///< line after line
    QString m_summary;
};

} // namespace Shardboard
