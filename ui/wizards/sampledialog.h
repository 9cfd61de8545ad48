// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/sample/sample.h"
#include "connection/values/connectionsettings.h"

#include <QDialog>

class QDoubleSpinBox;
class QFormLayout;
class QLineEdit;
class QPushButton;
class QSpinBox;

namespace Shardboard {

class ErrorView;
class Label;
class SampleController;

/// Starts, changes and stops the generator of sample traffic. Closing the dialog leaves it running: the status bar
/// shows it.
class SampleDialog final : public QDialog
{
    Q_OBJECT

public:
    /// `refusal`: why nothing may be written through this connection, empty when it may.
    SampleDialog(
        SampleController &controller, const ConnectionSettings &target, const QString &refusal, QWidget *parent);

    SampleSettings settings() const;
    void load(const SampleSettings &settings);

private:
    void setupFields();
    void setupLayout();
    void check();
    void apply();
    void burstNow();
    void showState();

    SampleController &m_controller;
    ConnectionSettings m_target;
    QString m_refusal;
    SampleSettings m_base; ///< what the form does not ask for
    QLineEdit *m_table;
    QDoubleSpinBox *m_rate;
    QSpinBox *m_sites;
    QDoubleSpinBox *m_errors;
    QSpinBox *m_slowSite;
    QSpinBox *m_burstEvery;
    QSpinBox *m_history;
    Label *m_problem;
    Label *m_state;
    ErrorView *m_error;
    QPushButton *m_start;
    QPushButton *m_stop;
    QPushButton *m_burst;
};

} // namespace Shardboard
