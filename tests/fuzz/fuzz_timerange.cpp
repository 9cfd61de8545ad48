// SPDX-License-Identifier: GPL-3.0-or-later
// Time ranges as people type them.
#include "dashboard/timerange.h"
#include "tests/fuzz/fuzzing.h"

#include <QDateTime>
#include <QTimeZone>

using namespace Shardboard;

SHARDBOARD_FUZZ_TARGET(timerange)(const QByteArray &input)
{
    static const QTimeZone zone("Europe/Berlin");
    static const QDateTime now(QDate(2026, 3, 29), QTime(0, 30), Qt::UTC);
    const auto range = parseTimeRange(QString::fromUtf8(input));
    if (!range)
        return;
    const auto span = resolveTimeRange(*range, now, zone);
    Fuzzing::require(!span || span->begin < span->end, "a range is not empty");
    (void)describeTimeRange(*range, zone);
}
