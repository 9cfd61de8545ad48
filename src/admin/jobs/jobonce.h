// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/jobs/jobactions.h"

namespace Shardboard {

/// Lets pg_cron run the job's command once, as the job's user and in its database, and waits for the outcome: it starts
/// with the next minute. A session never takes on the rights of another role for it: the command could take them off
/// again. Requires a superuser and pg_cron 1.4. Blocks: for a worker thread.
Outcome<ManualRun> runJobByCron(SyncSession &session, const CronJob &job);

} // namespace Shardboard
