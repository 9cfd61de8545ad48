// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/plan.h"
#include "connection/values/outcome.h"

#include <QByteArray>

namespace Shardboard {

/// An intent as a file: {"document": "shardboard-intent", "version": 1, "kind": …, "settings": {…}}. Any thread.
QByteArray intentToJson(const Intent &intent);
/// Errors say what is wrong with the document; whether the kind and settings make sense is the planner's business.
Outcome<Intent> intentFromJson(const QByteArray &json);

} // namespace Shardboard
