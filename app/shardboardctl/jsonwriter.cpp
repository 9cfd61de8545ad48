// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/shardboardctl/errortext.h"
#include "app/shardboardctl/resultwriter.h"
#include "connection/values/textquote.h"

#include <QJsonDocument>

namespace Shardboard::Ctl {

namespace {

// Numbers keep every digit the server sent; what JSON has no number for (NaN, Infinity) is a text.
void appendValue(QByteArray &text, QByteArrayView value, CellKind kind)
{
    const auto isFinite = [value] { return !value.isEmpty() && value.back() >= '0' && value.back() <= '9'; };
    if (kind == CellKind::Json || (kind == CellKind::Number && isFinite()))
        text.append(visibleJson(value.toByteArray()));
    else if (kind == CellKind::Boolean)
        text.append(value == QByteArrayView("t") ? "true" : "false");
    else
        appendJsonString(text, value);
}

/// {"results": [{"columns": [{"name", "typeOid"}], "rows": [[…]], "command": "SELECT 2", "affectedRows": 2}, …]}, and
/// "error" where a statement failed. Rows are arrays because column names may repeat.
class JsonWriter : public ResultWriter
{
public:
    using ResultWriter::ResultWriter;

    Completion open() override { return write("{\"results\": ["); }

    Completion begin(const QList<ResultField> &fields) override
    {
        QByteArray text = next() + "{\"columns\": [";
        m_kinds.clear();
        for (const ResultField &field : fields) {
            text.append(m_kinds.isEmpty() ? "" : ", ").append("{\"name\": ");
            appendJsonString(text, field.name.toUtf8());
            text.append(", \"typeOid\": ").append(QByteArray::number(field.typeOid)).append('}');
            m_kinds.append(kindOfType(field.typeOid));
        }
        m_hasRows = false;
        m_isOpen = true;
        return write(text + "], \"rows\": [");
    }

    Completion rows(const SharedRowBatch &batch) override
    {
        QByteArray text;
        text.reserve(batch->byteCount() + batch->rowCount() * batch->columnCount() * 4);
        for (qsizetype row = 0; row < batch->rowCount(); ++row) {
            text.append(m_hasRows ? ",\n[" : "\n[");
            m_hasRows = true;
            for (int column = 0; column < batch->columnCount(); ++column) {
                text.append(column > 0 ? "," : "");
                if (batch->isNull(row, column))
                    text.append("null");
                else
                    appendValue(text, batch->cell(row, column), m_kinds[column]);
            }
            text.append(']');
        }
        return write(text);
    }

    Completion end(const ResultSet &result) override
    {
        QByteArray text = m_isOpen ? QByteArrayLiteral("], ") : next() + '{';
        m_isOpen = false;
        text.append("\"command\": ");
        appendJsonString(text, result.commandTag.toUtf8());
        text.append(", \"affectedRows\": ").append(QByteArray::number(result.affectedRows)).append('}');
        return write(text);
    }

    Completion close(const ServerError *error) override
    {
        QByteArray text = m_isOpen ? QByteArrayLiteral("]}]") : QByteArrayLiteral("]");
        if (error)
            text.append(", \"error\": ").append(QJsonDocument(errorJson(*error)).toJson(QJsonDocument::Compact));
        return write(text + "}\n");
    }

private:
    QByteArray next() { return std::exchange(m_hasResult, true) ? QByteArrayLiteral(",\n") : QByteArray(); }

    QList<CellKind> m_kinds;
    bool m_hasResult = false;
    bool m_hasRows = false;
    bool m_isOpen = false; ///< a result's rows
};

} // namespace

std::unique_ptr<ResultWriter> makeJsonWriter(ResultWriter::Output output)
{
    return std::make_unique<JsonWriter>(std::move(output));
}

} // namespace Shardboard::Ctl
