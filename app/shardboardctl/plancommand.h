// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/plan.h"

#include <QString>

#include <optional>

class QCommandLineParser;

namespace Shardboard {
class SyncSession;
}

namespace Shardboard::Ctl {

class Context;

/// Reads the intent from the file that is the command's only argument ("-" is standard input), and the options that the
/// parser was given. A value is the status to end with.
std::optional<int> readIntent(Context &context, QCommandLineParser &parser, Intent &intent);

/// Plans the intent for the server and prints the script, or applies it and prints what was done; with `saveTo` the run
/// is added to the record in that file. Each returns an ExitStatus.
int printPlan(Context &context, const Intent &intent);
int applyPlan(Context &context, const Intent &intent, const QString &saveTo = {});

/// The same for a plan that is made already.
int printScript(Context &context, const Plan &plan);
int runPlan(Context &context, SyncSession &session, const Plan &plan, const QString &saveTo = {});

} // namespace Shardboard::Ctl
