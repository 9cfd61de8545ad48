// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/commit.h"
#include "admin/import/importsettings.h"
#include "admin/progress.h"
#include "connection/values/connectionsettings.h"
#include "connection/values/outcome.h"

#include <QJsonObject>
#include <QStringList>

#include <chrono>
#include <optional>
#include <stop_token>

namespace Shardboard {

class SyncSession;

/// What became of the file's lines. A record of a CSV file counts as one line, however many it spans; the header and a
/// byte order mark count as none. read = loaded + rejected + dropped, always.
struct ImportReport
{
    qint64 read = 0;
    qint64 loaded = 0; ///< as the server counted them
    qint64 rejected = 0; ///< each is in the reject file with its line number and the reason
    qint64 dropped = 0; ///< accepted by the server, which stored nothing: a trigger of the table kept them out
    QString rejectFile; ///< empty when nothing was rejected
    std::chrono::milliseconds duration{0};
    QStringList notes; ///< what was decided on the user's behalf: format, columns ignored, constants

    /// "10000 read = 9999 loaded + 1 rejected", the notes and the reject file, line by line.
    QString toText() const;
    QJsonObject toJson() const;
};

/// Loads a file into a table with COPY … FROM STDIN. Lines that do not fit are written to the reject file, found by
/// checks on this side or, where the server refuses a row that passed them, by loading again what came with it in ever
/// smaller parts. One connection: one transaction; an error or a cancel leaves the table as it was. Several: each
/// commits by itself as soon as it is through, so an error may leave what the others have committed, and the error says
/// how many rows that are; rows of a distributed table then go to the workers directly, where these can be reached from
/// here without offering the password to a host that the user has not named. A connection lost during COMMIT is looked
/// into on a new one (`further`); an outcome that stays unknown is an error of its own (isUnknownOutcome()). Blocks:
/// for a worker thread. The session must not be in a transaction. Memory: less than 64 MiB whatever the file. Progress
/// counts bytes of the file and may come from any of the threads that load, one call at a time.
Outcome<ImportReport> runImport(SyncSession &session, const ImportSettings &settings, const ProgressSink &progress = {},
    std::stop_token stop = {}, const std::optional<FurtherSessions> &further = {});

} // namespace Shardboard
