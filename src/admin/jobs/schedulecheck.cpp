// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/jobs/schedulecheck.h"

#include "connection/syncsession.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QVersionNumber>

namespace Shardboard {

using namespace Qt::StringLiterals;

namespace {

// A setting that does not exist came with a later version: the time zone with seconds, launch_active_jobs with $. The
// settings of pg_cron are hidden from ordinary roles, for which the version of the extension has to do.
const QString dialectSql = uR"(
SELECT e.extversion,
       CASE WHEN pg_catalog.pg_has_role('pg_read_all_settings', 'USAGE')
            THEN pg_catalog.current_setting('cron.timezone', true) IS NOT NULL END,
       CASE WHEN pg_catalog.pg_has_role('pg_read_all_settings', 'USAGE')
            THEN pg_catalog.current_setting('cron.launch_active_jobs', true) IS NOT NULL END
  FROM pg_catalog.pg_extension AS e WHERE e.extname = 'pg_cron')"_s;

void collectSchedules(const QJsonValue &value, QStringList &schedules)
{
    if (value.isArray()) {
        const QJsonArray array = value.toArray();
        for (const QJsonValue &item : array)
            collectSchedules(item, schedules);
    }
    const QJsonObject object = value.toObject();
    for (auto it = object.begin(); it != object.end(); ++it) {
        if (it.key() == u"schedule" && !it->toString().isEmpty())
            schedules << it->toString();
        else
            collectSchedules(*it, schedules);
    }
}

} // namespace

Outcome<CronDialect> readCronDialect(SyncSession &session)
{
    const auto answer = session.run(Query(dialectSql));
    if (!answer)
        return answer.failure<CronDialect>();
    CronDialect dialect;
    dialect.hasLastDay = false;
    if (answer->rowCount() == 0) // the plan prints crontab lines, in which seconds become minutes
        return dialect;
    const auto version = QVersionNumber::fromString(answer->text(0, 0));
    const auto knows = [&](int column, const QVersionNumber &since) {
        return answer->isNull(0, column) ? version >= since : answer->boolean(0, column);
    };
    dialect.hasSeconds = knows(1, QVersionNumber(1, 5));
    dialect.hasLastDay = dialect.limitsSteps = knows(2, QVersionNumber(1, 6));
    return dialect;
}

Completion checkSchedules(SyncSession &session, const Intent &intent)
{
    QStringList schedules;
    collectSchedules(intent.settings, schedules);
    if (schedules.isEmpty())
        return Nothing{};
    const auto dialect = readCronDialect(session);
    if (!dialect)
        return dialect.failure<Nothing>();
    for (const QString &schedule : schedules) {
        const auto parsed = CronSchedule::parse(schedule, *dialect);
        if (!parsed)
            return ServerError::usage(
                u"schedule \"%1\": %2"_s.arg(schedule, parsed.error().message), parsed.error().hint);
    }
    return Nothing{};
}

} // namespace Shardboard
