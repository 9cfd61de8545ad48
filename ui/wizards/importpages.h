// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/import/import.h"
#include "ui/wizards/previewmodel.h"

#include <QElapsedTimer>
#include <QTimer>
#include <QWidget>

class QCheckBox;
class QComboBox;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QSpinBox;
class QTableView;
class QTableWidget;

namespace Shardboard {

class ErrorView;
class FilePicker;
class Label;

/// Which file, into which table, and how it is to be read where the file itself does not tell.
class ImportFilePage final : public QWidget
{
    Q_OBJECT

public:
    explicit ImportFilePage(QWidget *parent = nullptr);
    void load(const ImportSettings &settings);
    /// What is filled in; mapping and constants are kept from `base`.
    ImportSettings settings(ImportSettings base) const;
    bool isComplete() const;
    void showGuess(const Outcome<ImportSettings> &guess);

Q_SIGNALS:
    void edited();

private:
    FilePicker *m_file;
    QLineEdit *m_table;
    QComboBox *m_format;
    QComboBox *m_delimiter;
    QComboBox *m_header;
    QLineEdit *m_nullText;
    QSpinBox *m_connections;
    Label *m_guess;
};

/// The first lines, where each column goes, and what is filled in for columns the file lacks.
class ImportMappingPage final : public QWidget
{
    Q_OBJECT

public:
    explicit ImportMappingPage(QWidget *parent = nullptr);
    void showWorking();
    void showPreview(const ImportPreview &preview);
    void showError(const ServerError &error);
    /// As filled in; the rest is kept from `base`.
    ImportSettings settings(ImportSettings base) const;

Q_SIGNALS:
    void edited();
    void retryRequested();

private:
    void setupLayout();
    void fillMapping(const ImportPreview &preview);
    void fillConstants(const ImportPreview &preview);

    PreviewModel m_model;
    QTableWidget *m_mapping;
    QTableWidget *m_constants;
    QTableView *m_rows;
    Label *m_problems;
    ErrorView *m_error;
    QProgressBar *m_bar;
};

/// The import while it runs, and its report, with a link to what was rejected.
class ImportRunPage final : public QWidget
{
    Q_OBJECT

public:
    explicit ImportRunPage(QWidget *parent = nullptr);
    void start();
    void showProgress(const Progress &progress);
    void showCancelling();
    void showReport(const Outcome<ImportReport> &report);

Q_SIGNALS:
    void cancelRequested();
    void retryRequested();

private:
    Label *m_title;
    Label *m_activity;
    Label *m_elapsed;
    QProgressBar *m_bar;
    QPushButton *m_cancel;
    Label *m_report;
    QPushButton *m_rejects; ///< opens them
    QString m_rejectFile;
    ErrorView *m_error;
    QElapsedTimer m_since;
    QTimer m_tick;
};

} // namespace Shardboard
