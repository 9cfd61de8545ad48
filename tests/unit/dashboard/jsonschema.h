// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonArray>
#include <QJsonObject>
#include <QRegularExpression>
#include <QString>

#include <cmath>

namespace Shardboard::Testing {

/// Holds a JSON value against a JSON schema: the keywords our schemas use, and an error for every other, so that none
/// is silently without effect.
class JsonSchema
{
public:
    explicit JsonSchema(QJsonObject root) : m_root(std::move(root)) {}

    /// Empty when the value is valid, else where and why not.
    QString check(const QJsonValue &value) const { return check(m_root, value, QStringLiteral("$")); }

private:
    QString check(const QJsonObject &schema, const QJsonValue &value, const QString &place) const
    {
        for (auto it = schema.begin(); it != schema.end(); ++it) {
            const QString problem = checkKeyword(schema, it.key(), it.value(), value, place);
            if (!problem.isEmpty())
                return problem;
        }
        return {};
    }

    QString checkKeyword(const QJsonObject &schema, const QString &keyword, const QJsonValue &rule,
        const QJsonValue &value, const QString &place) const
    {
        static const QStringList silent{QStringLiteral("$schema"), QStringLiteral("$defs"), QStringLiteral("title"),
            QStringLiteral("description"), QStringLiteral("then"), QStringLiteral("else")};
        if (silent.contains(keyword))
            return {};
        if (keyword == u"$ref")
            return check(resolve(rule.toString()), value, place);
        if (keyword == u"allOf" || keyword == u"anyOf")
            return checkAlternatives(keyword == u"anyOf", rule.toArray(), value, place);
        if (keyword == u"if") {
            const bool holds = check(rule.toObject(), value, place).isEmpty();
            return check(schema.value(holds ? u"then" : u"else").toObject(), value, place);
        }
        const QString problem = value.isObject() ? checkObject(keyword, rule, value.toObject(), place)
            : value.isArray()                    ? checkArray(keyword, rule, value.toArray(), place)
                                                 : QString();
        return problem.isEmpty() ? checkScalar(keyword, rule, value, place) : problem;
    }

    QString checkAlternatives(bool one, const QJsonArray &schemas, const QJsonValue &value, const QString &place) const
    {
        QString last;
        for (const QJsonValue &schema : schemas) {
            last = check(schema.toObject(), value, place);
            if (last.isEmpty() == one)
                return last;
        }
        return last;
    }

    QString checkObject(
        const QString &keyword, const QJsonValue &rule, const QJsonObject &object, const QString &place) const
    {
        if (keyword == u"required") {
            for (const QJsonValue &key : rule.toArray()) {
                if (!object.contains(key.toString()))
                    return place + QStringLiteral(" lacks ") + key.toString();
            }
        } else if (keyword == u"dependentRequired") {
            const QJsonObject rules = rule.toObject();
            for (auto it = rules.begin(); it != rules.end(); ++it) {
                const QString problem = object.contains(it.key())
                    ? checkObject(QStringLiteral("required"), it.value(), object, place)
                    : QString();
                if (!problem.isEmpty())
                    return problem;
            }
        } else if (keyword == u"properties") {
            const QJsonObject rules = rule.toObject();
            for (auto it = rules.begin(); it != rules.end(); ++it) {
                const QString problem = object.contains(it.key())
                    ? check(it.value().toObject(), object.value(it.key()), place + u'.' + it.key())
                    : QString();
                if (!problem.isEmpty())
                    return problem;
            }
        }
        return {};
    }

    QString checkArray(
        const QString &keyword, const QJsonValue &rule, const QJsonArray &array, const QString &place) const
    {
        if ((keyword == u"minItems" && array.size() < rule.toInt())
            || (keyword == u"maxItems" && array.size() > rule.toInt()))
            return QStringLiteral("%1 has %2 items").arg(place).arg(array.size());
        if (keyword != u"items")
            return {};
        for (qsizetype i = 0; i < array.size(); ++i) {
            const QString problem = check(rule.toObject(), array.at(i), QStringLiteral("%1[%2]").arg(place).arg(i));
            if (!problem.isEmpty())
                return problem;
        }
        return {};
    }

    static QString checkScalar(
        const QString &keyword, const QJsonValue &rule, const QJsonValue &value, const QString &place)
    {
        static const QStringList structural{QStringLiteral("required"), QStringLiteral("dependentRequired"),
            QStringLiteral("properties"), QStringLiteral("items"), QStringLiteral("minItems"),
            QStringLiteral("maxItems")};
        const QString problem = place + QStringLiteral(" breaks ") + keyword;
        if (keyword == u"type")
            return isOfType(value, rule.toString()) ? QString() : problem;
        if (keyword == u"enum")
            return rule.toArray().contains(value) ? QString() : problem;
        if (keyword == u"const")
            return value == rule ? QString() : problem;
        if (keyword == u"pattern")
            return !value.isString() || QRegularExpression(rule.toString()).match(value.toString()).hasMatch()
                ? QString()
                : problem;
        if (keyword == u"minimum")
            return !value.isDouble() || value.toDouble() >= rule.toDouble() ? QString() : problem;
        if (keyword == u"maximum")
            return !value.isDouble() || value.toDouble() <= rule.toDouble() ? QString() : problem;
        return structural.contains(keyword) ? QString() : QStringLiteral("unknown keyword ") + keyword;
    }

    static bool isOfType(const QJsonValue &value, const QString &type)
    {
        return (type == u"object" && value.isObject()) || (type == u"array" && value.isArray())
            || (type == u"string" && value.isString()) || (type == u"boolean" && value.isBool())
            || (type == u"number" && value.isDouble())
            || (type == u"integer" && value.isDouble() && value.toDouble() == std::floor(value.toDouble()));
    }

    QJsonObject resolve(const QString &reference) const
    {
        QJsonObject schema = m_root;
        for (const QString &step : reference.mid(2).split(u'/'))
            schema = schema.value(step).toObject();
        return schema;
    }

    const QJsonObject m_root;
};

} // namespace Shardboard::Testing
