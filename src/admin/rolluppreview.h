// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/progress.h"
#include "admin/rollupsteps.h"
#include "connection/values/outcome.h"
#include "connection/values/resultset.h"

#include <QDateTime>
#include <QList>

#include <chrono>

namespace Shardboard {

class SyncSession;
struct CatalogueFacts;

/// How much a preview may read.
struct PreviewLimits
{
    qint64 rows = 200'000; ///< of the source, about: the span of time is chosen so that it holds no more
    int shownRows = 100;
    std::chrono::milliseconds patience = std::chrono::seconds(15); ///< for each question to the server
};

/// What one level would make of the rows looked at.
struct PreviewLevel
{
    QString name, bucket;
    qint64 rows = 0; ///< of the rollup
    qint64 seconds = 0; ///< from the first bucket's start to the last one's end
    double bytesPerRow = 0; ///< with its part of the indexes
    QString keep; ///< interval; empty: for ever
    bool isCut = false; ///< the span is shorter than a bucket: a whole one has more rows, so figures are lower bounds

    double rowsPerMonth() const; ///< of 30 days, at the pace of the span
    double bytesPerMonth() const { return rowsPerMonth() * bytesPerRow; }
    /// Raw rows for each rollup row; 0 when there are none.
    double reduction(qint64 rawRows) const { return rows > 0 ? double(rawRows) / double(rows) : 0; }
};

/// What a family of rollups would make of the newest rows, before anything is created.
struct RollupPreview
{
    qint64 sourceRows = -1, sourceBytes = -1; ///< of the whole source, estimated; -1 unknown
    qint64 rows = 0; ///< looked at
    QDateTime from, until; ///< UTC; until is exclusive
    bool isWhole = false; ///< these are all rows that have a time
    QList<PreviewLevel> levels; ///< finest first
    ResultSet shown; ///< first rows of the finest level, newest first
    QStringList notes;

    bool isEmpty() const { return rows == 0; }
    double rawRowsPerMonth() const;
    double rawBytesPerMonth() const; ///< 0 when unknown
};

/// Aggregates the newest rows as the rollups would. Reads a bounded span of time; gives up where even that takes too
/// long. Blocks: for a worker thread.
Outcome<RollupPreview> previewRollups(SyncSession &session, const QList<RollupLevel> &family,
    const CatalogueFacts &facts, const PreviewLimits &limits = {}, const ProgressSink &progress = {});

/// The span that is tried next when one of `seconds` held `found` rows, more than `limit` counted as limit + 1; 0 when
/// this one will do. Never shorter than `shortest` or longer than `longest`.
qint64 nextPreviewSpan(qint64 seconds, qint64 found, qint64 limit, qint64 shortest, qint64 longest);

/// Bytes that a row of so many bytes of data, and so many of key, takes in a table and its indexes.
double storedRowBytes(double rowBytes, double keyBytes);

} // namespace Shardboard
