// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <functional>

namespace Shardboard {

/// How far a long piece of work is. Counts are rows unless unit says otherwise; total 0 is unknown.
struct Progress
{
    QString activity; ///< what is being done now, one line
    qint64 done = 0;
    qint64 total = 0;
    QString unit = QStringLiteral("rows"); ///< "rows", "bytes", "steps"
};

/// Called on the thread that does the work, at most some thirty times a second.
using ProgressSink = std::function<void(const Progress &)>;

} // namespace Shardboard
