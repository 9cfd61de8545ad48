// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/plan.h"
#include "admin/retention/retentionpreview.h"

#include <optional>

namespace Shardboard {

/// The settings of an intent of kind "retention" (docs/intents.md).
struct RetentionSettings
{
    RetentionWish wish; ///< keep "never" ends it: rows stay from now on
    QString schedule; ///< five fields of cron; empty: as it is, else every ten minutes

    bool isForEver() const { return wish.keep == QStringLiteral("never"); }
    bool operator==(const RetentionSettings &) const = default;
};

Intent retentionIntent(const RetentionSettings &settings);
/// Usage errors name the setting and what would do, all of them in one text.
Outcome<RetentionSettings> retentionSettings(const Intent &intent);

QStringList retentionIntentKinds();

/// The plan; `preview` of its first run becomes warnings and notes. Pure.
Outcome<Plan> planRetention(const RetentionSettings &settings, const CatalogueFacts &facts,
    const std::optional<RetentionPreview> &preview = std::nullopt);

/// The same with what the server says of the first run. Blocks: for a worker thread.
Outcome<Plan> planRetentionOn(SyncSession &session, const Intent &intent);

} // namespace Shardboard
