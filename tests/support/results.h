// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/outcome.h"
#include "connection/values/resultset.h"

#include <QList>
#include <QString>

namespace Shardboard::Testing {

/// A result as a server would send it, for tests of what reads results. A null QString is NULL.
ResultSet resultOf(int columnCount, const QList<QStringList> &rows);

} // namespace Shardboard::Testing
