// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/rolluppreview.h"
#include "ui/wizards/rolluppreviewmodel.h"

#include <QWidget>

class QPushButton;
class QTableView;
class QTableWidget;

namespace Shardboard {

class ErrorView;
class Label;
struct Meaning;
class ProgressLine;

/// What the rollups would hold of the newest rows, before anything is created: first rows, how much smaller they are,
/// how much room they take.
class RollupPreviewPage final : public QWidget
{
    Q_OBJECT

public:
    explicit RollupPreviewPage(QWidget *parent = nullptr);

    void showWorking(const QString &activity);
    void showStopped();
    void showError(const ServerError &error);
    void showPreview(const RollupPreview &preview);
    RollupPreviewModel &model() { return m_model; }
    QTableWidget &levels() { return *m_levels; }
    QString basis() const; ///< what the figures rest on

    static Meaning meaningOf(const RollupPreview &preview);

Q_SIGNALS:
    void cancelRequested();
    void retryRequested();

private:
    void setupLayout();
    void showLevel(int row, const PreviewLevel &level, qint64 rawRows);

    RollupPreviewModel m_model;
    ProgressLine *m_progress;
    Label *m_activity;
    QPushButton *m_cancel;
    QPushButton *m_again;
    ErrorView *m_error;
    QTableWidget *m_levels;
    Label *m_basis;
    QTableView *m_rows;
    Label *m_rowsTitle;
};

} // namespace Shardboard
