// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/retention/retentionpreview.h"
#include "connection/values/connectionsettings.h"
#include "ui/common/labels.h"

#include <QDialog>
#include <QPointer>

class QPushButton;
class QVBoxLayout;

namespace Shardboard {

class ErrorView;
class FactList;
class IoThread;
class Job;
class ProgressLine;

/// The dry run: what a run would take now, what it would leave and why, and what hangs on it. Changes nothing itself; a
/// run is asked for from here, so that nobody starts one without having seen this. Reading is cancelled when it closes.
class RetentionDialog final : public QDialog
{
    Q_OBJECT

public:
    /// `refusal`: why nothing may be changed here; empty: it may.
    RetentionDialog(const RetentionWish &wish, IoThread &io, const ConnectionSettings &settings, const QString &refusal,
        QWidget *parent);
    ~RetentionDialog() override;

    void read();
    void showPreview(const RetentionPreview &preview);
    QString verdict() const;
    QString text() const; ///< all that is said below the verdict, for tests
    FactList &partitions() { return *m_partitions; }
    QPushButton &runButton() { return *m_run; }

Q_SIGNALS:
    void runRequested(const QString &table);

private:
    void setupLayout();
    void showPartitions(const RetentionPreview &preview);
    void addNote(Tone tone, const QString &title, const QString &text);

    const RetentionWish m_wish;
    IoThread &m_io;
    const ConnectionSettings m_settings;
    const QString m_refusal;
    QPointer<Job> m_job;
    ProgressLine *m_progress;
    Label *m_verdict;
    Label *m_rule;
    ErrorView *m_error;
    FactList *m_partitions;
    QWidget *m_notesArea;
    QVBoxLayout *m_notes;
    QPushButton *m_run;
    QStringList m_texts;
};

} // namespace Shardboard
