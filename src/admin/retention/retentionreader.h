// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/retention/retentionpreview.h"

namespace Shardboard {

/// Parts of previewRetention(). They block, and want a wish that is complete.
namespace RetentionReader {

/// Parameter $1, milliseconds since 1970, as a moment of the time column's own type; without a zone that is UTC.
QString momentOfColumn(const RetentionWish &wish, const CatalogueFacts &facts);
/// What the server would do, by the functions its runs ask: cutoff, partitions with their fate, what is held back.
/// Returns the condition that rows must meet beside being old. Where Shardboard has set up nothing, nothing is held
/// back.
Outcome<QString> readDue(SyncSession &session, const CatalogueFacts &facts, RetentionPreview &preview);
/// Rows and bytes of what goes.
Completion readFigures(
    SyncSession &session, const CatalogueFacts &facts, const QString &condition, RetentionPreview &preview);
Completion readDependants(SyncSession &session, const CatalogueFacts &facts, RetentionPreview &preview);
/// What else a person should know.
Completion readNotes(SyncSession &session, const CatalogueFacts &facts, RetentionPreview &preview);

} // namespace RetentionReader

} // namespace Shardboard
