// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/rollup/rollupbackfill.h"

#include <QElapsedTimer>
#include <QWidget>

class QProgressBar;
class QPushButton;
class QTableWidget;

namespace Shardboard {

class ErrorView;
class Label;

/// Rows that are there already being rolled up: how far, how fast, how long still; then what came of it.
class RollupBackfillPage final : public QWidget
{
    Q_OBJECT

public:
    explicit RollupBackfillPage(QWidget *parent = nullptr);

    void start(const QStringList &rollups);
    void showProgress(const Progress &progress);
    void showStopping();
    void showReport(const BackfillReport &report);
    QString activity() const;
    QString title() const;
    QPushButton &cancelButton() { return *m_cancel; }

    /// "1,200 of 5,000 rows, 300 a second, 13 s left"; `rate` in rows a second, 0 while unknown.
    static QString describe(qint64 done, qint64 total, double rate);

Q_SIGNALS:
    void cancelRequested();
    void retryRequested();

private:
    void setupLayout();
    void showLevel(int row, const QString &state, const BackfillLevel &level);
    int rowOf(const QString &activity) const;

    Label *m_title;
    Label *m_activity;
    Label *m_note;
    QProgressBar *m_bar;
    QPushButton *m_cancel;
    ErrorView *m_error;
    QTableWidget *m_levels;
    QStringList m_rollups;
    // The rate is that of the rollup under way since it was first heard of.
    int m_current = -1;
    qint64 m_firstDone = 0;
    QElapsedTimer m_since;
};

} // namespace Shardboard
