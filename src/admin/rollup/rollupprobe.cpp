// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/rollup/rollupprobe.h"

#include "admin/facts.h"
#include "connection/syncsession.h"

#include <algorithm>

namespace Shardboard {

namespace {

using Part = RollupProblem::Part;
using Kind = RollupMeasure::Kind;

/// Kinds that take numbers only; what they are given is tried as such.
QString numeric(Kind kind, const QString &sql)
{
    switch (kind) {
    case Kind::Percentiles:
    case Kind::ExactPercentile:
        return QStringLiteral("(%1)::double precision").arg(sql);
    default:
        return sql;
    }
}

QString aggregateName(Kind kind)
{
    switch (kind) {
    case Kind::Sum:
        return QStringLiteral("sum");
    case Kind::Minimum:
        return QStringLiteral("min");
    case Kind::Maximum:
        return QStringLiteral("max");
    default:
        return QStringLiteral("count");
    }
}

QString valueSql(const QualifiedName &table, const RollupMeasure &measure)
{
    const QString value = numeric(measure.kind, measure.expression);
    if (measure.kind == Kind::Count)
        return QStringLiteral("SELECT true FROM %1 WHERE false AND (%2)").arg(table.quoted(), value);
    // Grouped, so that what is an aggregate itself, or no fit for one, is refused; the value beside it tells its type.
    return QStringLiteral("SELECT (%2), %3(%2) FROM %1 WHERE false GROUP BY 1")
        .arg(table.quoted(), value, aggregateName(measure.kind));
}

/// The server's words about an expression, with what it suggests.
QString wordsOf(const ServerError &error)
{
    QString text = error.message;
    if (!text.isEmpty())
        text[0] = text.at(0).toUpper();
    if (!text.endsWith(u'.'))
        text += u'.';
    return error.hint.isEmpty() ? text : text + u' ' + error.hint;
}

QString notOneExpression()
{
    return QStringLiteral("This is more than one value: one expression is needed.");
}

} // namespace

QList<RollupExpression> expressionsOf(const RollupDraft &draft, const TableFacts &table, const CatalogueFacts &facts)
{
    QList<RollupExpression> list;
    if (strategyOf(draft, table, facts) == RollupStrategy::Cascade)
        return list;
    for (int row = 0; row < draft.dimensions.size(); ++row) {
        const RollupDimensionDraft &one = draft.dimensions.at(row);
        if (one.isOwn() && one.isChosen)
            list << RollupExpression{{Part::Dimensions, row, QStringLiteral("expression"), {}},
                QStringLiteral("SELECT (%2) FROM %1 WHERE false GROUP BY 1").arg(draft.table.quoted(), one.expression),
                {}};
    }
    for (int row = 0; row < draft.measures.size(); ++row) {
        const RollupMeasure &one = draft.measures.at(row).measure;
        if (!one.expression.isEmpty())
            list << RollupExpression{{Part::Measures, row, QStringLiteral("expression"), {}},
                valueSql(draft.table, one), {}, one.kind == Kind::Count ? 1 : 2};
        if (!one.filter.isEmpty())
            list << RollupExpression{{Part::Measures, row, QStringLiteral("filter"), {}},
                QStringLiteral("SELECT true FROM %1 WHERE false AND (%2)").arg(draft.table.quoted(), one.filter), {}};
    }
    return list;
}

Outcome<QList<RollupExpression>> judgeExpressions(SyncSession &session, QList<RollupExpression> expressions)
{
    QList<Query> questions;
    for (const RollupExpression &one : std::as_const(expressions))
        questions << Query(one.sql);
    const QList<Outcome<ResultSet>> answers = session.runPipeline(questions);
    QList<Query> types;
    for (qsizetype i = 0; i < expressions.size(); ++i) {
        const Outcome<ResultSet> &answer = answers.at(i);
        if (answer.isCancelled())
            return Cancelled{};
        if (answer.isError() && answer.error().kind != ServerError::Kind::Server)
            return answer.error();
        if (answer.isError())
            expressions[i].at.text = wordsOf(answer.error());
        else if (answer->columnCount() != expressions.at(i).columns)
            expressions[i].at.text = notOneExpression();
        const quint32 oid = answer && answer->columnCount() > 0 ? answer->fields.constFirst().typeOid : 0;
        types << Query(QStringLiteral("SELECT format_type($1, NULL)"), {QByteArray::number(oid)});
    }
    const QList<Outcome<ResultSet>> names = session.runPipeline(types);
    for (qsizetype i = 0; i < expressions.size(); ++i) {
        if (names.at(i).isCancelled())
            return Cancelled{};
        if (names.at(i).isError())
            return names.at(i).error();
        if (expressions.at(i).at.text.isEmpty())
            expressions[i].type = names.at(i)->text(0, 0);
        if (expressions.at(i).type == QStringLiteral("record"))
            expressions[i].at.text = notOneExpression();
    }
    return expressions;
}

QList<RollupProblem> applyJudgement(
    RollupDraft &draft, const TableFacts &table, const CatalogueFacts &facts, const QList<RollupExpression> &judged)
{
    QList<RollupProblem> problems;
    const QList<RollupExpression> now = expressionsOf(draft, table, facts);
    for (const RollupExpression &one : judged) {
        const bool isCurrent = std::ranges::any_of(now, [&](const RollupExpression &asked) {
            return asked.sql == one.sql && asked.at.part == one.at.part && asked.at.row == one.at.row;
        });
        if (!isCurrent)
            continue;
        if (!one.at.text.isEmpty())
            problems << one.at;
        else if (one.at.part == Part::Dimensions)
            draft.dimensions[one.at.row].type = one.type;
        else if (one.at.field == QStringLiteral("expression"))
            draft.measures[one.at.row].expressionType = one.type;
    }
    return problems;
}

} // namespace Shardboard
