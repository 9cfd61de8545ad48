// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/plan.h"

#include <optional>

namespace Shardboard::Ctl {

class Context;

/// Reads the intent from the file that is the command's only argument ("-" is standard input). A value is the status to
/// end with.
std::optional<int> readIntent(Context &context, Intent &intent);

/// Plans the intent for the server and prints the script, or applies it and prints what was done. Returns an
/// ExitStatus.
int printPlan(Context &context, const Intent &intent);
int applyPlan(Context &context, const Intent &intent);

} // namespace Shardboard::Ctl
