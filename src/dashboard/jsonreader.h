// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/servererror.h"

#include <QHash>
#include <QJsonArray>
#include <QJsonObject>
#include <QList>
#include <QString>

#include <functional>
#include <optional>

namespace Shardboard {

/// The first thing that is wrong in a file, and where: "panels[2].title: must be text".
class JsonProblems
{
public:
    void report(const QString &place, const QString &message)
    {
        if (!m_first)
            m_first = ServerError::usage(place.isEmpty() ? message : place + QStringLiteral(": ") + message);
    }
    const std::optional<ServerError> &first() const { return m_first; }

private:
    std::optional<ServerError> m_first;
};

/// Takes one JSON object apart by key, strictly: what has the wrong type is a problem, what is left over is rest().
/// An absent key gives the fallback; a required one is a problem.
class JsonReader
{
public:
    JsonReader(const QJsonValue &value, const QString &place, JsonProblems &problems);

    QString text(const QString &key, const QString &fallback = {});
    QString requiredText(const QString &key);
    /// Text, or a list of lines of it.
    QString lines(const QString &key);
    QStringList textList(const QString &key);
    bool boolean(const QString &key, bool fallback);
    int integer(const QString &key, int fallback);
    int requiredInteger(const QString &key);
    double requiredNumber(const QString &key);

    template <typename E>
    E choice(const QString &key, const QHash<QString, E> &names, E fallback);

    /// Nothing when the key is absent.
    std::optional<JsonReader> object(const QString &key);
    void list(const QString &key, const std::function<void(JsonReader &)> &each);

    const QString &place() const { return m_place; }
    QString placeOf(const QString &key) const;
    void report(const QString &key, const QString &message);
    /// The keys nobody asked for.
    QJsonObject rest() const { return m_object; }

private:
    QJsonValue take(const QString &key) { return m_object.take(key); }
    int toInteger(const QString &key, const QJsonValue &value);
    void reportChoice(const QString &key, const QString &name, QStringList names);

    QJsonObject m_object;
    QString m_place;
    JsonProblems &m_problems;
};

template <typename E>
E JsonReader::choice(const QString &key, const QHash<QString, E> &names, E fallback)
{
    const QJsonValue value = m_object.value(key);
    const QString name = text(key);
    if (value.isUndefined() || names.contains(name))
        return names.value(name, fallback);
    if (value.isString())
        reportChoice(key, name, names.keys());
    return fallback;
}

} // namespace Shardboard
