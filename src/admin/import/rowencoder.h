// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/import/chunk.h"
#include "admin/import/columnplan.h"
#include "admin/import/recordsplitter.h"
#include "admin/import/targettable.h"

#include <QByteArray>
#include <QByteArrayView>

#include <memory>
#include <vector>

namespace Shardboard {

/// A line that is not loaded.
struct RejectedLine
{
    qint64 line = 0; ///< of the file, 1-based; of a record that spans several, the first
    QByteArray reason;
    QByteArray text; ///< as in the file, without the line end

    bool operator==(const RejectedLine &) const = default;
};

/// Where one row is, in what was read and in what is sent. Views into the chunk and into EncodedChunk::data.
struct RowPlace
{
    qint64 line = 0;
    QByteArrayView text; ///< as in the file, without the line end
    QByteArrayView data; ///< as COPY reads it, with the newline
};

/// What became of a chunk.
struct EncodedChunk
{
    QByteArrayView data; ///< for COPY; points into the chunk or into the encoder, until either is used again
    qint64 rows = 0; ///< in `data`
    qint64 withMore = 0; ///< of them, those whose line of an access log holds more than its fields
    qint64 withoutAddress = 0; ///< of them, those whose client is named, but not by an address
    std::vector<RejectedLine> rejects;
    std::vector<RowPlace> places; ///< of the rows, when asked for

    qint64 records() const { return rows + qint64(rejects.size()); }
};

/// Turns whole records of a file into rows for COPY, and says why one cannot be a row. Bytes are forwarded as they are
/// wherever the server would read the same from them. One thread at a time: each connection has its own.
class RowEncoder
{
public:
    virtual ~RowEncoder() = default;

    /// Changes the chunk's bytes: rejected records are closed up.
    void encode(Chunk &chunk, EncodedChunk &out, bool wantsPlaces);
    /// COPY … FROM STDIN for what encode() makes.
    virtual QString copyStatement() const = 0;

protected:
    virtual void encodeRecords(Chunk &chunk, EncodedChunk &out, bool wantsPlaces) = 0;
};

/// What every encoder needs to know.
struct EncoderSettings
{
    ImportFormat format = ImportFormat::Csv;
    RecordLayout layout;
    QByteArray nullText;
    QString table; ///< quoted
    QString columns; ///< quoted, separated by commas
    std::vector<ValueCheck> fields; ///< one per field of the file
    std::vector<QByteArray> constants;
};

EncoderSettings makeEncoderSettings(const ImportSettings &settings, const ColumnPlan &plan, const TargetTable &table);
std::unique_ptr<RowEncoder> makeEncoder(const EncoderSettings &settings);

} // namespace Shardboard
