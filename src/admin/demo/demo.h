// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/progress.h"
#include "admin/sample/sample.h"
#include "connection/localcluster.h"
#include "connection/values/outcome.h"

#include <chrono>
#include <stop_token>

namespace Shardboard {

class IoThread;
class SyncSession;

/// The demo on this machine: a private cluster with the HTTP traffic pipeline and made-up requests, as much history as
/// the charts show at first, then live. All of these block: for a worker thread.

constexpr std::chrono::seconds demoHistory = std::chrono::hours(6);
QString demoBlueprintName();
/// What goes on live in the demo; history is not part of it.
SampleSettings demoTraffic();

/// Makes or starts the cluster, applies the blueprint and fills up to now what is missing of the history. On a demo
/// that is complete it only fills the gap since the last request.
Outcome<LocalCluster::Status> raiseDemo(IoThread &io, const LocalCluster::Options &options,
    const ProgressSink &progress, const std::stop_token &stop, std::chrono::seconds history = demoHistory);

/// The second half of it, for any server that a session reaches.
Completion setUpDemoPipeline(SyncSession &session, const ProgressSink &progress, const std::stop_token &stop,
    std::chrono::seconds history = demoHistory);

} // namespace Shardboard
