// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/servererror.h"
#include "ui/workbench/workbenchparts.h"

#include <QObject>

namespace Shardboard {

struct Profile;

/// What the window asks about connections: how they are made, and passwords.
class ProfileDialogs final : public QObject
{
    Q_OBJECT

public:
    ProfileDialogs(const WorkbenchParts &parts, QWidget &window);

    /// An empty profile is a new one.
    void edit(const Profile &profile);
    /// For the connection that is being made; `refusal` is the server's message after a wrong one.
    void askPassword(const Profile &profile, const QString &refusal);

Q_SIGNALS:
    void connectRequested(const Shardboard::Profile &profile);
    void failed(const Shardboard::ServerError &error, const QString &title);

private:
    void save(const Profile &profile, bool connectNow);

    const WorkbenchParts m_parts;
    QWidget &m_window;
};

} // namespace Shardboard
