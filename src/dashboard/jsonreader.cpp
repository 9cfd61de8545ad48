// SPDX-License-Identifier: GPL-3.0-or-later
#include "dashboard/jsonreader.h"

#include <cmath>

namespace Shardboard {

using namespace Qt::StringLiterals;

JsonReader::JsonReader(const QJsonValue &value, const QString &place, JsonProblems &problems)
    : m_object(value.toObject()), m_place(place), m_problems(problems)
{
    if (!value.isObject())
        m_problems.report(place, u"must be an object"_s);
}

QString JsonReader::placeOf(const QString &key) const
{
    return m_place.isEmpty() ? key : m_place + u'.' + key;
}

void JsonReader::report(const QString &key, const QString &message)
{
    m_problems.report(placeOf(key), message);
}

QString JsonReader::text(const QString &key, const QString &fallback)
{
    const QJsonValue value = take(key);
    if (value.isUndefined())
        return fallback;
    if (!value.isString())
        report(key, u"must be text"_s);
    return value.toString();
}

QString JsonReader::requiredText(const QString &key)
{
    const QString value = text(key);
    if (value.trimmed().isEmpty())
        report(key, u"must not be empty"_s);
    return value;
}

QString JsonReader::lines(const QString &key)
{
    const QJsonValue value = m_object.value(key);
    return value.isArray() ? textList(key).join(u'\n') : text(key);
}

QStringList JsonReader::textList(const QString &key)
{
    const QJsonValue value = take(key);
    if (!value.isUndefined() && !value.isArray())
        report(key, u"must be a list of texts"_s);
    QStringList texts;
    for (const QJsonValue &item : value.toArray()) {
        if (!item.isString())
            report(u"%1[%2]"_s.arg(key).arg(texts.size()), u"must be text"_s);
        texts.append(item.toString());
    }
    return texts;
}

bool JsonReader::boolean(const QString &key, bool fallback)
{
    const QJsonValue value = take(key);
    if (!value.isUndefined() && !value.isBool())
        report(key, u"must be true or false"_s);
    return value.toBool(fallback);
}

int JsonReader::toInteger(const QString &key, const QJsonValue &value)
{
    const double number = value.toDouble(std::nan(""));
    if (!value.isDouble() || number != std::floor(number) || std::abs(number) > 1e9) {
        report(key, u"must be a whole number"_s);
        return 0;
    }
    return int(number);
}

int JsonReader::integer(const QString &key, int fallback)
{
    const QJsonValue value = take(key);
    return value.isUndefined() ? fallback : toInteger(key, value);
}

int JsonReader::requiredInteger(const QString &key)
{
    return toInteger(key, take(key));
}

double JsonReader::requiredNumber(const QString &key)
{
    const QJsonValue value = take(key);
    if (!value.isDouble())
        report(key, u"must be a number"_s);
    return value.toDouble();
}

void JsonReader::reportChoice(const QString &key, const QString &name, QStringList names)
{
    names.sort();
    report(key, u"“%1” is not one of %2"_s.arg(name, names.join(u", "_s)));
}

std::optional<JsonReader> JsonReader::object(const QString &key)
{
    const QJsonValue value = take(key);
    if (value.isUndefined())
        return std::nullopt;
    return JsonReader(value, placeOf(key), m_problems);
}

void JsonReader::list(const QString &key, const std::function<void(JsonReader &)> &each)
{
    const QJsonValue value = take(key);
    if (!value.isUndefined() && !value.isArray())
        report(key, u"must be a list"_s);
    const QJsonArray items = value.toArray();
    for (qsizetype i = 0; i < items.size(); ++i) {
        JsonReader item(items.at(i), u"%1[%2]"_s.arg(placeOf(key)).arg(i), m_problems);
        each(item);
    }
}

} // namespace Shardboard
