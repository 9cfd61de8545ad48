// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/profile.h"
#include "connection/values/capabilities.h"

namespace Shardboard {

class IoThread;
class RunningWork;

/// What a wizard works on: the connection as it was when the wizard opened, and the list of running work.
struct WizardContext
{
    IoThread &io;
    RunningWork &work;
    Profile profile; ///< with the password of this run
    ServerCapabilities server;

    /// Why nothing may be changed here, in the user's words; empty: it may.
    QString refusal() const;
};

} // namespace Shardboard
