// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/connection/linkstatus.h"

#include <QTimer>
#include <QWidget>

class QHBoxLayout;
class QProgressBar;
class QPushButton;
class QToolButton;

namespace Shardboard {

class Badge;
class ElidedLabel;
class Label;
class RunningWork;

/// The window's last line, which always tells the truth: how the link is, to whom and where, TLS, versions and nodes,
/// latency, and the work under way with its Cancel.
class StatusStrip final : public QWidget
{
    Q_OBJECT

public:
    StatusStrip(RunningWork &work, QWidget *parent = nullptr);
    void setStatus(const LinkStatus &status);
    /// The line as one text, for tests and screen readers.
    QString text() const;

Q_SIGNALS:
    void retryRequested();

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void setupLayout();
    void showState();
    void showServer();
    void showWork();

    RunningWork &m_work;
    LinkStatus m_status;
    QTimer m_tick; ///< counts the seconds until the next try down
    QHBoxLayout *m_layout;
    Label *m_icon;
    Label *m_state;
    QPushButton *m_retry;
    Badge *m_production;
    Badge *m_readOnly;
    ElidedLabel *m_target;
    Label *m_tls;
    Label *m_server;
    Label *m_latency;
    Label *m_workText;
    QProgressBar *m_progress;
    QToolButton *m_cancel;
};

/// "PostgreSQL 15.20 · Citus 13.2.2 · 3 nodes"
QString describeServer(const ServerCapabilities &server);

} // namespace Shardboard
