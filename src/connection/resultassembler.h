// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/pghandle.h"
#include "connection/values/outcome.h"
#include "connection/values/query.h"
#include "connection/values/resultset.h"

#include <functional>
#include <memory>

namespace Shardboard {

/// What a request wants to hear while it runs; called on the I/O thread. Without `rows` all rows come with `finished`.
struct ReplyHandlers
{
    std::function<void(QList<ResultField>)> started;
    std::function<void(SharedRowBatch)> rows;
    std::function<void(qsizetype index, Outcome<ResultSet>)> finished;
    std::function<bool()> hasRoom; ///< null: always. False: the reader is behind, further rows stay on the wire
};

QList<ResultField> fieldsOf(const PGresult *result);

/// Puts the rows of one statement, however libpq cuts them, into batches: the first of 64 rows, so that a screen fills
/// at once, then of 4096, fewer where rows are wide.
class ResultAssembler
{
public:
    explicit ResultAssembler(const ReplyHandlers &handlers) : m_handlers(handlers) {}

    /// Rows of a result; the first one of a statement also describes its columns.
    void addRows(const PGresult *result);
    /// The end of a result: its tag and count. A further result of the same text replaces what was there.
    void complete(const PGresult *result);
    /// Hands out the rows that wait for their batch to fill.
    void publish();
    bool hasUnpublishedRows() const { return m_batch && m_batch->rowCount() > 0; }
    /// What is kept of the results from here on.
    void setLimits(const ResultLimits &limits) { m_limits = limits; }
    /// The limits were reached and further rows have been left out since.
    bool hasEnough() const { return m_isOpen && m_result.hasMoreRows; }
    /// The server was made to stop sending rows beyond the limits: what was kept is the result.
    void completeEarly();
    ResultSet take();
    /// Ready for the next statement, whatever became of the last.
    void reset();

private:
    void begin(const PGresult *result);
    void newBatch();
    bool hasRoomFor(qsizetype bytes) const;
    void appendCell(const PGresult *result, int row, int column);

    const ReplyHandlers &m_handlers;
    ResultSet m_result;
    std::shared_ptr<RowBatch> m_batch;
    ResultLimits m_limits;
    qsizetype m_keptRows = 0, m_keptBytes = 0; ///< of this result
    qsizetype m_rowLimit = 0; ///< of the batch
    qsizetype m_bytesPerRow = 0;
    bool m_isOpen = false;
};

} // namespace Shardboard
