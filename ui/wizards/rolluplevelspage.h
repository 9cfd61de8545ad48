// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/rollup/rollupdraft.h"

#include <QWidget>

class QComboBox;
class QPushButton;
class QVBoxLayout;

namespace Shardboard {

class Label;
class RollupLevelRow;

/// The rollups of the family, finest first: their buckets, tables, schedules and how long their rows are kept.
class RollupLevelsPage final : public QWidget
{
    Q_OBJECT

public:
    explicit RollupLevelsPage(QWidget *parent = nullptr);

    /// `finer`: the bucket of the rollup that the source is; empty when it is an ordinary table.
    void load(const RollupDraft &draft, const QString &finer, bool hasCron);
    void store(RollupDraft &draft) const;
    void showProblems(const QList<RollupProblem> &problems);
    RollupLevelRow &row(int index) { return *m_rows.at(index); }
    int rowCount() const { return int(m_rows.size()); }
    void addLevel(); ///< the next longer one that is usual
    void choosePreset(const QStringList &buckets);
    QComboBox &zoneBox() { return *m_zone; }

Q_SIGNALS:
    void changed();

private:
    void setupLayout();
    QLayout *makeHeadings();
    QWidget *makePresets();
    void setRowCount(int count);
    void removeRow(int index);
    QList<RollupLevelDraft> levels() const;
    void show(const QList<RollupLevelDraft> &levels);

    QVBoxLayout *m_list;
    QList<RollupLevelRow *> m_rows;
    QPushButton *m_add;
    QComboBox *m_zone;
    Label *m_problems;
    Label *m_note;
    RollupDraft m_draft; ///< as it was loaded: names follow from the table
    bool m_isLoading = false;
};

} // namespace Shardboard
