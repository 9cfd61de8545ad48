// SPDX-License-Identifier: GPL-3.0-or-later
#include "dashboard/document.h"

#include "dashboard/documentcheck.h"
#include "dashboard/documentmigration.h"
#include "dashboard/documentnames.h"
#include "dashboard/jsonreader.h"

#include <QJsonDocument>

namespace Shardboard {

namespace {

using namespace Qt::StringLiterals;

FieldStyle readField(JsonReader &reader)
{
    FieldStyle field;
    field.column = reader.requiredText(u"column"_s);
    field.label = reader.text(u"label"_s);
    field.unit = reader.text(u"unit"_s);
    field.colour = reader.text(u"colour"_s);
    field.low = reader.text(u"low"_s);
    field.high = reader.text(u"high"_s);
    field.decimals = reader.integer(u"decimals"_s, -1);
    field.unknown = reader.rest();
    return field;
}

Threshold readThreshold(JsonReader &reader)
{
    Threshold threshold;
    threshold.value = reader.requiredNumber(u"value"_s);
    threshold.label = reader.text(u"label"_s);
    threshold.colour = reader.text(u"colour"_s);
    threshold.unknown = reader.rest();
    return threshold;
}

Need readNeed(JsonReader &reader)
{
    Need need;
    need.column = reader.requiredText(u"column"_s);
    need.otherwise = reader.requiredText(u"otherwise"_s);
    need.unknown = reader.rest();
    return need;
}

Source readSource(JsonReader &reader)
{
    Source source;
    source.name = reader.requiredText(u"name"_s);
    reader.list(u"levels"_s, [&](JsonReader &item) {
        Source::Level level;
        level.rollup = item.requiredText(u"rollup"_s);
        level.bucketSeconds = item.requiredInteger(u"bucketSeconds"_s);
        level.unknown = item.rest();
        source.levels.append(level);
    });
    source.unknown = reader.rest();
    return source;
}

Variable readVariable(JsonReader &reader)
{
    Variable variable;
    variable.name = reader.requiredText(u"name"_s);
    variable.label = reader.text(u"label"_s);
    variable.kind = reader.choice(u"kind"_s, variableKinds(), Variable::Kind::Text);
    variable.values = reader.textList(u"values"_s);
    variable.defaultValue = reader.text(u"default"_s);
    variable.allowAll = reader.boolean(u"allowAll"_s, true);
    variable.sql = reader.lines(u"sql"_s);
    variable.unknown = reader.rest();
    return variable;
}

/// Unknown keys of a nested object, kept under its name so that the writer finds the way back.
void keepNested(QJsonObject &unknown, const QString &key, const JsonReader &nested)
{
    if (!nested.rest().isEmpty())
        unknown[key] = nested.rest();
}

Panel readPanel(JsonReader &reader)
{
    Panel panel;
    QJsonObject nested;
    panel.id = reader.requiredText(u"id"_s);
    panel.title = reader.text(u"title"_s);
    panel.description = reader.text(u"description"_s);
    if (reader.rest().value(u"kind").isUndefined())
        reader.report(u"kind"_s, u"must not be empty"_s);
    panel.kind = reader.choice(u"kind"_s, panelKinds(), Panel::Kind::TimeSeries);
    panel.drawing = reader.choice(u"drawing"_s, panelDrawings(), Panel::Drawing::Line);
    if (auto place = reader.object(u"place"_s)) {
        panel.place.x = place->requiredInteger(u"x"_s);
        panel.place.y = place->requiredInteger(u"y"_s);
        panel.place.width = place->requiredInteger(u"width"_s);
        panel.place.height = place->requiredInteger(u"height"_s);
        keepNested(nested, u"place"_s, *place);
    } else {
        reader.report(u"place"_s, u"must say where on the grid the panel is"_s);
    }
    panel.source = reader.text(u"source"_s);
    reader.list(u"needs"_s, [&](JsonReader &item) { panel.needs.append(readNeed(item)); });
    panel.incremental = reader.boolean(u"incremental"_s, false);
    panel.timeColumn = reader.text(u"timeColumn"_s);
    panel.categoryColumn = reader.text(u"categoryColumn"_s);
    reader.list(u"fields"_s, [&](JsonReader &item) { panel.fields.append(readField(item)); });
    reader.list(u"thresholds"_s, [&](JsonReader &item) { panel.thresholds.append(readThreshold(item)); });
    panel.limit = reader.integer(u"limit"_s, 0);
    panel.text = reader.lines(u"text"_s);
    panel.sql = reader.lines(u"sql"_s);
    panel.unknown = reader.rest();
    for (auto it = nested.begin(); it != nested.end(); ++it)
        panel.unknown[it.key()] = it.value();
    return panel;
}

Document readDocument(JsonReader &reader)
{
    Document document;
    QJsonObject nested;
    document.schemaVersion = reader.requiredInteger(u"schemaVersion"_s);
    document.minimumReaderVersion = reader.integer(u"minimumReaderVersion"_s, 0);
    document.id = reader.requiredText(u"id"_s);
    document.title = reader.requiredText(u"title"_s);
    document.description = reader.text(u"description"_s);
    if (auto range = reader.object(u"timeRange"_s)) {
        document.timeRange.from = range->requiredText(u"from"_s);
        document.timeRange.to = range->text(u"to"_s, u"now"_s);
        keepNested(nested, u"timeRange"_s, *range);
    }
    document.timeZone = reader.text(u"timeZone"_s);
    reader.list(u"sources"_s, [&](JsonReader &item) { document.sources.append(readSource(item)); });
    reader.list(u"variables"_s, [&](JsonReader &item) { document.variables.append(readVariable(item)); });
    reader.list(u"panels"_s, [&](JsonReader &item) { document.panels.append(readPanel(item)); });
    document.unknown = reader.rest();
    for (auto it = nested.begin(); it != nested.end(); ++it)
        document.unknown[it.key()] = it.value();
    return document;
}

Outcome<QJsonObject> parseObject(const QByteArray &json)
{
    QJsonParseError problem;
    const QJsonDocument parsed = QJsonDocument::fromJson(json, &problem);
    if (problem.error != QJsonParseError::NoError) {
        const QByteArray before = json.left(problem.offset);
        return ServerError::usage(u"Line %1, column %2: %3"_s.arg(before.count('\n') + 1)
                                      .arg(before.size() - before.lastIndexOf('\n'))
                                      .arg(problem.errorString()));
    }
    if (!parsed.isObject())
        return ServerError::usage(u"A dashboard document is a JSON object; this is none."_s);
    return parsed.object();
}

} // namespace

Outcome<Document> documentFromJson(const QByteArray &json)
{
    const auto object = parseObject(json);
    if (!object)
        return object.failure<Document>();
    const auto current = migrateDocument(*object);
    if (!current)
        return current.failure<Document>();
    const int needed = current->value(u"minimumReaderVersion").toInt();
    if (needed > Document::currentSchemaVersion)
        return ServerError::usage(
            u"minimumReaderVersion: this dashboard asks for a program that knows schema %1; this one "
            "knows %2"_s.arg(needed)
                .arg(Document::currentSchemaVersion),
            u"Update Shardboard."_s);
    JsonProblems problems;
    JsonReader reader(*current, {}, problems);
    const Document document = readDocument(reader);
    if (problems.first())
        return *problems.first();
    const auto checked = checkDocument(document);
    if (!checked)
        return checked.failure<Document>();
    return document;
}

} // namespace Shardboard
