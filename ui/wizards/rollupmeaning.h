// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/rollup/rollupdraft.h"
#include "ui/wizards/meaningpanel.h"

namespace Shardboard {

struct RollupSourceFigures;

/// What the answers on a page of the rollup wizard mean.
Meaning sourceMeaning(const RollupDraft &draft, const TableFacts &table, const CatalogueFacts &facts);
/// `canSchedule`: there is pg_cron to run them.
Meaning levelsMeaning(const RollupDraft &draft, bool canSchedule);
Meaning dimensionsMeaning(const RollupDraft &draft, const RollupSourceFigures &figures);
Meaning measuresMeaning(const RollupDraft &draft);

} // namespace Shardboard
