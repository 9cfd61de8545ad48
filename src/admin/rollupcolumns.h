// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/rollupdefinition.h"

#include <QJsonObject>

namespace Shardboard {

struct CatalogueFacts;
struct TableFacts;

/// Dimensions and measures as an intent has them.
namespace RollupColumns {

/// Reads "dimensions" and "measures" of an intent's settings into a definition whose source, strategy and parent are
/// set. Of what is a plain column the type is known, and so are casts that the figure needs. The distribution column is
/// put first.
void read(RollupDefinition &rollup, const TableFacts &table, const CatalogueFacts &facts, const QJsonObject &settings,
    QStringList &problems);

/// Type of the rollup's column, and the expression cast to what the aggregate takes, for a measure over a plain column
/// of this type.
void fitToType(RollupMeasure &measure, const QString &columnType, const RollupExtensions &extensions);

} // namespace RollupColumns

} // namespace Shardboard
