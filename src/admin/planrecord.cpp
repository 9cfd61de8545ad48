// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/planrecord.h"

#include "admin/enumnames.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace Shardboard {

using namespace Qt::StringLiterals;

namespace {

constexpr int recordVersion = 1;
constexpr qsizetype largestDocument = 64 * 1024 * 1024;

using State = StepReport::State;
constexpr std::array<EnumName<State>, 7> stateNames{{{State::Pending, QLatin1StringView("pending")},
    {State::AlreadySo, QLatin1StringView("alreadySo")}, {State::Done, QLatin1StringView("done")},
    {State::RolledBack, QLatin1StringView("rolledBack")}, {State::Failed, QLatin1StringView("failed")},
    {State::Cancelled, QLatin1StringView("cancelled")}, {State::Unknown, QLatin1StringView("unknown")}}};

QStringList texts(const QJsonValue &value)
{
    QStringList list;
    for (const QJsonValue &item : value.toArray())
        list << item.toString();
    return list;
}

QJsonObject stepToJson(const PlanStep &step)
{
    QJsonObject json{{u"id"_s, step.id}, {u"title"_s, step.title}, {u"sql"_s, step.sql}, {u"undoSql"_s, step.undoSql},
        {u"doneSql"_s, step.doneSql}, {u"undoneSql"_s, step.undoneSql}, {u"group"_s, step.group},
        {u"inTransaction"_s, step.inTransaction}, {u"locks"_s, QJsonArray::fromStringList(step.locks)},
        {u"warnings"_s, QJsonArray::fromStringList(step.warnings)}};
    if (!step.undoTable.name.isEmpty())
        json.insert(u"undoTable"_s, QJsonArray{step.undoTable.schema, step.undoTable.name});
    return json;
}

PlanStep stepFromJson(const QJsonObject &json)
{
    PlanStep step;
    step.id = json[u"id"_s].toString();
    step.title = json[u"title"_s].toString();
    step.sql = json[u"sql"_s].toString();
    step.undoSql = json[u"undoSql"_s].toString();
    step.doneSql = json[u"doneSql"_s].toString();
    step.undoneSql = json[u"undoneSql"_s].toString();
    step.group = json[u"group"_s].toInt();
    step.inTransaction = json[u"inTransaction"_s].toBool(true);
    step.locks = texts(json[u"locks"_s]);
    step.warnings = texts(json[u"warnings"_s]);
    const QStringList table = texts(json[u"undoTable"_s]);
    step.undoTable = {table.value(0), table.value(1)};
    return step;
}

Plan planFromJson(const QJsonObject &json)
{
    Plan plan;
    plan.title = json[u"title"_s].toString();
    plan.intent = {json[u"intent"_s][u"kind"_s].toString(), json[u"intent"_s][u"settings"_s].toObject()};
    plan.notes = texts(json[u"notes"_s]);
    plan.warnings = texts(json[u"warnings"_s]);
    for (const QJsonValue &step : json[u"steps"_s].toArray())
        plan.steps << stepFromJson(step.toObject());
    return plan;
}

QJsonObject errorToJson(const ServerError &error)
{
    return {{u"message"_s, error.message}, {u"sqlState"_s, error.sqlState}, {u"detail"_s, error.detail},
        {u"hint"_s, error.hint}, {u"statement"_s, error.statement}, {u"connectionLost"_s, error.connectionLost}};
}

/// nullopt: a step has no known state.
std::optional<PlanReport> reportFromJson(const QJsonObject &json)
{
    PlanReport report;
    for (const QJsonValue &step : json[u"steps"_s].toArray()) {
        const auto state = valueNamed(stateNames, step[u"state"_s].toString());
        if (!state)
            return std::nullopt;
        report.steps << StepReport{step[u"id"_s].toString(), step[u"title"_s].toString(), *state,
            std::chrono::milliseconds(step[u"milliseconds"_s].toInteger()), texts(step[u"notices"_s])};
    }
    report.wasCancelled = json[u"cancelled"_s].toBool();
    if (const QJsonValue error = json[u"error"_s]; error.isObject()) {
        report.error = ServerError();
        report.error->message = error[u"message"_s].toString();
        report.error->sqlState = error[u"sqlState"_s].toString();
        report.error->detail = error[u"detail"_s].toString();
        report.error->hint = error[u"hint"_s].toString();
        report.error->statement = error[u"statement"_s].toString();
        report.error->connectionLost = error[u"connectionLost"_s].toBool();
    }
    return report;
}

} // namespace

QString stepStateName(StepReport::State state)
{
    return nameOf(stateNames, state);
}

QJsonObject planToJson(const Plan &plan)
{
    QJsonArray steps;
    for (const PlanStep &step : plan.steps)
        steps.append(stepToJson(step));
    return {{u"title"_s, plan.title},
        {u"intent"_s, QJsonObject{{u"kind"_s, plan.intent.kind}, {u"settings"_s, plan.intent.settings}}},
        {u"notes"_s, QJsonArray::fromStringList(plan.notes)},
        {u"warnings"_s, QJsonArray::fromStringList(plan.warnings)}, {u"steps"_s, steps}};
}

QJsonObject reportToJson(const PlanReport &report)
{
    QJsonArray steps;
    for (const StepReport &step : report.steps)
        steps.append(QJsonObject{{u"id"_s, step.id}, {u"title"_s, step.title}, {u"state"_s, stepStateName(step.state)},
            {u"milliseconds"_s, qint64(step.duration.count())},
            {u"notices"_s, QJsonArray::fromStringList(step.notices)}});
    QJsonObject json{{u"steps"_s, steps}, {u"cancelled"_s, report.wasCancelled}};
    if (report.error)
        json.insert(u"error"_s, errorToJson(*report.error));
    return json;
}

QJsonObject historyToJson(const PlanHistory &history)
{
    QJsonArray runs;
    for (const PlanRun &run : history.runs())
        runs.append(QJsonObject{{u"plan"_s, planToJson(run.plan)}, {u"report"_s, reportToJson(run.report)}});
    return {{u"document"_s, u"shardboard-run"_s}, {u"version"_s, recordVersion}, {u"runs"_s, runs}};
}

Outcome<PlanHistory> historyFromJson(const QByteArray &json)
{
    if (json.size() > largestDocument)
        return ServerError::usage(u"the record of a run is larger than 64 MiB"_s);
    QJsonParseError problem;
    const QJsonObject document = QJsonDocument::fromJson(json, &problem).object();
    if (problem.error != QJsonParseError::NoError)
        return ServerError::usage(u"the record of a run is not JSON: %1 at byte %2"_s.arg(
            problem.errorString(), QString::number(problem.offset)));
    if (document[u"document"_s] != u"shardboard-run"_s)
        return ServerError::usage(
            u"this JSON document is no record of a run"_s, u"shardboardctl apply --save FILE writes one."_s);
    if (const int version = document[u"version"_s].toInt(); version < 1 || version > recordVersion)
        return ServerError::usage(u"the record of a run has version %1, this program reads up to %2"_s.arg(
            QString::number(version), QString::number(recordVersion)));
    PlanHistory history;
    for (const QJsonValue &run : document[u"runs"_s].toArray()) {
        const Plan plan = planFromJson(run[u"plan"_s].toObject());
        const auto report = reportFromJson(run[u"report"_s].toObject());
        if (!report || report->steps.size() != plan.steps.size())
            return ServerError::usage(u"the record of a run does not say what became of each step"_s);
        history.add(plan, *report);
    }
    return history;
}

} // namespace Shardboard
