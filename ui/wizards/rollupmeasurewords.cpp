// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/rollupmeasurewords.h"

#include "admin/rollup/rollupdraft.h"
#include "ui/tables/figures.h"

#include <QCoreApplication>
#include <QLocale>

namespace Shardboard {

namespace {

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(Shardboard::RollupMeasureWords)
};

using Kind = RollupMeasure::Kind;

} // namespace

QList<MeasureKindWords> measureKinds()
{
    return {
        {Kind::Count, Words::tr("Count of rows"), Words::tr("How many rows there are, or how many meet a condition.")},
        {Kind::CountOf, Words::tr("Count of values"),
            Words::tr("How many rows have a value. With the sum of the same it gives an average that stays right when "
                      "buckets are added up.")},
        {Kind::Sum, Words::tr("Sum"),
            Words::tr("Divide it by the count of values for the average: averages themselves cannot be added up.")},
        {Kind::Minimum, Words::tr("Smallest"), Words::tr("The smallest value.")},
        {Kind::Maximum, Words::tr("Largest"), Words::tr("The largest value.")},
        {Kind::Distinct, Words::tr("Distinct, estimated"),
            Words::tr("How many different values, by HyperLogLog: of any span of time, in a fixed room, within a known "
                      "error.")},
        {Kind::Counters, Words::tr("Counters per value"),
            Words::tr(
                "How many rows of each value, as JSON. For values of which there are few, such as countries: a row "
                "grows with each of them.")},
        {Kind::TopN, Words::tr("Most frequent values"),
            Words::tr("The most frequent values with their counts, of any span of time. Of values near the smallest "
                      "kept, counts may be too low.")},
        {Kind::Percentiles, Words::tr("Percentiles, estimated"),
            Words::tr(
                "Any percentile, chosen when reading, of any span of time: a t-digest, most precise at the ends.")},
        {Kind::ExactDistinct, Words::tr("Distinct, exact"),
            Words::tr("How many different values in the bucket, exactly. It cannot be added up over buckets.")},
        {Kind::ExactPercentile, Words::tr("Percentile, exact"),
            Words::tr("One percentile of the bucket, exactly. It cannot be added up over buckets.")}};
}

MeasureKindWords wordsOf(RollupMeasure::Kind kind)
{
    const auto kinds = measureKinds();
    return *std::ranges::find(kinds, kind, &MeasureKindWords::kind);
}

QString describeMeasure(const RollupMeasure &measure)
{
    const QString name = wordsOf(measure.kind).name;
    const QString what = measure.expression.isEmpty() ? name : Words::tr("%1 of %2").arg(name, measure.expression);
    return measure.filter.isEmpty() ? what : Words::tr("%1 where %2").arg(what, measure.filter);
}

QString describePrecision(int log2m, int regwidth)
{
    return Words::tr("%1 registers, %2 when full, ±%3 %")
        .arg(exactText(qint64(1) << log2m), bytesText(double(sketchBytes(log2m, regwidth))),
            QLocale().toString(sketchError(log2m) * 100, 'f', log2m > 13 ? 2 : 1));
}

} // namespace Shardboard
