// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dashboard/document.h"
#include "ui/workbench/dashboardtab.h"

#include <QWidget>

class QPushButton;

namespace Shardboard {

class SqlView;

/// A dashboard from elsewhere that the user has not approved yet: every statement it would send, and the choice to run
/// it. Has no session: nothing is sent.
class UntrustedTab final : public QWidget
{
    Q_OBJECT

public:
    /// `server`: where it would run, "analyst@db:5432/traffic".
    UntrustedTab(
        const DashboardSource &source, const Document &document, const QString &server, QWidget *parent = nullptr);

    const DashboardSource &source() const { return m_source; }
    const Document &document() const { return m_document; }
    QString listing() const;
    QPushButton &runButton() { return *m_run; }
    QPushButton &closeButton() { return *m_close; }

Q_SIGNALS:
    void approved();
    void closeRequested();

private:
    QWidget *makeHead(const QString &server);
    QWidget *makeFoot();

    const DashboardSource m_source;
    const Document m_document;
    SqlView *m_sql;
    QPushButton *m_run;
    QPushButton *m_close;
};

} // namespace Shardboard
