// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

namespace Shardboard {

class Server;

/// A page of the window that shows the connected server; it is in the sidebar only while there is one.
class ServerPage : public QWidget
{
    Q_OBJECT

public:
    using QWidget::QWidget;

    /// This server from now on; read when the page is first seen, and again whenever the server is ready() anew.
    virtual void attach(Server &server) = 0;
    /// Lets go of the server, which is about to close, and of all that it told.
    virtual void detach() = 0;
    virtual void refresh() = 0;
};

} // namespace Shardboard
