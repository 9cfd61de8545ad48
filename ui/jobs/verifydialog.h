// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/rollup.h"
#include "connection/values/connectionsettings.h"

#include <QDialog>
#include <QPointer>

class QCheckBox;
class QComboBox;
class QDateTimeEdit;
class QProgressBar;
class QPushButton;

namespace Shardboard {

class ErrorView;
class FactList;
class IoThread;
class Job;
class Label;

/// Holds a rollup against the rows it was made of, over a range, and shows the buckets that differ; makes them anew
/// from those rows when asked. The work is cancelled when the dialog closes.
class VerifyDialog final : public QDialog
{
    Q_OBJECT

public:
    /// `refusal`: why nothing may be changed here; empty: it may.
    VerifyDialog(const QString &rollup, qint64 bucketSeconds, IoThread &io, const ConnectionSettings &settings,
        const QString &refusal, QWidget *parent);
    ~VerifyDialog() override;

    QString verdict() const;
    FactList &differences() { return *m_differences; }
    QPushButton &verifyButton() { return *m_verify; }
    QPushButton &rebuildButton() { return *m_rebuild; }

Q_SIGNALS:
    void rebuilt();

private:
    void setupLayout();
    BucketSpan span() const;
    void verify();
    void rebuild();
    void showVerification(const Outcome<RollupVerification> &verification);
    void setWorking(const QString &what);

    const QString m_rollup;
    const qint64 m_bucketSeconds;
    IoThread &m_io;
    const ConnectionSettings m_settings;
    const QString m_refusal;
    QPointer<Job> m_job;
    QString m_left; ///< what the last rebuild left as it was
    BucketSpan m_differing; ///< holds all buckets that differ
    QComboBox *m_range;
    QDateTimeEdit *m_since;
    QDateTimeEdit *m_until;
    QPushButton *m_verify;
    QPushButton *m_rebuild;
    QCheckBox *m_emptyToo;
    QProgressBar *m_progress;
    Label *m_verdict;
    Label *m_detail;
    ErrorView *m_error;
    FactList *m_differences;
};

} // namespace Shardboard
