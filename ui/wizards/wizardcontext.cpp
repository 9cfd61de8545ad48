// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/wizardcontext.h"

#include <QCoreApplication>

namespace Shardboard {

QString WizardContext::refusal() const
{
    if (profile.isReadOnly)
        return QCoreApplication::translate("Shardboard::WizardContext",
            "This connection is marked read-only, so nothing can be changed through it. The script can still be "
            "saved.");
    if (server.isReadOnly)
        return QCoreApplication::translate("Shardboard::WizardContext",
            "The server refuses changes: it is a standby or read-only for this user. The script can still be saved.");
    return {};
}

} // namespace Shardboard
