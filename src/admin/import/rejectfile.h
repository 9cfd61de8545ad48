// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/import/rowencoder.h"
#include "connection/values/outcome.h"

#include <QSaveFile>
#include <QTemporaryFile>

#include <memory>
#include <optional>

namespace Shardboard {

/// Rejected lines of one connection, in ascending order, on disk until the import is over: what a connection has to
/// load again is judged again, and its rejects with it. One thread at a time.
class RejectSpool
{
public:
    Completion add(const std::vector<RejectedLine> &lines);
    Completion clear();
    qint64 count() const { return m_count; }

    /// For reading from the first to the last; nullopt after it.
    Completion rewind();
    Outcome<std::optional<RejectedLine>> next();

private:
    QTemporaryFile m_file;
    qint64 m_count = 0;
    qint64 m_read = 0;
};

/// The file that tells which lines were not loaded and why: CSV with the columns line, reason, text. Written beside its
/// name and put in place at the end, so that it is there whole or not at all.
class RejectFile
{
public:
    /// An error when the file could not be written; nothing is there yet.
    static Outcome<std::unique_ptr<RejectFile>> create(const QString &path);
    /// Writes what is in the spools, in the order of the file's lines. Nothing is written when they are empty.
    Completion write(const std::vector<RejectSpool *> &spools);

private:
    explicit RejectFile(const QString &path) : m_file(path) {}
    Completion writeLine(const RejectedLine &line);

    QSaveFile m_file;
};

} // namespace Shardboard
