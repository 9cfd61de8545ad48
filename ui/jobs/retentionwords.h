// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/jobs/jobsfacts.h"
#include "admin/retention/retentionpreview.h"
#include "ui/common/labels.h"

namespace Shardboard {

/// Retention in the words of the page.
QString healthText(RetentionHealth health);
Tone healthTone(RetentionHealth health);
QString retentionStateText(RetentionRun::State state);
QString howText(bool isByPartitions);
/// "3 partitions, 2.1 MiB", "1,200 rows, some 1.3 MiB", "nothing"
QString wentText(const RetentionRun &run);
/// "2026-03-01 10:00 UTC"; an invalid moment is `otherwise`.
QString momentInUtc(const QDateTime &moment, const QString &otherwise);
QString fateText(ExpiringPartition::Fate fate);
/// What a run would take, as a sentence.
QString verdictText(const RetentionPreview &preview);

} // namespace Shardboard
