// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QObject>

#include <utility>

class QStackedWidget;

namespace Shardboard {

class Server;
class ServerPage;
class Sidebar;
class TablesPage;
class WizardOpener;

/// The pages of the window that show the connected server. They are made when one is first connected, so that the
/// window itself appears sooner, and are in the sidebar while one is.
class ServerPages final : public QObject
{
    Q_OBJECT

public:
    ServerPages(Sidebar &sidebar, QStackedWidget &stack, WizardOpener &wizards, QObject *parent);

    void attach(Server &server);
    void detach();
    bool isAttached() const { return m_isAttached; }
    /// The one that is shown now, or nullptr.
    ServerPage *current() const;

Q_SIGNALS:
    /// A MainWindow::Page, which shows what was asked for.
    void pageRequested(int page);

private:
    void create();
    TablesPage *makeTables();
    /// `page` is a MainWindow::Page; in their order.
    void add(int page, const QString &iconName, const QString &name, ServerPage *widget);

    Sidebar &m_sidebar;
    QStackedWidget &m_stack;
    WizardOpener &m_wizards;
    QList<std::pair<int, ServerPage *>> m_pages;
    bool m_isAttached = false;
};

} // namespace Shardboard
