// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/connectionsettings.h"
#include "connection/values/outcome.h"

#include <QList>

#include <stop_token>

namespace Shardboard {

/// Makes the first node the coordinator of the others, each under the host and port of its settings: adds who is not
/// there yet, and tells the cluster the new port of who has moved. Without others the coordinator holds the shards.
Completion registerCitusNodes(const QList<ConnectionSettings> &nodes, const std::stop_token &stop);

} // namespace Shardboard
