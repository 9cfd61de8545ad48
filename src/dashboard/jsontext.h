// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QJsonObject>
#include <QList>
#include <QString>

namespace Shardboard {

/// A JSON object whose keys stay in the order they were added, which QJsonObject does not keep; for files that people
/// read and compare.
class OrderedObject
{
public:
    OrderedObject &add(const QString &key, const QJsonValue &value);
    OrderedObject &add(const QString &key, const OrderedObject &value);
    OrderedObject &add(const QString &key, const QList<OrderedObject> &values);
    /// Further keys at the end, in alphabetical order.
    OrderedObject &add(const QJsonObject &values);

    bool isEmpty() const { return m_entries.isEmpty(); }
    /// Two-space indentation; an object or array that fits a line of 120 columns stands on one. A newline at the end.
    QByteArray toText() const;

private:
    /// Of any value: its text on one line, and its parts where it has some.
    struct Node
    {
        QByteArray line;
        QList<QPair<QByteArray, Node>> parts; ///< keys are quoted, empty in an array
        char open = 0, close = 0; ///< 0: no parts to speak of
    };
    static Node nodeOf(const QJsonValue &value);
    static Node nodeOf(char open, char close, const QList<QPair<QByteArray, Node>> &parts);
    static void print(const Node &node, int depth, qsizetype used, QByteArray &out);

    QList<QPair<QByteArray, Node>> m_entries;
};

} // namespace Shardboard
