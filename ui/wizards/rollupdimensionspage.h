// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/rollup/rollupdraft.h"
#include "admin/rollup/rollupsource.h"

#include <QWidget>

class QLineEdit;
class QPushButton;
class QTableWidget;

namespace Shardboard {

class Label;

/// By what the rollup groups beside time: columns to tick, and expressions with a name.
class RollupDimensionsPage final : public QWidget
{
    Q_OBJECT

public:
    explicit RollupDimensionsPage(QWidget *parent = nullptr);

    void load(const RollupDraft &draft, const TableFacts &table, const RollupSourceFigures &figures, bool isCascade);
    void store(RollupDraft &draft) const;
    void showProblems(const QList<RollupProblem> &problems);
    void showTypes(const RollupDraft &draft); ///< of expressions, as the server has told them
    void addExpression(const QString &name, const QString &expression); ///< as if it had been typed
    void removeExpression(); ///< the one that is chosen
    QTableWidget &table() { return *m_table; }
    QString problemText() const;

Q_SIGNALS:
    void changed();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void setupTableColumns();
    QLayout *makeAdder();
    void showRow(
        int row, const RollupDimensionDraft &dimension, const TableFacts &table, const RollupSourceFigures &figures);
    void enableButtons();

    QTableWidget *m_table;
    QWidget *m_adder;
    QLineEdit *m_name;
    QLineEdit *m_expression;
    QPushButton *m_add;
    QPushButton *m_remove;
    Label *m_problems;
    Label *m_note;
    QList<RollupDimensionDraft> m_shown; ///< row for row
    bool m_isLoading = false;
};

} // namespace Shardboard
