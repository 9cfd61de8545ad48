// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace Shardboard {

struct LaunchOptions;

/// Makes the objects of the program, shows the window, and runs until it is closed. The exit status.
int runApplication(const LaunchOptions &options, int argc, char *argv[]);

} // namespace Shardboard
