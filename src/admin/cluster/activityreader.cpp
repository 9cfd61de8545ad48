// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/cluster/activityreader.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace Shardboard {

using namespace Qt::StringLiterals;

namespace {

/// As citus makes one where a backend has none yet.
qint64 globalPid(int nodeId, int pid)
{
    return qint64(nodeId) * 10000000000LL + pid;
}

ActivitySession readSession(int nodeId, const QJsonObject &json)
{
    ActivitySession session;
    session.nodeId = nodeId;
    session.pid = json.value(u"pid"_s).toInt();
    session.gpid = json.value(u"gpid"_s).toInteger();
    if (session.gpid == 0)
        session.gpid = globalPid(nodeId, session.pid);
    session.isWorkerPart = json.value(u"worker"_s).toBool();
    session.user = json.value(u"user"_s).toString();
    session.application = json.value(u"application"_s).toString();
    session.isOwn = session.application.startsWith(u"shardboard"_s);
    session.client = json.value(u"client"_s).toString();
    session.state = json.value(u"state"_s).toString();
    session.waitEvent = json.value(u"wait"_s).toString();
    session.lock = json.value(u"lock"_s).toString();
    session.queryMs = json.value(u"queryMs"_s).toInteger(-1);
    session.transactionMs = json.value(u"transactionMs"_s).toInteger(-1);
    session.query = json.value(u"query"_s).toString().trimmed();
    return session;
}

} // namespace

ActivityFacts readActivity(const ResultSet &sessions, const ResultSet &waits)
{
    ActivityFacts facts;
    for (qsizetype row = 0; row < sessions.rowCount(); ++row) {
        const int nodeId = int(sessions.integer(row, 0));
        if (!sessions.isNull(row, 1)) {
            facts.failures.insert(nodeId, sessions.text(row, 1));
            continue;
        }
        const qint64 reader = sessions.integer(row, 3); // the session that reads this, on every node
        const QJsonObject answer = QJsonDocument::fromJson(sessions.text(row, 2).toUtf8()).object();
        facts.idleCount += answer.value(u"idle"_s).toInt();
        for (const QJsonValue &value : answer.value(u"sessions"_s).toArray()) {
            const ActivitySession session = readSession(nodeId, value.toObject());
            if (reader == 0 || session.gpid != reader)
                facts.sessions << session;
        }
    }
    facts.hidesOthers = std::ranges::any_of(
        facts.sessions, [](const ActivitySession &session) { return session.query == u"<insufficient privilege>"_s; });
    for (qsizetype row = 0; row < waits.rowCount(); ++row)
        facts.waits << LockWait{waits.integer(row, 0), waits.integer(row, 1)};
    return facts;
}

} // namespace Shardboard
