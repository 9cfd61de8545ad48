// SPDX-License-Identifier: GPL-3.0-or-later
#include "dashboard/document.h"

#include "dashboard/documentnames.h"
#include "dashboard/jsontext.h"

#include <QJsonArray>

namespace Shardboard {

namespace {

using namespace Qt::StringLiterals;

void addText(OrderedObject &object, const QString &key, const QString &value)
{
    if (!value.isEmpty())
        object.add(key, value);
}

/// Several lines as a list of them, so that SQL can be read, and compared line by line, in the file.
void addLines(OrderedObject &object, const QString &key, const QString &value)
{
    if (value.contains(u'\n'))
        object.add(key, QJsonArray::fromStringList(value.split(u'\n')));
    else
        addText(object, key, value);
}

template <typename T>
void addList(OrderedObject &object, const QString &key, const QList<T> &values, OrderedObject (*write)(const T &))
{
    QList<OrderedObject> objects;
    for (const T &value : values)
        objects.append(write(value));
    if (!objects.isEmpty())
        object.add(key, objects);
}

/// Unknown keys, without those of a nested object, which go back into it.
QJsonObject withoutNested(QJsonObject unknown, const QString &nested)
{
    unknown.remove(nested);
    return unknown;
}

OrderedObject writeLevel(const Source::Level &level)
{
    return OrderedObject()
        .add(u"rollup"_s, level.rollup)
        .add(u"bucketSeconds"_s, level.bucketSeconds)
        .add(level.unknown);
}

OrderedObject writeSource(const Source &source)
{
    OrderedObject object;
    object.add(u"name"_s, source.name);
    addList(object, u"levels"_s, source.levels, writeLevel);
    return object.add(source.unknown);
}

OrderedObject writeVariable(const Variable &variable)
{
    OrderedObject object;
    object.add(u"name"_s, variable.name);
    addText(object, u"label"_s, variable.label);
    object.add(u"kind"_s, variableKinds().key(variable.kind));
    if (!variable.values.isEmpty())
        object.add(u"values"_s, QJsonArray::fromStringList(variable.values));
    addText(object, u"default"_s, variable.defaultValue);
    if (!variable.allowAll)
        object.add(u"allowAll"_s, false);
    addLines(object, u"sql"_s, variable.sql);
    return object.add(variable.unknown);
}

OrderedObject writeField(const FieldStyle &field)
{
    OrderedObject object;
    object.add(u"column"_s, field.column);
    addText(object, u"label"_s, field.label);
    addText(object, u"unit"_s, field.unit);
    addText(object, u"colour"_s, field.colour);
    addText(object, u"low"_s, field.low);
    addText(object, u"high"_s, field.high);
    if (field.decimals >= 0)
        object.add(u"decimals"_s, field.decimals);
    return object.add(field.unknown);
}

OrderedObject writeThreshold(const Threshold &threshold)
{
    OrderedObject object;
    object.add(u"value"_s, threshold.value);
    addText(object, u"label"_s, threshold.label);
    addText(object, u"colour"_s, threshold.colour);
    return object.add(threshold.unknown);
}

OrderedObject writeNeed(const Need &need)
{
    return OrderedObject().add(u"column"_s, need.column).add(u"otherwise"_s, need.otherwise).add(need.unknown);
}

OrderedObject writePlace(const Panel &panel)
{
    return OrderedObject()
        .add(u"x"_s, panel.place.x)
        .add(u"y"_s, panel.place.y)
        .add(u"width"_s, panel.place.width)
        .add(u"height"_s, panel.place.height)
        .add(panel.unknown.value(u"place").toObject());
}

OrderedObject writePanel(const Panel &panel)
{
    OrderedObject object;
    object.add(u"id"_s, panel.id);
    addText(object, u"title"_s, panel.title);
    addText(object, u"description"_s, panel.description);
    object.add(u"kind"_s, panelKinds().key(panel.kind));
    if (panel.drawing != Panel::Drawing::Line)
        object.add(u"drawing"_s, panelDrawings().key(panel.drawing));
    object.add(u"place"_s, writePlace(panel));
    addText(object, u"source"_s, panel.source);
    addList(object, u"needs"_s, panel.needs, writeNeed);
    if (panel.incremental)
        object.add(u"incremental"_s, true);
    addText(object, u"timeColumn"_s, panel.timeColumn);
    addText(object, u"categoryColumn"_s, panel.categoryColumn);
    addList(object, u"fields"_s, panel.fields, writeField);
    addList(object, u"thresholds"_s, panel.thresholds, writeThreshold);
    if (panel.limit > 0)
        object.add(u"limit"_s, panel.limit);
    addLines(object, u"text"_s, panel.text);
    addLines(object, u"sql"_s, panel.sql);
    return object.add(withoutNested(panel.unknown, u"place"_s));
}

} // namespace

QByteArray documentToJson(const Document &document)
{
    OrderedObject object;
    object.add(u"schemaVersion"_s, document.schemaVersion);
    if (document.minimumReaderVersion > 0)
        object.add(u"minimumReaderVersion"_s, document.minimumReaderVersion);
    object.add(u"id"_s, document.id);
    object.add(u"title"_s, document.title);
    addText(object, u"description"_s, document.description);
    object.add(u"timeRange"_s,
        OrderedObject()
            .add(u"from"_s, document.timeRange.from)
            .add(u"to"_s, document.timeRange.to)
            .add(document.unknown.value(u"timeRange").toObject()));
    addText(object, u"timeZone"_s, document.timeZone);
    addList(object, u"sources"_s, document.sources, writeSource);
    addList(object, u"variables"_s, document.variables, writeVariable);
    addList(object, u"panels"_s, document.panels, writePanel);
    object.add(withoutNested(document.unknown, u"timeRange"_s));
    return object.toText();
}

} // namespace Shardboard
