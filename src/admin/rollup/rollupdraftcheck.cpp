// SPDX-License-Identifier: GPL-3.0-or-later
// What can be said against a draft without the server, each problem at its field.
#include "admin/facts.h"
#include "admin/jobs/cronschedule.h"
#include "admin/rollup/rollupdraft.h"
#include "admin/rollupchooser.h"
#include "admin/rollupzone.h"
#include "connection/sqlsplit.h"

#include <QSet>
#include <QTimeZone>

#include <algorithm>

namespace Shardboard {

namespace {

using Part = RollupProblem::Part;
using Kind = RollupMeasure::Kind;

constexpr qint64 secondsOfDay = 86400;

class Checker
{
public:
    Checker(const RollupDraft &draft, const TableFacts &table, const CatalogueFacts &facts)
        : m_draft(draft), m_table(table), m_facts(facts), m_strategy(strategyOf(draft, table, facts))
    {
    }

    QList<RollupProblem> problems()
    {
        checkSource();
        checkLevels();
        checkDimensions();
        checkMeasures();
        return m_problems;
    }

private:
    void add(Part part, int row, const char *field, const QString &text)
    {
        if (!text.isEmpty())
            m_problems << RollupProblem{part, row, QLatin1String(field), text};
    }

    void checkSource()
    {
        if (!m_strategy)
            add(Part::Source, -1, "strategy", QStringLiteral("This table cannot be rolled up as it is."));
        const bool isByTime = m_strategy == RollupStrategy::ClosedBuckets;
        if (isByTime && keepSeconds(m_draft.grace) <= 0)
            add(Part::Source, -1, "grace",
                QStringLiteral("“%1” is no length of time such as 1 minute.").arg(m_draft.grace));
    }

    void checkLevels()
    {
        if (m_draft.levels.isEmpty())
            add(Part::Levels, -1, "", QStringLiteral("At least one length of buckets is needed."));
        if (!QTimeZone::isTimeZoneIdAvailable(m_draft.timeZone.toUtf8()))
            add(Part::Levels, -1, "timeZone", QStringLiteral("There is no time zone “%1”.").arg(m_draft.timeZone));
        QSet<QString> targets;
        const RollupFacts *finer
            = m_strategy == RollupStrategy::Cascade ? finerRollup(m_draft.table, m_facts) : nullptr;
        QString shorter = finer ? finer->bucket : QString();
        for (int row = 0; row < m_draft.levels.size(); ++row) {
            checkLevel(row, shorter);
            const QString target = levelTarget(m_draft, m_draft.levels.at(row));
            if (targets.contains(target))
                add(Part::Levels, row, "target", QStringLiteral("Two rollups cannot be called %1.").arg(target));
            targets.insert(target);
            shorter = m_draft.levels.at(row).bucket;
        }
    }

    void checkLevel(int row, const QString &shorter)
    {
        const RollupLevelDraft &level = m_draft.levels.at(row);
        if (!checkBucket(level.bucket).isEmpty())
            add(Part::Levels, row, "bucket",
                bucketSeconds(level.bucket) == 0
                    ? QStringLiteral("“%1” is no length such as 5 minutes or 1 day.").arg(level.bucket)
                    : QStringLiteral("%1 neither divides a day nor is it a day, week, month, quarter or year.")
                          .arg(level.bucket));
        else if (bucketSeconds(shorter) > 0 && !isMadeOfBuckets(level.bucket, shorter))
            add(Part::Levels, row, "bucket",
                QStringLiteral("%1 is not made of whole buckets of %2, which it is rolled up from.")
                    .arg(level.bucket, readableBucket(shorter)));
        else if (bucketSeconds(shorter) > 0 && bucketSeconds(shorter) < secondsOfDay
            && bucketSeconds(level.bucket) >= secondsOfDay
            && !zoneFit(m_draft.timeZone, bucketSeconds(shorter), QDateTime::currentDateTimeUtc()).begins)
            add(Part::Levels, row, "bucket",
                QStringLiteral("In %1 a day begins within a bucket of %2: put one of %3 before it.")
                    .arg(m_draft.timeZone, readableBucket(shorter),
                        zoneFit(m_draft.timeZone, bucketSeconds(shorter), QDateTime::currentDateTimeUtc())
                            .fitting.join(QStringLiteral(" or "))));
        const QString target = levelTarget(m_draft, level);
        const QualifiedName table{m_draft.schema.isEmpty() ? m_draft.table.schema : m_draft.schema, target};
        if (const QString bad = checkIdentifier(target); !bad.isEmpty())
            add(Part::Levels, row, "target", QStringLiteral("“%1” cannot be a name: %2.").arg(target, bad));
        else if (m_facts.table(table))
            add(Part::Levels, row, "target", QStringLiteral("There is a table %1 already.").arg(table.display()));
        if (!level.schedule.isEmpty()) {
            const auto schedule = CronSchedule::parse(level.schedule);
            add(Part::Levels, row, "schedule",
                !schedule                   ? schedule.error().message
                    : schedule->isEverDue() ? QString()
                                            : QStringLiteral("This schedule never comes about."));
        }
        const qint64 kept = keepSeconds(level.keep);
        if (kept == 0)
            add(Part::Levels, row, "keep",
                QStringLiteral("“%1” is no length of time such as 30 days.").arg(level.keep));
        else if (kept > 0 && kept < bucketSeconds(level.bucket))
            add(Part::Levels, row, "keep", QStringLiteral("Rows must be kept for at least one bucket."));
    }

