// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/workbench/windowactions.h"

#include "ui/common/icons.h"

#include <QActionGroup>
#include <QApplication>
#include <QKeyEvent>
#include <QMenuBar>

namespace Shardboard {

QString plainText(const QAction &action)
{
    QString text = action.text();
    text.remove(QLatin1Char('&'));
    if (text.endsWith(QChar(u'…')))
        text.chop(1);
    return text;
}

WindowActions::WindowActions(QWidget &window) : QObject(&window), m_window(window)
{
    qApp->installEventFilter(this);
}

void WindowActions::fill(QMenuBar &bar)
{
    fillConnectionMenu(*bar.addMenu(tr("&Connection")));
    fillViewMenu(*bar.addMenu(tr("&View")));
    fillToolsMenu(*bar.addMenu(tr("&Tools")));
    fillHelpMenu(*bar.addMenu(tr("&Help")));
}

void WindowActions::add(QMenu &menu, Command command, const QString &text, const QString &keys, const QString &icon)
{
    auto *action = menu.addAction(text);
    if (!keys.isEmpty())
        action->setShortcuts(QKeySequence::listFromString(keys));
    if (!icon.isEmpty())
        action->setIcon(symbolicIcon(icon));
    // On the window as well: keys must work while the menu bar is hidden in full screen.
    m_window.addAction(action);
    m_actions.insert(command, action);
    m_ordered.append(action);
}

void WindowActions::fillConnectionMenu(QMenu &menu)
{
    add(menu, Command::NewConnection, tr("&New connection…"), QStringLiteral("Ctrl+N"), QStringLiteral("add"));
    add(menu, Command::RetryConnection, tr("&Retry now"), QStringLiteral("Ctrl+Shift+R"), QStringLiteral("refresh"));
    add(menu, Command::Disconnect, tr("&Disconnect"), {}, QStringLiteral("disconnected"));
    menu.addSeparator();
    add(menu, Command::CloseTab, tr("Close &tab"), QStringLiteral("Ctrl+W"));
    add(menu, Command::Quit, tr("&Quit"), QStringLiteral("Ctrl+Q"));
    action(Command::Quit).setMenuRole(QAction::QuitRole);
}

void WindowActions::fillViewMenu(QMenu &menu)
{
    add(menu, Command::GoToStart, tr("&Start"), QStringLiteral("Ctrl+1"), QStringLiteral("start"));
    add(menu, Command::GoToDashboards, tr("&Dashboards"), QStringLiteral("Ctrl+2"), QStringLiteral("dashboards"));
    add(menu, Command::GoToTables, tr("&Tables"), QStringLiteral("Ctrl+3"), QStringLiteral("table"));
    add(menu, Command::GoToCluster, tr("&Cluster"), QStringLiteral("Ctrl+4"), QStringLiteral("cluster"));
    add(menu, Command::GoToJobs, tr("Rollups and &jobs"), QStringLiteral("Ctrl+5"), QStringLiteral("clock"));
    add(menu, Command::GoToAnything, tr("&Go to anything…"), QStringLiteral("Ctrl+K"), QStringLiteral("search"));
    menu.addSeparator();
    add(menu, Command::Refresh, tr("&Refresh"), QStringLiteral("F5"), QStringLiteral("refresh"));
    add(menu, Command::Save, tr("&Save"), QStringLiteral("Ctrl+S"), QStringLiteral("save"));
    add(menu, Command::FullScreen, tr("&Full screen"), QStringLiteral("F11"));
    action(Command::FullScreen).setCheckable(true);
    menu.addSeparator();
    auto *themes = new QActionGroup(this);
    add(menu, Command::ThemeSystem, tr("As the s&ystem"));
    add(menu, Command::ThemeLight, tr("&Light"));
    add(menu, Command::ThemeDark, tr("D&ark"));
    for (const Command theme : {Command::ThemeSystem, Command::ThemeLight, Command::ThemeDark}) {
        action(theme).setCheckable(true);
        themes->addAction(&action(theme));
    }
}

void WindowActions::fillToolsMenu(QMenu &menu)
{
    add(menu, Command::SetUpTraffic, tr("Set up &HTTP traffic…"), {}, QStringLiteral("pipeline"));
    add(menu, Command::SetUpGitHub, tr("Set up &GitHub events…"), {}, QStringLiteral("pipeline"));
    add(menu, Command::SetUpClickstream, tr("Set up &clickstream…"), {}, QStringLiteral("pipeline"));
    add(menu, Command::ImportFile, tr("&Import file…"), QStringLiteral("Ctrl+I"), QStringLiteral("import"));
    add(menu, Command::SampleData, tr("&Sample data…"), {}, QStringLiteral("play"));
    menu.addSeparator();
    add(menu, Command::DistributeTables, tr("&Distribute tables…"), {}, QStringLiteral("shards"));
    add(menu, Command::PartitionTable, tr("&Partition a table by time…"), {}, QStringLiteral("partition"));
    add(menu, Command::RollUpTable, tr("Roll &up a table…"), {}, QStringLiteral("pipeline"));
    add(menu, Command::RetainRows, tr("Let &old rows expire…"), {}, QStringLiteral("clock"));
    add(menu, Command::AddNode, tr("Add a &node…"), {}, QStringLiteral("server"));
    add(menu, Command::Rebalance, tr("&Rebalance the shards…"), {}, QStringLiteral("cluster"));
    menu.addSeparator();
    add(menu, Command::TryDemo, tr("&Try the demo"), {}, QStringLiteral("demo"));
}

void WindowActions::fillHelpMenu(QMenu &menu)
{
    add(menu, Command::ShowKeys, tr("&Keys"), QStringLiteral("?; F1"), QStringLiteral("keyboard"));
    add(menu, Command::About, tr("&About Shardboard"));
    action(Command::About).setMenuRole(QAction::AboutRole);
}

bool WindowActions::eventFilter(QObject *watched, QEvent *event)
{
    // Text fields take Ctrl+K for "delete to the end of the line"; here it goes to anything from everywhere.
    if (event->type() == QEvent::ShortcutOverride && m_window.isActiveWindow()) {
        const auto *key = static_cast<QKeyEvent *>(event);
        if (key->key() == Qt::Key_K && key->modifiers() == Qt::ControlModifier) {
            event->ignore();
            return true;
        }
    }
    return QObject::eventFilter(watched, event);
}

} // namespace Shardboard
