// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/shardboardctl/resultwriter.h"
#include "connection/values/textquote.h"

namespace Shardboard::Ctl {

namespace {

/// RFC 4180 with a header line; an empty line between the results of several statements.
class CsvWriter : public ResultWriter
{
public:
    using ResultWriter::ResultWriter;

    Completion begin(const QList<ResultField> &fields) override
    {
        QByteArray line = m_hasResult ? QByteArrayLiteral("\n") : QByteArray();
        m_hasResult = true;
        for (qsizetype i = 0; i < fields.size(); ++i) {
            if (i > 0)
                line.append(',');
            appendCsvField(line, fields[i].name.toUtf8());
        }
        return write(line + '\n');
    }

    Completion rows(const SharedRowBatch &batch) override
    {
        QByteArray text;
        text.reserve(batch->byteCount() + batch->rowCount() * batch->columnCount() * 2);
        for (qsizetype row = 0; row < batch->rowCount(); ++row) {
            for (int column = 0; column < batch->columnCount(); ++column) {
                if (column > 0)
                    text.append(',');
                if (!batch->isNull(row, column))
                    appendCsvField(text, batch->cell(row, column));
            }
            text.append('\n');
        }
        return write(text);
    }

    Completion end(const ResultSet &) override { return Nothing{}; }
    Completion close(const ServerError *) override { return Nothing{}; }

private:
    bool m_hasResult = false;
};

} // namespace

std::unique_ptr<ResultWriter> makeCsvWriter(ResultWriter::Output output)
{
    return std::make_unique<CsvWriter>(std::move(output));
}

} // namespace Shardboard::Ctl
