// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/intent.h"
#include "admin/jobs/cronschedule.h"

namespace Shardboard {

class SyncSession;

/// What the pg_cron of the server takes; without pg_cron, what cron takes. Blocks.
Outcome<CronDialect> readCronDialect(SyncSession &session);

/// Refuses an intent with a schedule that the server's pg_cron would refuse, before anything is planned: the step that
/// makes the job is the last one of a plan. Blocks; asks the server only where the intent has a schedule.
Completion checkSchedules(SyncSession &session, const Intent &intent);

} // namespace Shardboard
