// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/rollupmeasure.h"

#include <QList>
#include <QString>

namespace Shardboard {

/// A kind of figure in the user's words.
struct MeasureKindWords
{
    RollupMeasure::Kind kind;
    QString name; ///< "Distinct, estimated"
    QString meaning; ///< a sentence or two: what it tells, what it costs
};

/// All of them, in the order in which they are offered.
QList<MeasureKindWords> measureKinds();
MeasureKindWords wordsOf(RollupMeasure::Kind kind);
/// "distinct ip_address where status_code < 400"
QString describeMeasure(const RollupMeasure &measure);
/// "2,048 registers, 1.3 KiB when full, ±2.3 %"
QString describePrecision(int log2m, int regwidth);

} // namespace Shardboard