    void checkDimensions()
    {
        QSet<QString> seen{QStringLiteral("bucket")};
        for (int row = 0; row < m_draft.dimensions.size(); ++row) {
            const RollupDimensionDraft &one = m_draft.dimensions.at(row);
            if (!one.isChosen && !one.isForced)
                continue;
            if (const QString bad = checkIdentifier(one.column); !bad.isEmpty())
                add(Part::Dimensions, row, "column", QStringLiteral("“%1” cannot be a name: %2.").arg(one.column, bad));
            else if (seen.contains(one.column))
                add(Part::Dimensions, row, "column",
                    one.column == QStringLiteral("bucket")
                        ? QStringLiteral("The rollup's time is called bucket: this needs another name.")
                        : QStringLiteral("There are two columns %1.").arg(one.column));
            seen.insert(one.column);
            if (one.isOwn())
                add(Part::Dimensions, row, "expression", shapeProblem(one.expression));
        }
    }

    void checkMeasures()
    {
        if (m_draft.measures.isEmpty())
            add(Part::Measures, -1, "", QStringLiteral("A rollup without figures tells nothing: add one."));
        QSet<QString> seen{QStringLiteral("bucket")};
        for (const RollupDimensionDraft &one : m_draft.dimensions) {
            if (one.isChosen || one.isForced)
                seen.insert(one.column);
        }
        for (int row = 0; row < m_draft.measures.size(); ++row) {
            const RollupMeasure &measure = m_draft.measures.at(row).measure;
            if (const QString bad = checkIdentifier(measure.column); !bad.isEmpty())
                add(Part::Measures, row, "column",
                    QStringLiteral("“%1” cannot be a name: %2.").arg(measure.column, bad));
            else if (seen.contains(measure.column))
                add(Part::Measures, row, "column", QStringLiteral("There are two columns %1.").arg(measure.column));
            seen.insert(measure.column);
            checkMeasure(row, measure);
        }
    }

    void checkMeasure(int row, const RollupMeasure &measure)
    {
        add(Part::Measures, row, "kind",
            kindObstacle(measure.kind, m_strategy, m_draft.levels.size(), extensionsOf(m_facts)));
        if (m_strategy == RollupStrategy::Cascade)
            return;
        if (measure.expression.isEmpty() && measure.kind != Kind::Count)
            add(Part::Measures, row, "expression", QStringLiteral("Of which column, or which expression?"));
        if (!measure.expression.isEmpty())
            add(Part::Measures, row, "expression", shapeProblem(measure.expression));
        if (!measure.filter.isEmpty())
            add(Part::Measures, row, "filter", shapeProblem(measure.filter));
    }

    /// Something of another shape than one expression would end up as other SQL than it looks.
    static QString shapeProblem(const QString &sql)
    {
        const SqlScript script = splitSql(QStringLiteral("SELECT (%1)").arg(sql));
        if (script.syntaxError)
            return QStringLiteral("Not SQL: %1").arg(script.syntaxError->message);
        return script.statements.size() == 1 ? QString() : QStringLiteral("Not one SQL expression.");
    }

    const RollupDraft &m_draft;
    const TableFacts &m_table;
    const CatalogueFacts &m_facts;
    const std::optional<RollupStrategy> m_strategy;
    QList<RollupProblem> m_problems;
};

} // namespace

QList<RollupProblem> rollupProblems(const RollupDraft &draft, const TableFacts &table, const CatalogueFacts &facts)
{
    return Checker(draft, table, facts).problems();
}

QString kindObstacle(RollupMeasure::Kind kind, std::optional<RollupStrategy> strategy, qsizetype levels,
    const RollupExtensions &extensions)
{
    if (kind == Kind::Distinct && extensions.hll.isEmpty())
        return QStringLiteral("Distinct counts that can be merged need the extension hll in this database.");
    if (kind == Kind::Percentiles && extensions.tdigest.isEmpty())
        return QStringLiteral("Percentiles that can be merged need the extension tdigest in this database.");
    if (RollupMeasures::canBeMerged(kind))
        return {};
    if (strategy != RollupStrategy::ClosedBuckets)
        return QStringLiteral("An exact figure cannot be merged with new rows: choose closed buckets by time at the "
                              "source, where each bucket is counted as a whole.");
    if (levels > 1)
        return QStringLiteral("An exact figure cannot be merged into longer buckets: keep to one length of buckets.");
    return {};
}

} // namespace Shardboard
