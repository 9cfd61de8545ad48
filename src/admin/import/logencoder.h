// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/import/logline.h"
#include "admin/import/rowencoder.h"

namespace Shardboard {

/// Access log lines to COPY's text format.
class LogEncoder final : public RowEncoder
{
public:
    explicit LogEncoder(EncoderSettings settings);
    QString copyStatement() const override;

protected:
    void encodeRecords(Chunk &chunk, EncodedChunk &out, bool wantsPlaces) override;

private:
    QByteArray findFault(QByteArrayView text, qint64 number);
    void appendRow();

    EncoderSettings m_settings;
    LogLine m_line;
    QByteArray m_tail; ///< the constants, as they end each row
    ByteBuffer m_buffer;
};

} // namespace Shardboard
