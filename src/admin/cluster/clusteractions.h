// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/query.h"

namespace Shardboard {

/// Ends what a backend does at this moment, on whatever node; its transaction goes on, failed. One row, one boolean:
/// whether the signal was sent.
Query cancelBackendQuery(qint64 gpid);
/// Ends the backend itself; its transaction is rolled back.
Query terminateBackendQuery(qint64 gpid);
/// Takes a background job back: tasks that have not begun never do, the one under way is cancelled.
Query cancelJobQuery(qint64 jobId);

} // namespace Shardboard
