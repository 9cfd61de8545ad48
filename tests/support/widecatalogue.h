// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/capabilities.h"
#include "connection/values/outcome.h"
#include "connection/values/resultset.h"

namespace Shardboard::Testing {

/// How much there is in a made-up database.
struct WideCatalogue
{
    int tables = 5000; ///< distributed ones, in schemas of a hundred
    int shards = 32; ///< of each
    int partitions = 10000; ///< of one further table, public.events
    int nodes = 3;
    int factor = 1; ///< sizes and rows are multiplied by this
};

/// What a server with citus would answer to catalogueQueries().
QList<Outcome<ResultSet>> answersOf(const WideCatalogue &catalogue);
/// Of a coordinator with citus.
ServerCapabilities citusCapabilities();

} // namespace Shardboard::Testing
