// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/demo/demo.h"
#include "admin/sample/sample.h"
#include "connection/localcluster.h"
#include "connection/profile.h"

#include <QObject>
#include <QPointer>

#include <atomic>
#include <chrono>
#include <memory>

namespace Shardboard {

class IoThread;
class Job;
class RunningWork;

/// *Try the demo*: a private cluster on this machine with the HTTP traffic pipeline and some hours of history in it. A
/// demo that already runs is adopted and left running at the end; one that was started here is stopped here. GUI
/// thread; the work is on a thread of its own.
class DemoController final : public QObject
{
    Q_OBJECT

public:
    DemoController(IoThread &io, RunningWork &work, LocalCluster::Options options = {}, QObject *parent = nullptr);

    void start();
    void cancel();
    bool isStarting() const;
    /// Asks all work to stop and waits for it at most `patience`, then stops the servers this object started. For the
    /// end of the program, after the last window. False: something did not end and still uses what it was given.
    bool shutDown(std::chrono::milliseconds patience = std::chrono::seconds(5));

    /// A process that was left running in the background writes its traffic; a second one would double it.
    bool hasTraffic() const { return m_hasTraffic; }
    static QString blueprintName() { return demoBlueprintName(); }

Q_SIGNALS:
    void startingChanged();
    void progressed(const QString &step);
    /// The cluster runs and has history in it; `live` is what the generator should go on with.
    void ready(const Shardboard::Profile &profile, const Shardboard::SampleSettings &live);
    void failed(const Shardboard::ServerError &error);

private:
    void end(const Outcome<LocalCluster::Status> &started);

    IoThread &m_io;
    RunningWork &m_work;
    LocalCluster::Options m_options;
    QPointer<Job> m_job;
    bool m_hasTraffic = false;
    std::shared_ptr<std::atomic_bool> m_startedHere; ///< set by the worker as soon as servers run because of it
};

} // namespace Shardboard
