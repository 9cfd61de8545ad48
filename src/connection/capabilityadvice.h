// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/capabilities.h"

#include <QHash>

#include <optional>

namespace Shardboard {

/// What the catalogue says of one extension, before anything is concluded from it.
struct ExtensionFacts
{
    QString version; ///< empty: not created in this database
    QString schema;
    bool isOnDisk = false; ///< of the server we talk to
    bool isUsable = false; ///< we may use its schema
    bool needsSuperuser = true;
    std::optional<bool> isPreloaded; ///< nullopt: we may not know, or it need not be

    bool isCreated() const { return !version.isEmpty(); }
};

/// Turns facts into capabilities, each with its reason and what it would take. `found` already holds everything that is
/// not a capability.
void adviseAll(const QHash<QString, ExtensionFacts> &facts, ServerCapabilities &found);

} // namespace Shardboard
