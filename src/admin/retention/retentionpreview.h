// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/retention/retentionhold.h"
#include "connection/values/outcome.h"
#include "connection/values/sqlquote.h"

#include <QStringList>

namespace Shardboard {

class SyncSession;
struct CatalogueFacts;

/// How long rows of a table are, or would be, kept.
struct RetentionWish
{
    QualifiedName table;
    QString timeColumn = {}; ///< empty: the one that is registered, else the likely one
    QString keep = {}; ///< an interval; empty: the one that is registered
    bool dropsWide = false; ///< also partitions far wider than the others

    bool operator==(const RetentionWish &) const = default;
};

/// A partition that holds rows which are old enough.
struct ExpiringPartition
{
    enum class Fate {
        Goes,
        Waits, ///< for a rollup
        Wide, ///< too wide to be dropped unasked
        Beyond, ///< it also holds rows that are not old enough, or must not go yet
    };
    QString name; ///< schema.table, quoted where it must be
    QDateTime starts, ends; ///< UTC; an invalid start is the beginning of time
    Fate fate = Fate::Goes;
    qint64 rows = -1; ///< estimate; -1 when unknown
    qint64 bytes = -1; ///< with indexes, on all nodes; -1 when unknown
};

/// What hangs on the table.
struct RetentionDependant
{
    enum class Kind { Rollup, Cascade, View, ForeignKey };
    Kind kind = Kind::View;
    QString name;
    QString effect; ///< what the expiry means to it, a sentence in plain English
};

/// What a run would do now. Nothing is changed by asking.
struct RetentionPreview
{
    RetentionWish wish; ///< filled in
    bool isByPartitions = false; ///< else rows are deleted, in bounded transactions
    QDateTime wanted; ///< now less what is kept, UTC
    QDateTime cutoff; ///< what is older goes; invalid: nothing does
    QDateTime oldest; ///< row of the table; invalid: it has none with a finite time
    bool hasMinusInfinity = false; ///< a row of the table is at -infinity, and so the oldest
    QList<ExpiringPartition> partitions; ///< oldest first
    qint64 rows = 0; ///< that would go; -1: unknown
    bool isExact = false; ///< of rows: counted to the end. Else they are estimated, or there are at least so many
    qint64 bytes = 0; ///< of rows an estimate without indexes; -1: unknown
    QList<RetentionHold> holds;
    QList<RetentionDependant> dependants;
    QStringList notes;

    bool isRefused() const; ///< something stays that should go
    qsizetype partitionsGoing() const;
    bool isEmpty() const { return isByPartitions ? partitionsGoing() == 0 : rows == 0; }
    /// "3 partitions with some 1,200 rows (2.1 MiB)", "1,200 rows (some 1.3 MiB)", "nothing".
    QString whatGoes() const;
};

QString partitionFateName(ExpiringPartition::Fate fate); ///< "goes", "waits", "wide", "beyond"

/// The wish with what was left open, or what is wrong with it. Pure.
Outcome<RetentionWish> completeWish(RetentionWish wish, const CatalogueFacts &facts);

/// Blocks: for a worker thread. Counts rows to a million and no further.
Outcome<RetentionPreview> previewRetention(SyncSession &session, const RetentionWish &wish);

} // namespace Shardboard
