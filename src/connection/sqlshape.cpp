// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/sqlshape.h"

#include <QJsonArray>
#include <QSet>

#include <algorithm>

namespace Shardboard {

namespace {

bool isSetConfig(const QJsonObject &call)
{
    const QJsonArray names = call.value(QLatin1String("funcname")).toArray();
    const QJsonObject last = names.last().toObject().value(QLatin1String("String")).toObject();
    // Version 15 of the library calls the text "sval", earlier ones "str".
    const QString name = last.value(QLatin1String("sval")).toString(last.value(QLatin1String("str")).toString());
    return name.compare(QLatin1String("set_config"), Qt::CaseInsensitive) == 0;
}

// Anything in the tree, however deep, that changes or locks something.
bool changesSomething(const QJsonValue &node)
{
    static const QSet<QString> changing{QStringLiteral("InsertStmt"), QStringLiteral("UpdateStmt"),
        QStringLiteral("DeleteStmt"), QStringLiteral("MergeStmt"), QStringLiteral("intoClause"),
        QStringLiteral("lockingClause")};
    if (node.isArray()) {
        const QJsonArray array = node.toArray();
        return std::any_of(array.begin(), array.end(), [](const QJsonValue &item) { return changesSomething(item); });
    }
    const QJsonObject object = node.toObject();
    for (auto entry = object.begin(); entry != object.end(); ++entry) {
        if (changing.contains(entry.key()) || changesSomething(entry.value()))
            return true;
        if (entry.key() == QLatin1String("FuncCall") && isSetConfig(entry.value().toObject()))
            return true;
    }
    return false;
}

QString kindOf(const QJsonObject &statement)
{
    return statement.isEmpty() ? QString() : statement.begin().key();
}

} // namespace

bool isSelectWithoutEffect(const QJsonObject &statement)
{
    return kindOf(statement) == QLatin1String("SelectStmt") && !changesSomething(statement.begin().value());
}

bool isStatementReading(const QJsonObject &statement)
{
    const QString kind = kindOf(statement);
    if (kind == QLatin1String("ExplainStmt"))
        return isStatementReading(statement.begin()->toObject().value(QLatin1String("query")).toObject());
    return kind == QLatin1String("VariableShowStmt") || isSelectWithoutEffect(statement);
}

} // namespace Shardboard
