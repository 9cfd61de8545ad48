// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace Shardboard {

/// Whether a statement can run in a read-only transaction that a pipeline opens and rolls back: COPY knows no pipeline,
/// and PREPARE TRANSACTION would leave something behind. What the statement writes is the server's to refuse.
bool fitsGuard(const QString &sql);

} // namespace Shardboard
