// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/httptraffic.h"

#include "admin/blueprintsteps.h"

namespace Shardboard::HttpTraffic {

using BlueprintSteps::settingOf;

namespace {

using SettingKind = BlueprintSetting::Kind;
using Measure = RollupMeasure;

QList<BlueprintSetting> describeSettings()
{
    return {
        BlueprintSteps::schemaSetting(),
        BlueprintSteps::shardCountSetting(32, QStringLiteral("the rows")),
        BlueprintSteps::rawRetentionSetting(QStringLiteral("1 day"),
            QStringLiteral("Older rows are deleted once they are rolled up; \"never\" deletes none.")),
        BlueprintSteps::rollupRetentionSetting(
            QStringLiteral("rollup_retention"), QStringLiteral("Keep rollup rows for"), QStringLiteral("1 month")),
        BlueprintSteps::scheduleSetting(QStringLiteral("* * * * *")),
        {.name = QStringLiteral("error_definition"),
            .label = QStringLiteral("An error is"),
            .help = QStringLiteral("Which status codes count as errors: 400 and above, or all that are not 2xx."),
            .kind = SettingKind::Choice,
            .defaultValue = QStringLiteral("4xx-5xx"),
            .choices = {QStringLiteral("4xx-5xx"), QStringLiteral("not-2xx")}},
        BlueprintSteps::hllSetting(QStringLiteral("distinct visitors")),
    };
}

} // namespace

Names::Names(const QJsonObject &settings)
    : schema(BlueprintSteps::settingOf(settings, "schema")), raw{schema, info().rawTable}, rollup{schema, info().rollup}
{
    rollupName = BlueprintSteps::registryName(rollup);
}

const BlueprintInfo &info()
{
    static const BlueprintInfo blueprint{
        .name = QStringLiteral("http-traffic"),
        .title = QStringLiteral("HTTP traffic"),
        .description
        = QStringLiteral("Web requests of many sites, rolled up by site and minute: requests, errors, response "
                         "times, distinct visitors, countries. Old rows expire once they are rolled up."),
        .rawTable = QStringLiteral("http_request"),
        .rollup = QStringLiteral("http_request_1min"),
        .dashboard = QStringLiteral("http-traffic"),
        .settings = describeSettings(),
        .plan = applyPlan,
    };
    return blueprint;
}

RollupDefinition rollup(const QJsonObject &settings, const CatalogueFacts &facts)
{
    const Names names(settings);
    const auto column = [](const char *name) { return QString::fromLatin1(name); };
    const QString bigint = column("bigint");
    const QString integer = column("int");
    // Without a status a request is neither a success nor a 4xx; "not-2xx" makes it an error, so that all requests are
    // either.
    const QString isError = settingOf(settings, "error_definition") == QStringLiteral("not-2xx")
        ? column("(status_code BETWEEN 200 AND 299) IS NOT TRUE")
        : column("status_code >= 400");

    RollupDefinition made;
    made.name = names.rollupName;
    made.source = names.raw;
    made.target = names.rollup;
    made.idColumn = column("request_id");
    made.timeColumn = column("ingest_time");
    made.bucket = column("1 minute");
    made.dimensions = {{column("site_id"), column("site_id"), integer}};
    made.measures = {
        {column("request_count"), Measure::Kind::Count, {}, bigint},
        {column("success_count"), Measure::Kind::Count, column("status_code BETWEEN 200 AND 299"), bigint},
        {column("error_count"), Measure::Kind::Count, isError, bigint},
        {column("response_time_sum"), Measure::Kind::Sum, column("response_time_msec"), bigint},
        {column("response_time_count"), Measure::Kind::CountOf, column("response_time_msec"), bigint},
        {column("response_time_min"), Measure::Kind::Minimum, column("response_time_msec"), integer},
        {column("response_time_max"), Measure::Kind::Maximum, column("response_time_msec"), integer},
        {column("country_counters"), Measure::Kind::Counters, column("request_country"), column("jsonb")},
    };
    if (facts.capabilities.hll.isAvailable()) {
        made.extensions.hll = facts.capabilities.hll.schema;
        made.measures << Measure{column("distinct_ip"), Measure::Kind::Distinct, column("ip_address"),
            QualifiedName{made.extensions.hll, column("hll")}.quoted(), settingOf(settings, "hll_log2m").toInt()};
    }
    return made;
}

} // namespace Shardboard::HttpTraffic
