// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/outcome.h"

#include <QString>

#include <stop_token>

namespace Shardboard {

class IoThread;

/// The process that keeps requests coming into a demo cluster after the program that started it has ended. There is at
/// most one a folder: it holds a lock there, by which others see it.
class DemoTraffic
{
public:
    explicit DemoTraffic(const QString &clusterFolder);

    /// Its pid, 0 when there is none. One that died is none, whoever has its pid now.
    qint64 runningPid() const;

    /// Starts `program arguments…`, which has to call run(), apart from this process; returns when it writes or has
    /// failed.
    Completion start(const QString &program, const QStringList &arguments) const;
    /// Asks it to end and waits until it has. Nothing to do when there is none.
    Completion stop(const std::stop_token &stop = {}) const;
    /// Deletes what it left in the folder, so that the folder can go away.
    void removeFiles() const;

    /// The work of that process: writes until a stop is requested. A lost server is waited for while it is restarted;
    /// when it stays away, that is an error.
    Completion run(IoThread &io, const std::stop_token &stop) const;

private:
    QString lockFile() const;
    QString logFile() const;

    QString m_folder;
};

} // namespace Shardboard
