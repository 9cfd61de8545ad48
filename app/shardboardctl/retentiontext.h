// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/jobs/jobsfacts.h"
#include "admin/retention/retentionpreview.h"

#include <QJsonObject>

namespace Shardboard::Ctl {

/// A run as a line, and one more for each thing that it held back.
QString retentionRunText(const RetentionRun &run);
QJsonObject retentionRunJson(const RetentionRun &run);
QString retentionHealthName(RetentionHealth health);
/// What a run would do, with all it would leave and why.
QString retentionPreviewText(const RetentionPreview &preview);
QJsonObject retentionPreviewJson(const RetentionPreview &preview);
QString retentionHoldText(const RetentionHold &hold, const QString &table);
QJsonArray retentionHoldsJson(const QList<RetentionHold> &holds, const QString &table);
QJsonValue momentJson(const QDateTime &moment); ///< null when it is invalid
QString momentText(const QDateTime &moment); ///< "-" when it is invalid

} // namespace Shardboard::Ctl
