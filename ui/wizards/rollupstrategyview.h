// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/rollupchooser.h"

#include <QWidget>

class QButtonGroup;
class QVBoxLayout;

namespace Shardboard {

QString strategyText(RollupStrategy strategy);

/// Every way to keep a rollup up to date: which is taken, why, why not, and what it would take.
class RollupStrategyView final : public QWidget
{
    Q_OBJECT

public:
    explicit RollupStrategyView(QWidget *parent = nullptr);

    /// Best first. `chosen`: by hand; nullopt: the best that is possible.
    void setChoices(const QList<RollupStrategyChoice> &choices, std::optional<RollupStrategy> chosen);
    std::optional<RollupStrategy> current() const;

Q_SIGNALS:
    /// nullopt: the best one again.
    void chosen(std::optional<Shardboard::RollupStrategy> strategy);

private:
    void addChoice(const RollupStrategyChoice &choice, bool isBest);
    QWidget *makeRemedy(const QString &remedy);

    QButtonGroup *m_buttons;
    QVBoxLayout *m_layout;
    QList<QWidget *> m_rows;
    std::optional<RollupStrategy> m_best;
};

} // namespace Shardboard
