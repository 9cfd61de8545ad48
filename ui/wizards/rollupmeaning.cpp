// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/rollupmeaning.h"

#include "admin/jobs/cronschedule.h"
#include "admin/rollup/rollupsource.h"
#include "ui/tables/figures.h"
#include "ui/wizards/rollupmeasurewords.h"

#include <QCoreApplication>

#include <algorithm>

namespace Shardboard {

namespace {

struct MeaningWords
{
    Q_DECLARE_TR_FUNCTIONS(Shardboard::RollupMeaning)
};

using Kind = RollupMeasure::Kind;

/// Bytes that a figure takes in a row when it is full; 0 where that hangs on the data.
qint64 fullBytes(const RollupMeasure &measure)
{
    switch (measure.kind) {
    case Kind::Distinct:
        return sketchBytes(measure.log2m, measure.regwidth);
    case Kind::Percentiles:
        return qint64(measure.compression) * 16 + 32; // a mean and a count for each centroid
    case Kind::Counters:
    case Kind::TopN:
        return 0;
    default:
        return 8;
    }
}

} // namespace

Meaning sourceMeaning(const RollupDraft &draft, const TableFacts &table, const CatalogueFacts &facts)
{
    Meaning meaning;
    const auto strategy = strategyOf(draft, table, facts);
    if (!strategy)
        return meaning;
    switch (*strategy) {
    case RollupStrategy::Sequence:
        meaning.text
            = MeaningWords::tr("Each run takes the rows that have come since the last one, through whichever node, and "
                               "each row once. It waits for transactions that are still writing instead of locking "
                               "the table.");
        meaning.figures << Meaning::Figure{MeaningWords::tr("Rows that come late"), MeaningWords::tr("always counted")}
                        << Meaning::Figure{MeaningWords::tr("A run costs"), MeaningWords::tr("what is new")};
        break;
    case RollupStrategy::ClosedBuckets:
        meaning.text = MeaningWords::tr(
            "A bucket is rolled up as a whole once it has closed, and the last few again on each run. "
            "So also figures that cannot be merged are exact.");
        meaning.figures << Meaning::Figure{MeaningWords::tr("Rows that come late"),
            MeaningWords::tr("up to %1 buckets late").arg(draft.recompute)}
                        << Meaning::Figure{
                               MeaningWords::tr("Newest bucket shown"), MeaningWords::tr("once it has closed")};
        break;
    case RollupStrategy::Cascade:
        meaning.text = MeaningWords::tr(
            "Made from the finer rollup's rows that have changed, not from raw rows: a fraction of the "
            "work.");
        meaning.figures << Meaning::Figure{
            MeaningWords::tr("Rows that come late"), MeaningWords::tr("as in the finer one")};
        break;
    }
    return meaning;
}

Meaning levelsMeaning(const RollupDraft &draft, bool canSchedule)
{
    Meaning meaning;
    meaning.text = MeaningWords::tr(
        "The first one is as fresh as its schedule; each longer one takes what has changed in the one "
        "before. Rows go only when the longer one has them and when the rows they were made of have gone: as long "
        "as the source keeps its rows, the first one keeps its own.");
    const QDateTime now = QDateTime::currentDateTimeUtc();
    for (const RollupLevelDraft &level : draft.levels) {
        const auto schedule = CronSchedule::parse(level.schedule);
        const auto next = schedule && canSchedule ? schedule->next(now, 1) : QList<QDateTime>();
        meaning.figures << Meaning::Figure{readableBucket(level.bucket),
            next.isEmpty() ? MeaningWords::tr("only when asked")
                           : MeaningWords::tr("next %1 UTC").arg(next.constFirst().toString(QStringLiteral("HH:mm")))};
    }
    meaning.note = canSchedule ? MeaningWords::tr("Schedules are read in the zone of pg_cron, usually UTC.")
                               : MeaningWords::tr("Nothing runs by itself here: pg_cron is missing.");
    return meaning;
}

Meaning dimensionsMeaning(const RollupDraft &draft, const RollupSourceFigures &figures)
{
    Meaning meaning;
    double groups = 1;
    for (const RollupDimensionDraft &one : draft.dimensions) {
        if (!one.isChosen && !one.isForced)
            continue;
        const auto seen = figures.columns.constFind(one.column);
        if (!one.isOwn() && seen != figures.columns.cend()) {
            const double values = double(std::max<qint64>(1, seen->distinct + (seen->nulls > 0 ? 1 : 0)));
            groups *= values;
            meaning.figures << Meaning::Figure{one.column, countText(values)};
        } else {
            meaning.figures << Meaning::Figure{one.column, MeaningWords::tr("unknown")};
        }
    }
    if (meaning.figures.isEmpty()) {
        meaning.text = MeaningWords::tr("One row for each bucket: the whole table in one line.");
        return meaning;
    }
    meaning.text = MeaningWords::tr("A bucket has at most one row for each combination that occurs in it.");
    if (figures.rowsSeen > 0) {
        meaning.figures << Meaning::Figure{MeaningWords::tr("Combinations of those seen"), countText(groups)};
        meaning.note = MeaningWords::tr(
            "Different values among %1 of the table's rows. The preview counts the combinations that "
            "there are.")
                           .arg(exactText(figures.rowsSeen));
    }
    return meaning;
}

Meaning measuresMeaning(const RollupDraft &draft)
{
    Meaning meaning;
    qint64 bytes = 0;
    int open = 0;
    for (const RollupMeasureDraft &one : draft.measures) {
        const qint64 own = fullBytes(one.measure);
        bytes += own;
        open += own == 0;
        if (one.measure.kind == Kind::Distinct)
            meaning.figures << Meaning::Figure{
                one.measure.column, MeaningWords::tr("±%1 %").arg(sketchError(one.measure.log2m) * 100, 0, 'f', 1)};
    }
    meaning.text
        = MeaningWords::tr("Every figure can be added up over time and over groups when read, but for the exact ones.");
    meaning.figures << Meaning::Figure{open > 0 ? MeaningWords::tr("Room of a row but for its counters, at most")
                                                : MeaningWords::tr("Room of a row, at most"),
        bytesText(double(bytes))};
    meaning.note = MeaningWords::tr("A sketch of few values is smaller. The preview measures it on real rows.");
    return meaning;
}

} // namespace Shardboard
