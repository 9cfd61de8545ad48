// SPDX-License-Identifier: GPL-3.0-or-later
// What a table suggests to be rolled up, by the names and types of its columns and by a look at some rows.
#include "admin/facts.h"
#include "admin/rollup/rollupdraft.h"
#include "admin/rollup/rollupsource.h"
#include "admin/rollupchooser.h"

#include <QJsonObject>

#include <algorithm>

namespace Shardboard {

namespace {

using Kind = RollupMeasure::Kind;

constexpr qsizetype mostMeasures = 10;
constexpr qint64 fewValues = 20;

bool isNamedLike(const ColumnFacts &column, const QStringList &words)
{
    return std::ranges::any_of(
        words, [&](const QString &word) { return column.name.contains(word, Qt::CaseInsensitive); });
}

bool isNumber(const ColumnFacts &column)
{
    static const QStringList types{QStringLiteral("smallint"), QStringLiteral("integer"), QStringLiteral("bigint"),
        QStringLiteral("real"), QStringLiteral("double precision")};
    return types.contains(column.type) || column.type.startsWith(QStringLiteral("numeric"));
}

bool isText(const ColumnFacts &column)
{
    return column.type == QStringLiteral("text") || column.type.startsWith(QStringLiteral("character varying"));
}

bool isId(const ColumnFacts &column)
{
    return column.isIdentity || !column.sequence.isEmpty() || column.name == QStringLiteral("id")
        || column.name.endsWith(QStringLiteral("_id"), Qt::CaseInsensitive);
}

class Suggestion
{
public:
    Suggestion(const TableFacts &table, const RollupExtensions &extensions) : m_table(table), m_extensions(extensions)
    {
    }

    QList<RollupMeasureDraft> measures()
    {
        add(QStringLiteral("row_count"), Kind::Count, {});
        for (const ColumnFacts &column : m_table.columns) {
            if (column.name != m_table.distributionColumn)
                suggestFor(column);
        }
        return m_list.mid(0, mostMeasures);
    }

private:
    void add(const QString &name, Kind kind, const QString &expression, const QString &filter = {})
    {
        RollupMeasure measure;
        measure.column = makeIdentifier(name, {});
        measure.kind = kind;
        measure.expression = expression;
        measure.filter = filter;
        m_list << RollupMeasureDraft{measure, {}};
    }

    void suggestFor(const ColumnFacts &column)
    {
        const QString name = column.name, quoted = quoteIdentifier(column.name);
        const bool isStatus = isNumber(column) && isNamedLike(column, {QStringLiteral("status")});
        if (isStatus) {
            add(QStringLiteral("success_count"), Kind::Count, {}, quoted + QStringLiteral(" BETWEEN 200 AND 299"));
            add(QStringLiteral("error_count"), Kind::Count, {}, quoted + QStringLiteral(" >= 400"));
        } else if (!m_extensions.hll.isEmpty()
            && isNamedLike(column,
                {QStringLiteral("ip"), QStringLiteral("user"), QStringLiteral("session"), QStringLiteral("device"),
                    QStringLiteral("visitor"), QStringLiteral("customer")})
            && (isText(column) || isId(column) || column.type == QStringLiteral("uuid")
                || column.type == QStringLiteral("inet"))
            && !isNamedLike(column,
                {QStringLiteral("agent"), QStringLiteral("script"), QStringLiteral("type"), QStringLiteral("descr")})) {
            add(QStringLiteral("distinct_") + name, Kind::Distinct, quoted);
        } else if (isText(column) && isNamedLike(column, {QStringLiteral("country"), QStringLiteral("region")})) {
            add(name + QStringLiteral("_counters"), Kind::Counters, quoted);
        } else if (isNumber(column) && !isId(column)) {
            // An average that can be merged is a sum and how many values it is of.
            add(name + QStringLiteral("_sum"), Kind::Sum, quoted);
            add(name + QStringLiteral("_count"), Kind::CountOf, quoted);
            add(name + QStringLiteral("_max"), Kind::Maximum, quoted);
        }
    }

