// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/cluster/clusteractions.h"

namespace Shardboard {

using namespace Qt::StringLiterals;

namespace {

// With citus a function of bigint takes global pids; without, a number this small is taken as the int of a plain pid.
Query signal(const QString &function, qint64 gpid)
{
    return Query(u"SELECT %1(%2)"_s.arg(function, QString::number(gpid)));
}

} // namespace

Query cancelBackendQuery(qint64 gpid)
{
    return signal(u"pg_cancel_backend"_s, gpid);
}

Query terminateBackendQuery(qint64 gpid)
{
    return signal(u"pg_terminate_backend"_s, gpid);
}

Query cancelJobQuery(qint64 jobId)
{
    return Query(u"SELECT citus_job_cancel($1)"_s, {QByteArray::number(jobId)});
}

} // namespace Shardboard
