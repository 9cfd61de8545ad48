// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/import/csvgrammar.h"
#include "admin/import/rowencoder.h"

namespace Shardboard {

/// CSV to CSV. When every field of the file is loaded and nothing is filled in, the bytes themselves are sent, less the
/// rejected records and carriage returns; else each record is put together from its fields as they stand in the file.
class CsvEncoder final : public RowEncoder
{
public:
    explicit CsvEncoder(EncoderSettings settings);
    QString copyStatement() const override;

protected:
    void encodeRecords(Chunk &chunk, EncodedChunk &out, bool wantsPlaces) override;

private:
    class Compactor;

    /// How much has to be known of a field that has no quotes.
    enum class Glance : uint8_t {
        None, ///< anything will do
        Digits, ///< so few digits that they are in range; else as for Look
        Look,
    };
    Glance glanceFor(const ValueCheck &check) const;

    const char *readRecord(const char *p, const char *end);
    const char *readPlainRecord(const char *p, FieldEndWalker &walker);
    const char *readNext(const char *p, const char *end, FieldEndWalker &walker);
    bool fieldFits(const ValueCheck &check, const CsvField &field) const;
    QByteArray explain(const char *begin, const CsvRecord &record, qint64 line) const;
    const char *reject(const char *begin, const char *end, qint64 line, EncodedChunk &out) const;
    void forwardRecords(Chunk &chunk, EncodedChunk &out, bool wantsPlaces);
    void rebuildRecords(Chunk &chunk, EncodedChunk &out, bool wantsPlaces);
    void appendRebuilt();

    EncoderSettings m_settings;
    FieldEndFinder m_finder;
    size_t m_fieldCount;
    bool m_forwards;
    bool m_textIsSafe = false; ///< the chunk is plain ASCII, no record of it needs to be looked at for its encoding
    std::vector<Glance> m_glances; ///< one per field
    std::vector<CsvField> m_fields; ///< of the record read last
    QByteArray m_tail; ///< the constants, as they end each rebuilt record
    ByteBuffer m_buffer; ///< of rebuilt records
};

} // namespace Shardboard
