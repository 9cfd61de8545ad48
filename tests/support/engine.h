// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/blueprint.h"
#include "admin/executor.h"
#include "admin/facts.h"
#include "admin/planner.h"
#include "admin/planning.h"
#include "admin/retention/retention.h"
#include "admin/rollup.h"
#include "connection/iothread.h"
#include "connection/syncsession.h"
#include "tests/support/livecluster.h"

#include <memory>

namespace Shardboard::Testing {

/// What an outcome's failure says, for QVERIFY2; "ok" when there is none.
template <typename T>
QByteArray whyNot(const Outcome<T> &outcome)
{
    if (outcome.isError())
        return outcome.error().toText().toUtf8();
    return outcome.isOk() ? QByteArray("ok") : QByteArray("cancelled");
}

/// The error first: a failing test prints only so much.
inline QByteArray whyNot(const PlanReport &report)
{
    return ((report.error ? report.error->toText() + QLatin1Char('\n') : QString()) + report.toText()).toUtf8();
}

/// An open session to the coordinator or another node; null when it cannot be had, as while a server restarts.
inline std::unique_ptr<SyncSession> openSession(
    IoThread &io, const ConnectionSettings &settings, std::stop_token stop = {})
{
    auto session = std::make_unique<SyncSession>(io, settings, SessionPurpose::Job, stop);
    return session->open() ? std::move(session) : nullptr;
}

inline Outcome<Plan> planOn(SyncSession &session, const Outcome<Intent> &intent)
{
    if (!intent)
        return intent.failure<Plan>();
    const Outcome<CatalogueFacts> facts = loadFacts(session);
    return facts ? planFor(*intent, *facts) : facts.failure<Plan>();
}

/// Plans and applies; a plan that cannot be made is reported as the report's error.
inline PlanReport carryOut(SyncSession &session, const Outcome<Intent> &intent)
{
    const Outcome<Plan> plan = planOn(session, intent);
    if (plan)
        return PlanExecutor(session).apply(*plan);
    PlanReport report;
    report.error = plan.isError() ? plan.error() : ServerError::usage(QStringLiteral("cancelled"));
    return report;
}

/// The same for any kind of intent, with the facts that its kind needs.
inline PlanReport carryOutIntent(SyncSession &session, const Intent &intent)
{
    const Outcome<Plan> plan = makePlan(session, intent);
    if (plan)
        return PlanExecutor(session).apply(*plan);
    PlanReport report;
    report.error = plan.isError() ? plan.error() : ServerError::usage(QStringLiteral("cancelled"));
    return report;
}

/// The HTTP traffic blueprint without jobs' noise: nothing expires and the rollup runs when the test says so.
inline PlanReport applyHttpTraffic(SyncSession &session, QMap<QString, QString> settings = {})
{
    settings.insert(QStringLiteral("shard_count"), settings.value(QStringLiteral("shard_count"), QStringLiteral("4")));
    if (!settings.contains(QStringLiteral("raw_retention")))
        settings.insert(QStringLiteral("raw_retention"), QStringLiteral("never"));
    if (!settings.contains(QStringLiteral("schedule")))
        settings.insert(QStringLiteral("schedule"), QStringLiteral("0 0 31 2 *")); // the 31st of February
    return carryOut(session, blueprintIntent(QStringLiteral("http-traffic"), settings));
}

inline PlanReport removeHttpTraffic(SyncSession &session, const QString &schema = QStringLiteral("public"))
{
    return carryOut(session, removeBlueprintIntent(QStringLiteral("http-traffic"), schema));
}

} // namespace Shardboard::Testing
