// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/wizards/planmodel.h"

#include <QWidget>

class QStackedLayout;
class QVBoxLayout;

namespace Shardboard {

class Card;
class ErrorView;
class Label;
class PlanStepList;
class SqlView;

/// The last page before anything happens: warnings first, then every statement as it will run, with its locks and its
/// undo.
class PlanPage final : public QWidget
{
    Q_OBJECT

public:
    explicit PlanPage(PlanModel &model, QWidget *parent = nullptr);

    void showWorking(const QString &activity);
    void showPlan(); ///< what the model holds
    void showError(const ServerError &error);
    /// Why it may not be run here, "This connection is read-only"; empty: it may.
    void setRefusal(const QString &reason);
    QString script() const;

Q_SIGNALS:
    void retryRequested();

private:
    QWidget *makePlanView();
    QWidget *makeToolRow();
    void showWarnings();
    void showStep(int row);
    void saveScript();
    void saveIntent();
    void save(const QString &title, const QString &name, const QByteArray &bytes);

    PlanModel &m_model;
    QStackedLayout *m_states;
    Label *m_working;
    ErrorView *m_error;
    Label *m_title;
    Label *m_summary;
    Card *m_warnings;
    Label *m_warningText;
    Label *m_notes;
    Label *m_refusal;
    PlanStepList *m_steps;
    SqlView *m_sql;
    Label *m_locks;
    Label *m_undo;
    Label *m_saved;
    QList<std::pair<int, int>> m_stepLines; ///< where the script has the statement of each step
};

} // namespace Shardboard
