// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAction>
#include <QHash>

class QMenuBar;
class QMenu;
class QWidget;

namespace Shardboard {

/// What the window can be told to do. One list that menus, the command palette and the list of keys read.
enum class Command {
    NewConnection,
    RetryConnection,
    Disconnect,
    CloseTab,
    Quit,
    GoToStart,
    GoToDashboards,
    GoToTables,
    GoToCluster,
    GoToJobs,
    GoToAnything,
    Refresh,
    Save,
    FullScreen,
    ThemeSystem,
    ThemeLight,
    ThemeDark,
    SetUpTraffic,
    SetUpGitHub,
    SetUpClickstream,
    ImportFile,
    SampleData,
    DistributeTables,
    PartitionTable,
    RollUpTable,
    RetainRows,
    AddNode,
    Rebalance,
    TryDemo,
    ShowKeys,
    About,
};

/// An action's text without marks: "Go to anything" of "&Go to anything…".
QString plainText(const QAction &action);

/// The window's actions with their texts and keys, and the menus made of them.
class WindowActions final : public QObject
{
    Q_OBJECT

public:
    explicit WindowActions(QWidget &window);

    QAction &action(Command command) const { return *m_actions.value(command); }
    QList<QAction *> all() const { return m_ordered; }
    void fill(QMenuBar &bar);
    /// What the command does, as long as the context lives.
    template <typename Slot>
    void on(Command command, QObject *context, Slot slot)
    {
        connect(&action(command), &QAction::triggered, context, std::move(slot));
    }

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void add(QMenu &menu, Command command, const QString &text, const QString &keys = {}, const QString &icon = {});
    void fillConnectionMenu(QMenu &menu);
    void fillViewMenu(QMenu &menu);
    void fillToolsMenu(QMenu &menu);
    void fillHelpMenu(QMenu &menu);

    QWidget &m_window;
    QHash<Command, QAction *> m_actions;
    QList<QAction *> m_ordered;
};

} // namespace Shardboard
