// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

namespace Shardboard {

/// Turns SIGINT, SIGTERM and SIGHUP into an orderly end of the program, so that a demo cluster started by it is
/// stopped. One per process; signals have their default effect again when it is gone.
class TerminationWatch final : public QObject
{
    Q_OBJECT

public:
    TerminationWatch();
    ~TerminationWatch() override;

Q_SIGNALS:
    void requested();
};

} // namespace Shardboard
