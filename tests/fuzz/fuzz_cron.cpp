// SPDX-License-Identifier: GPL-3.0-or-later
// Schedules of pg_cron: what is understood has words, and its next runs ascend.
#include "admin/jobs/cronschedule.h"
#include "tests/fuzz/fuzzing.h"

#include <QTimeZone>

using namespace Shardboard;

SHARDBOARD_FUZZ_TARGET(cron)(const QByteArray &input)
{
    CronDialect dialect;
    if (!input.isEmpty() && (input[0] & 1) != 0)
        dialect.zone = QTimeZone("Europe/Berlin");
    const auto schedule = CronSchedule::parse(QString::fromUtf8(input).mid(1), dialect);
    if (!schedule)
        return;
    Fuzzing::require(!schedule->toWords().isEmpty(), "a schedule has words");
    const QDateTime now(QDate(2026, 3, 29), QTime(0, 30), Qt::UTC);
    QDateTime last = now;
    for (const QDateTime &next : schedule->next(now, 5)) {
        Fuzzing::require(next > last, "next runs ascend");
        last = next;
    }
}
