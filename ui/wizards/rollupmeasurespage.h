// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/rollup/rollupdraft.h"

#include <QWidget>

class QListWidget;
class QMenu;
class QPushButton;

namespace Shardboard {

class Label;
class RollupMeasureEditor;

/// The figures of the rollup: a list to add to, reorder and thin out, and the chosen one's fields beside it.
class RollupMeasuresPage final : public QWidget
{
    Q_OBJECT

public:
    explicit RollupMeasuresPage(QWidget *parent = nullptr);

    void load(const RollupDraft &draft, const TableFacts &table, const CatalogueFacts &facts);
    void store(RollupDraft &draft) const;
    /// Types and problems as they are known now, without disturbing what is being typed.
    void showProblems(const QList<RollupProblem> &problems);
    RollupMeasureEditor &editor() { return *m_editor; }
    QListWidget &list() { return *m_list; }
    void add(RollupMeasure::Kind kind);
    void duplicate();
    void remove();
    void move(int by);

Q_SIGNALS:
    void changed();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    QWidget *makeListSide();
    void fillMenu();
    void showMissing();
    void showList(int current);
    void showCurrent();
    void takeOver();
    QString freeName(const QString &stem) const;

    QListWidget *m_list;
    QPushButton *m_add;
    QMenu *m_menu;
    QPushButton *m_duplicate;
    QPushButton *m_remove;
    QPushButton *m_up;
    QPushButton *m_down;
    RollupMeasureEditor *m_editor;
    Label *m_empty;
    Label *m_problems;
    Label *m_missing; ///< kinds that cannot be had, and why
    QList<RollupMeasureDraft> m_measures;
    QList<RollupMeasureDraft> m_finer; ///< of a cascade: all that there could be
    QList<RollupProblem> m_known;
    QHash<int, QString> m_obstacles; ///< by kind
    bool m_isCascade = false;
    bool m_isLoading = false;
};

} // namespace Shardboard
