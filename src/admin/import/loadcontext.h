// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/import/rejectfile.h"
#include "admin/import/rowencoder.h"
#include "connection/values/outcome.h"

#include <atomic>
#include <optional>
#include <stop_token>

namespace Shardboard {

/// What the connections of one import share. Any thread.
struct LoadContext
{
    EncoderSettings encoder;
    TargetTable table;
    bool isParallel = false;
    std::optional<qint64> maximumRejects;
    std::stop_token stop;
    std::atomic<qint64> rejected = 0; ///< over all connections

    /// Puts rejects on record; an error once there are more than the user allows.
    Completion reject(RejectSpool &spool, const std::vector<RejectedLine> &lines);
    /// Forgets what was rejected of lines that are to be loaded again.
    Completion forget(RejectSpool &spool);
};

/// Lines of the file so far. sent - loaded is what the server took and did not store.
struct LoadCounts
{
    qint64 read = 0;
    qint64 sent = 0;
    qint64 loaded = 0;
    qint64 withMore = 0; ///< as in EncodedChunk, of what was sent
    qint64 withoutAddress = 0;

    LoadCounts &operator+=(const LoadCounts &other);
};

/// Whether the error can be the fault of a row, so that the others may still be loaded.
bool blamesRow(const ServerError &error, const LoadContext &context);

/// How much of the file is read at once, and sent at once.
constexpr qsizetype straightChunk = 256 * 1024;
constexpr qsizetype carefulChunk = 1024 * 1024;
constexpr qsizetype sendBlock = 64 * 1024;

/// The next block of `pending`, which gets shorter by it.
QByteArrayView takeBlock(QByteArrayView &pending);

} // namespace Shardboard
