// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/jobs/jobsfacts.h"

namespace Shardboard {

/// One statement of a refresh.
enum class JobsQuery {
    Registry,
    Rollups,
    RollupRuns,
    Kept,
    Expired,
    RetentionRuns,
    Sizes,
    Jobs,
    JobRuns,
    CronSettings,
    History
};

/// Which statements the parts take, in the order of the pipeline.
QList<JobsQuery> jobsQueriesOf(const ServerCapabilities &capabilities, JobsParts parts, const JobsFacts &before);
Query jobsQuery(JobsQuery query, bool hasCitus);

} // namespace Shardboard
