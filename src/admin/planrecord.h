// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/undo.h"

#include <QJsonObject>

namespace Shardboard {

/// Plans as they were applied, as a JSON document that "shardboardctl undo" reads: steps with their SQL and undo, and
/// what became of each. It holds statements that undo runs: as trustworthy as the place where it is kept.
QJsonObject historyToJson(const PlanHistory &history);
Outcome<PlanHistory> historyFromJson(const QByteArray &json);

QJsonObject planToJson(const Plan &plan);
QJsonObject reportToJson(const PlanReport &report);

/// "done", "alreadySo", …
QString stepStateName(StepReport::State state);

} // namespace Shardboard
