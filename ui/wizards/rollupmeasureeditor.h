// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/rollup/rollupdraft.h"

#include <QWidget>

class QComboBox;
class QDoubleSpinBox;
class QGridLayout;
class QLineEdit;
class QSpinBox;

namespace Shardboard {

class Label;

/// One figure of a rollup: its kind, name, expression, filter, and what its kind has to be told.
class RollupMeasureEditor final : public QWidget
{
    Q_OBJECT

public:
    explicit RollupMeasureEditor(QWidget *parent = nullptr);

    /// What can be chosen: columns of the source, kinds with why one cannot be had. In a cascade only names change.
    void setChoices(const TableFacts &table, const CatalogueFacts &facts, const RollupDraft &draft);
    void load(const RollupMeasureDraft &measure);
    RollupMeasure measure() const;
    void showProblems(const QList<RollupProblem> &problems); ///< of this figure
    QComboBox &kindBox() { return *m_kind; }
    QLineEdit &nameEdit() { return *m_name; }
    QComboBox &expressionBox() { return *m_expression; }
    QComboBox &filterBox() { return *m_filter; }
    QComboBox &precisionBox() { return *m_precision; }
    QSpinBox &sizeBox() { return *m_size; }

Q_SIGNALS:
    void changed();

private:
    void setupFields();
    void setupLayout();
    void connectFields();
    void addRow(const QString &label, QWidget *field, Label *problem = nullptr);
    void showRow(QWidget *field, bool isShown);
    void showKind();
    QStringList filterExamples(const TableFacts &table) const;

    QGridLayout *m_grid; ///< a form would lay rows out again while it hides them
    QHash<QWidget *, Label *> m_labels; ///< of fields
    QComboBox *m_kind;
    Label *m_meaning;
    QLineEdit *m_name;
    QComboBox *m_expression;
    QComboBox *m_filter;
    QComboBox *m_precision;
    QSpinBox *m_size;
    QSpinBox *m_compression;
    QDoubleSpinBox *m_percentile;
    Label *m_type;
    Label *m_kindProblem;
    Label *m_nameProblem;
    Label *m_expressionProblem;
    Label *m_filterProblem;
    RollupMeasure m_loaded; ///< what no field shows stays as it was
    bool m_isCascade = false;
    bool m_isLoading = false;
};

} // namespace Shardboard
