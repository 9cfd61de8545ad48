// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/localcluster.h"

namespace Shardboard {

/// Every PostgreSQL server installation of the machine, newest first, each folder once.
QList<LocalCluster::Installation> findInstallations();

/// True when the server knows the setting (asks the server program itself; starts none).
bool serverHasSetting(const LocalCluster::Installation &installation, const QString &setting);

} // namespace Shardboard
