// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/facts.h"
#include "admin/retention/retentionplan.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QPushButton;

namespace Shardboard {

class ErrorView;
class Label;
class ProgressLine;

/// Which table, by which time, how long, when: the one question of the retention wizard.
class RetentionPage final : public QWidget
{
    Q_OBJECT

public:
    /// A table that is fixed, or an empty name: then one is chosen from those that the facts name.
    explicit RetentionPage(const QualifiedName &table, QWidget *parent = nullptr);

    void setFacts(const CatalogueFacts &facts);
    void showWorking(bool isWorking);
    void showError(const ServerError &error);
    RetentionSettings settings() const;
    /// As if the user had.
    void chooseTable(const QualifiedName &table);
    void setKeep(const QString &interval);

Q_SIGNALS:
    void changed();
    void retryRequested();

private:
    void setupLayout();
    void showTable();
    void showSchedule();
    void editSchedule();

    CatalogueFacts m_facts;
    QString m_scheduleText;
    QComboBox *m_table;
    QComboBox *m_column;
    QComboBox *m_keep;
    Label *m_schedule;
    QPushButton *m_editSchedule;
    QCheckBox *m_wide;
    Label *m_wideNote;
    ErrorView *m_error;
    ProgressLine *m_progress;
};

} // namespace Shardboard
