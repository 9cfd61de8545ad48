// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/resultassembler.h"

#include <algorithm>

namespace Shardboard {

namespace {
constexpr qsizetype firstBatchRows = 64;
constexpr qsizetype batchRows = 4096;
constexpr qsizetype batchBytes = 4 << 20;

/// At most so many bytes of UTF-8 text, whole characters only.
qsizetype cutAtCharacter(const char *bytes, qsizetype length, qsizetype limit)
{
    if (length <= limit)
        return length;
    while (limit > 0 && (uchar(bytes[limit]) & 0xC0) == 0x80)
        --limit;
    return limit;
}

qsizetype bytesOfRow(const PGresult *result, int row, int columns)
{
    qsizetype bytes = 0;
    for (int column = 0; column < columns; ++column)
        bytes += PQgetlength(result, row, column);
    return bytes;
}
} // namespace

QList<ResultField> fieldsOf(const PGresult *result)
{
    QList<ResultField> fields;
    const int count = PQnfields(result);
    fields.reserve(count);
    for (int column = 0; column < count; ++column) {
        fields.append({QString::fromUtf8(PQfname(result, column)), PQftype(result, column), PQfmod(result, column),
            PQftable(result, column)});
    }
    return fields;
}

void ResultAssembler::begin(const PGresult *result)
{
    m_result = ResultSet();
    m_result.fields = fieldsOf(result);
    m_batch.reset();
    m_rowLimit = firstBatchRows;
    m_bytesPerRow = 0;
    m_keptRows = 0;
    m_keptBytes = 0;
    m_isOpen = true;
    if (m_handlers.started)
        m_handlers.started(m_result.fields);
}

void ResultAssembler::newBatch()
{
    m_batch = std::make_shared<RowBatch>(int(m_result.fields.size()));
    if (m_rowLimit != batchRows)
        return;
    // The rows before tell how wide rows are: reserving a little more than they took avoids growing and trimming.
    const qsizetype rows = std::min(batchRows, batchBytes / std::max<qsizetype>(m_bytesPerRow, 1) + 1);
    m_batch->reserve(rows * m_bytesPerRow * 33 / 32, rows * m_result.fields.size());
}

void ResultAssembler::addRows(const PGresult *result)
{
    if (!m_isOpen)
        begin(result);
    const int rows = PQntuples(result);
    const int columns = int(m_result.fields.size());
    for (int row = 0; row < rows; ++row) {
        if (m_result.hasMoreRows || (m_limits.bytes > 0 && !hasRoomFor(bytesOfRow(result, row, columns)))
            || (m_limits.rows > 0 && m_keptRows >= m_limits.rows)) {
            m_result.hasMoreRows = true;
            return;
        }
        ++m_keptRows;
        if (!m_batch)
            newBatch();
        for (int column = 0; column < columns; ++column)
            appendCell(result, row, column);
        if (m_batch->rowCount() >= m_rowLimit || m_batch->byteCount() >= batchBytes) {
            publish();
            m_rowLimit = batchRows;
        }
    }
}

bool ResultAssembler::hasRoomFor(qsizetype bytes) const
{
    if (m_limits.cellBytes > 0)
        bytes = std::min(bytes, m_limits.cellBytes * qsizetype(m_result.fields.size()));
    return m_keptBytes + bytes <= m_limits.bytes;
}

void ResultAssembler::appendCell(const PGresult *result, int row, int column)
{
    if (PQgetisnull(result, row, column)) {
        m_batch->appendNull();
        return;
    }
    const char *bytes = PQgetvalue(result, row, column);
    const qsizetype whole = PQgetlength(result, row, column);
    const qsizetype kept = m_limits.cellBytes > 0 ? cutAtCharacter(bytes, whole, m_limits.cellBytes) : whole;
    m_result.hasCutCells = m_result.hasCutCells || kept < whole;
    m_keptBytes += kept;
    m_batch->appendCell(bytes, kept);
}

void ResultAssembler::publish()
{
    if (!hasUnpublishedRows())
        return;
    m_bytesPerRow = m_batch->byteCount() / m_batch->rowCount() + 1;
    m_batch->squeeze();
    if (m_handlers.rows)
        m_handlers.rows(std::move(m_batch));
    else
        m_result.append(std::move(m_batch));
    m_batch.reset();
}

void ResultAssembler::complete(const PGresult *result)
{
    if (!m_isOpen)
        begin(result);
    publish();
    m_result.commandTag = QString::fromUtf8(PQcmdStatus(const_cast<PGresult *>(result)));
    m_result.affectedRows = QByteArray(PQcmdTuples(const_cast<PGresult *>(result))).toLongLong();
    m_isOpen = false;
}

void ResultAssembler::completeEarly()
{
    publish();
    m_isOpen = false;
}

ResultSet ResultAssembler::take()
{
    return std::move(m_result);
}

void ResultAssembler::reset()
{
    m_result = ResultSet();
    m_batch.reset();
    m_isOpen = false;
}

} // namespace Shardboard
