// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDateTime>
#include <QString>

namespace Shardboard {

/// "just now", "5 min ago", "3 h ago", "yesterday", else the date; translated.
QString describeAge(const QDateTime &then, const QDateTime &now);
/// "0.4 ms", "38 ms", "2.1 s", "3 min 5 s", "26 h 10 min", "3 days 4 h".
QString describeDuration(double milliseconds);

} // namespace Shardboard
