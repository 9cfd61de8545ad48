// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace Shardboard {

/// What the server says beside the result.
struct ServerNotice
{
    QString severity; ///< NOTICE, WARNING, …, untranslated
    QString message;
    QString detail;
    QString hint;
};

/// A NOTIFY that arrived.
struct Notification
{
    QString channel;
    QString payload;
    int backendPid = 0; ///< of the sender
};

} // namespace Shardboard