    const TableFacts &m_table;
    const RollupExtensions m_extensions;
    QList<RollupMeasureDraft> m_list;
};

/// The first column named like a kind of thing that has few values.
QString likelyDimension(const TableFacts &table, const RollupSourceFigures &figures)
{
    for (const ColumnFacts &column : table.columns) {
        const bool isKind = isNamedLike(column, {QStringLiteral("type"), QStringLiteral("kind")});
        const auto seen = figures.columns.constFind(column.name);
        const bool hasFew = seen != figures.columns.cend() && seen->distinct > 0 && seen->distinct <= fewValues;
        if (isKind && hasFew && !isId(column))
            return column.name;
    }
    return {};
}

/// A time that is no moment yet.
QString likelyWithoutZone(const TableFacts &table)
{
    const auto found = std::ranges::find_if(table.columns, [](const ColumnFacts &column) {
        return column.type.startsWith(QStringLiteral("timestamp")) || column.type == QStringLiteral("date");
    });
    return found == table.columns.cend() ? QString() : found->name;
}

void suggestCascade(RollupDraft &draft, const TableFacts &table, const RollupFacts &finer)
{
    QStringList measures;
    for (const QJsonValue &known : finer.measures) {
        QStringList ignored; // it is in the registry: it was right once
        RollupMeasure measure = RollupMeasures::fromJson(known.toObject(), ignored);
        measure.expression = measure.column;
        measure.filter.clear();
        measures << measure.column;
        draft.measures << RollupMeasureDraft{measure, {}};
    }
    draft.timeColumn = finer.bucketColumn;
    draft.timeZone = finer.timeZone.isEmpty() ? draft.timeZone : finer.timeZone;
    for (const ColumnFacts &column : table.columns) {
        const bool isForced = column.name == table.distributionColumn;
        if (column.name != finer.bucketColumn && !measures.contains(column.name))
            draft.dimensions << RollupDimensionDraft{column.name, {}, {}, true, isForced};
    }
    const qint64 seconds = bucketSeconds(finer.bucket);
    const QString bucket = seconds < 3600 ? QStringLiteral("1 hour")
        : seconds < 86400                 ? QStringLiteral("1 day")
                                          : QStringLiteral("1 month");
    draft.levels = {{bucket, {}, QStringLiteral("* * * * *"), QStringLiteral("never")}};
}

/// Where a level's usual name is taken, by a blueprint's rollup for one, another one.
void avoidTables(RollupDraft &draft, const CatalogueFacts &facts)
{
    for (RollupLevelDraft &level : draft.levels) {
        const QString usual = levelTarget(draft, level);
        for (int number = 2; facts.table({draft.table.schema, levelTarget(draft, level)}); ++number)
            level.target = makeIdentifier(usual, QStringLiteral("_%1").arg(number));
    }
}

} // namespace

RollupDraft RollupDraft::suggest(
    const TableFacts &table, const CatalogueFacts &facts, const RollupSourceFigures &figures)
{
    RollupDraft draft;
    draft.table = table.name;
    if (const RollupFacts *finer = finerRollup(table.name, facts)) {
        suggestCascade(draft, table, *finer);
        avoidTables(draft, facts);
        return draft;
    }
    draft.timeColumn = likelyTimeColumn(table);
    if (draft.timeColumn.isEmpty()) // what it would take is said of that one
        draft.timeColumn = likelyWithoutZone(table);
    const QString kind = likelyDimension(table, figures);
    for (const ColumnFacts &column : table.columns) {
        const bool isForced = column.name == table.distributionColumn;
        if (column.name != draft.timeColumn)
            draft.dimensions << RollupDimensionDraft{column.name, {}, {}, isForced || column.name == kind, isForced};
    }
    std::ranges::stable_partition(draft.dimensions, &RollupDimensionDraft::isForced);
    draft.measures = Suggestion(table, extensionsOf(facts)).measures();
    draft.measures.removeIf([&](const RollupMeasureDraft &one) {
        return !kind.isEmpty() && one.measure.expression == quoteIdentifier(kind);
    });
    draft.levels = {{QStringLiteral("1 minute"), {}, QStringLiteral("* * * * *"), QStringLiteral("30 days")},
        {QStringLiteral("1 hour"), {}, QStringLiteral("*/5 * * * *"), QStringLiteral("never")}};
    avoidTables(draft, facts);
    return draft;
}

} // namespace Shardboard
