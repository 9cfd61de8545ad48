// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/jobs/jobsfacts.h"

#include <QHash>
#include <QWidget>

#include <memory>

class QPushButton;
class QStackedWidget;

namespace Shardboard {

class EmptyState;
class FactList;
class RunDetail;

/// Every table and rollup of which rows expire: how long they are kept, what went, what is held back and why; and what
/// can be done about it.
class RetentionView final : public QWidget
{
    Q_OBJECT

public:
    enum Action { DryRun, Run, Change, Stop, SetUp, ActionCount };
    Q_ENUM(Action)

    explicit RetentionView(QWidget *parent = nullptr);

    void setFacts(const std::shared_ptr<const JobsFacts> &facts, bool hasCron);
    /// Of the table that is chosen; nullptr when none is.
    const KeptRows *current() const;
    void choose(const QString &table); ///< as KeptRows has it
    /// While it is at work, Run waits.
    void setWorking(bool isWorking);
    QPushButton &button(Action action) { return *m_buttons.at(action); }
    RunDetail &detail() { return *m_detail; }
    FactList &list() { return *m_list; }

Q_SIGNALS:
    /// `table` is empty for SetUp.
    void actionRequested(Shardboard::RetentionView::Action action, const QString &table);

private:
    void setupButtons();
    void setupLayout();
    void showList();
    void showCurrent();
    void showNotes(const KeptRows &rows);
    void showLines(const KeptRows &rows);
    void showRuns(const KeptRows &rows);
    qint64 keyOf(const QString &table);

    std::shared_ptr<const JobsFacts> m_facts = std::make_shared<JobsFacts>();
    QHash<QString, qint64> m_keys;
    QList<QPushButton *> m_buttons;
    QStackedWidget *m_states;
    EmptyState *m_empty;
    FactList *m_list;
    RunDetail *m_detail;
    bool m_isWorking = false;
    bool m_hasCron = false;
};

} // namespace Shardboard
