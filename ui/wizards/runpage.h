// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/wizards/planmodel.h"

#include "admin/progress.h"

#include <QElapsedTimer>
#include <QTimer>
#include <QWidget>

class QProgressBar;
class QPushButton;

namespace Shardboard {

class ErrorView;
class Label;
class PlanStepList;

/// A plan while it runs and after: each step's state, what is being done, elapsed time and Cancel; then what was and
/// what was not done, and the server's error with Retry.
class RunPage final : public QWidget
{
    Q_OBJECT

public:
    explicit RunPage(PlanModel &model, QWidget *parent = nullptr);

    void start();
    void showProgress(const Progress &progress);
    void showCancelling();
    void showReport(const PlanReport &report);

Q_SIGNALS:
    void cancelRequested();
    void retryRequested();

private:
    void setupLayout();
    void showElapsed();
    void scrollToStep(int row);

    PlanModel &m_model;
    Label *m_title;
    Label *m_activity;
    Label *m_elapsed;
    QProgressBar *m_bar;
    QPushButton *m_cancel;
    ErrorView *m_error;
    PlanStepList *m_steps;
    QElapsedTimer m_since;
    QTimer m_tick;
};

} // namespace Shardboard
