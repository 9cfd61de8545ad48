// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/rollup/rollupdraft.h"
#include "admin/rollup/rollupsource.h"

#include <QWidget>

class QComboBox;
class QSpinBox;

namespace Shardboard {

class ErrorView;
class Label;
class ProgressLine;
class RollupStrategyView;

/// Which table is rolled up, by which of its times, and how new rows are found.
class RollupSourcePage final : public QWidget
{
    Q_OBJECT

public:
    explicit RollupSourcePage(QWidget *parent = nullptr);

    void showWorking(bool isWorking);
    void showError(const ServerError &error);
    void showObstacle(const ServerError &obstacle); ///< why nothing can be rolled up here
    /// `table`: nullptr when none is chosen yet, or the one that was is not there.
    void load(const RollupDraft &draft, const TableFacts *table, const CatalogueFacts &facts,
        const RollupSourceFigures &figures);
    void store(RollupDraft &draft) const;
    void chooseTable(const QualifiedName &table); ///< as if the user had
    RollupStrategyView &strategies() { return *m_strategies; }
    QComboBox &timeBox() { return *m_time; }

Q_SIGNALS:
    void tableChosen(const Shardboard::QualifiedName &table);
    void changed(); ///< time, strategy or its settings
    void retryRequested();

private:
    void setupLayout();
    QWidget *makeClosedSettings();
    void fillTables(const CatalogueFacts &facts, const QualifiedName &chosen);
    void choose();
    QString describe(const RollupDraft &draft, const TableFacts *table, const CatalogueFacts &facts,
        const RollupSourceFigures &figures) const;

    QComboBox *m_table;
    QComboBox *m_time;
    Label *m_about;
    Label *m_how;
    RollupStrategyView *m_strategies;
    QWidget *m_closed; ///< settings of closed buckets
    QComboBox *m_grace;
    QSpinBox *m_recompute;
    ErrorView *m_error;
    ProgressLine *m_progress;
    QList<std::pair<QString, QString>> m_items; ///< tables offered: text, name
    std::optional<RollupStrategy> m_chosen;
    bool m_isLoading = false;
};

} // namespace Shardboard
