// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/import/loadcontext.h"

#include <vector>

namespace Shardboard {

class SyncSession;

/// Finds the rows that unique keys refuse many at a time, where asking for each would take as long as the file has
/// rows: a file that is loaded twice. Rows are put aside in a temporary table and held against the target's keys, all
/// columns of which are loaded. Within a transaction; blocks; one thread.
class DuplicateFinder
{
public:
    struct Duplicate
    {
        size_t row = 0; ///< 0-based
        QByteArray reason;
    };
    /// Of a stretch of rows; each list in ascending order.
    struct Findings
    {
        std::vector<Duplicate> refused; ///< by a row that the table holds
        std::vector<size_t> later; ///< share a key with a row before them: to be asked again when that one is loaded
    };

    DuplicateFinder(SyncSession &session, const LoadContext &context);

    /// Makes the temporary table and reads the keys; what it makes must outlive the caller's savepoints.
    Completion prepare();
    bool isPrepared() const { return m_isPrepared; }

    /// `rows` in the form of COPY. An error that blames a row says nothing about keys: one is refused for something
    /// else.
    Outcome<Findings> find(QByteArrayView rows);

private:
    struct Key
    {
        QString name;
        QString columns; ///< for people
        QString stagedColumns; ///< SQL
        QString join; ///< SQL
    };
    Completion stage(QByteArrayView rows);
    Completion findInTable(const Key &key, std::vector<Duplicate> &found);
    Completion findInFile(const Key &key, std::vector<size_t> &found);

    SyncSession &m_session;
    const LoadContext &m_context;
    QString m_copyStatement;
    QList<Key> m_keys;
    bool m_isPrepared = false;
};

} // namespace Shardboard
