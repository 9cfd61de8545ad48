// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>
#include <QList>
#include <QString>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace Shardboard {

/// A column of a result as the server describes it.
struct ResultField
{
    QString name;
    quint32 typeOid = 0;
    qint32 typeModifier = -1;
    quint32 tableOid = 0; ///< 0 when it is no plain table column

    bool operator==(const ResultField &) const = default;
};

/// Consecutive rows of a result in the server's own text form: one arena of bytes, one uint32 end offset per cell and
/// one null bit per cell (25 bytes a cell on the grid benchmark). Built on the I/O thread, immutable once shared.
class RowBatch
{
public:
    explicit RowBatch(int columnCount) : m_columnCount(columnCount) {}

    int columnCount() const { return m_columnCount; }
    qsizetype rowCount() const { return m_columnCount == 0 ? 0 : qsizetype(m_ends.size()) / m_columnCount; }
    qsizetype byteCount() const { return qsizetype(m_bytes.size()); }
    bool isNull(qsizetype row, int column) const;
    /// The cell's text; empty for NULL. Valid as long as the batch lives.
    QByteArrayView cell(qsizetype row, int column) const;

    /// Cells arrive row by row, left to right. The arena never exceeds what uint32 offsets reach: a caller starts a new
    /// batch long before.
    void appendCell(const char *bytes, qsizetype length);
    void appendNull();
    void reserve(qsizetype bytes, qsizetype cells);
    /// Gives back what reserve() or growing took too much, where that is worth a copy.
    void squeeze();
    qsizetype allocatedBytes() const;

private:
    int m_columnCount;
    std::vector<char> m_bytes;
    std::vector<uint32_t> m_ends;
    std::vector<bool> m_nulls;
};

using SharedRowBatch = std::shared_ptr<const RowBatch>;

/// The rows of one statement: a list of shared immutable batches, cheap to copy.
class ResultSet
{
public:
    QList<ResultField> fields;
    QString commandTag; ///< such as "INSERT 0 5"
    qint64 affectedRows = 0; ///< as the tag counts them; 0 when it counts none
    bool hasMoreRows = false; ///< rows beyond Query::limits were left out
    bool hasCutCells = false; ///< cells longer than Query::limits allows were cut

    void append(SharedRowBatch batch);
    qsizetype rowCount() const { return m_rowCount; }
    int columnCount() const { return int(fields.size()); }
    int columnIndex(QStringView name) const; ///< -1 when there is none
    const std::vector<SharedRowBatch> &batches() const { return m_batches; }

    bool isNull(qsizetype row, int column) const;
    QByteArrayView cell(qsizetype row, int column) const;
    /// Conveniences for the small results of catalogue queries. NULL and text that does not parse give the fallback.
    QString text(qsizetype row, int column) const;
    qint64 integer(qsizetype row, int column, qint64 fallback = 0) const;
    double real(qsizetype row, int column, double fallback = 0) const;
    bool boolean(qsizetype row, int column) const; ///< 't' is true, all else false

private:
    struct Place
    {
        const RowBatch *batch;
        qsizetype row;
    };
    Place find(qsizetype row) const;

    std::vector<SharedRowBatch> m_batches;
    std::vector<qsizetype> m_firstRows; ///< of each batch, ascending
    qsizetype m_rowCount = 0;
};

} // namespace Shardboard
