// SPDX-License-Identifier: GPL-3.0-or-later
#include "dashboard/jsontext.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace Shardboard {

namespace {

constexpr qsizetype lineLength = 120;

QByteArray scalarText(const QJsonValue &value)
{
    // QJsonDocument writes containers only; its array of one, without the brackets, is the value.
    const QByteArray text = QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact);
    return text.mid(1, text.size() - 2);
}

} // namespace

OrderedObject::Node OrderedObject::nodeOf(char open, char close, const QList<QPair<QByteArray, Node>> &parts)
{
    Node node;
    node.open = open;
    node.close = close;
    node.parts = parts;
    node.line = QByteArray(1, open);
    for (const auto &[key, part] : parts) {
        node.line += node.line.size() == 1 ? (open == '{' ? " " : "") : ", ";
        node.line += key.isEmpty() ? part.line : key + ": " + part.line;
    }
    node.line += open == '{' && !parts.isEmpty() ? " }" : QByteArray(1, close);
    return node;
}

OrderedObject::Node OrderedObject::nodeOf(const QJsonValue &value)
{
    QList<QPair<QByteArray, Node>> parts;
    if (value.isArray()) {
        for (const QJsonValue &part : value.toArray())
            parts.append({QByteArray(), nodeOf(part)});
        return nodeOf('[', ']', parts);
    }
    if (value.isObject()) {
        const QJsonObject object = value.toObject();
        for (auto it = object.begin(); it != object.end(); ++it)
            parts.append({scalarText(it.key()), nodeOf(it.value())});
        return nodeOf('{', '}', parts);
    }
    Node node;
    node.line = scalarText(value);
    return node;
}

OrderedObject &OrderedObject::add(const QString &key, const QJsonValue &value)
{
    m_entries.append({scalarText(key), nodeOf(value)});
    return *this;
}

OrderedObject &OrderedObject::add(const QString &key, const OrderedObject &value)
{
    m_entries.append({scalarText(key), nodeOf('{', '}', value.m_entries)});
    return *this;
}

OrderedObject &OrderedObject::add(const QString &key, const QList<OrderedObject> &values)
{
    QList<QPair<QByteArray, Node>> parts;
    for (const OrderedObject &value : values)
        parts.append({QByteArray(), nodeOf('{', '}', value.m_entries)});
    m_entries.append({scalarText(key), nodeOf('[', ']', parts)});
    return *this;
}

OrderedObject &OrderedObject::add(const QJsonObject &values)
{
    for (auto it = values.begin(); it != values.end(); ++it)
        add(it.key(), it.value());
    return *this;
}

void OrderedObject::print(const Node &node, int depth, qsizetype used, QByteArray &out)
{
    // The top level always spreads, however short it is.
    if (node.parts.isEmpty() || (depth > 0 && used + node.line.size() < lineLength)) {
        out += node.line;
        return;
    }
    const QByteArray indent(2 * (depth + 1), ' ');
    out += node.open;
    for (qsizetype i = 0; i < node.parts.size(); ++i) {
        const auto &[key, part] = node.parts.at(i);
        out += i == 0 ? "\n" : ",\n";
        out += indent;
        if (!key.isEmpty())
            out += key + ": ";
        print(part, depth + 1, indent.size() + (key.isEmpty() ? 0 : key.size() + 2), out);
    }
    out += '\n' + QByteArray(2 * depth, ' ') + node.close;
}

QByteArray OrderedObject::toText() const
{
    QByteArray text;
    print(nodeOf('{', '}', m_entries), 0, 0, text);
    return text + '\n';
}

} // namespace Shardboard
