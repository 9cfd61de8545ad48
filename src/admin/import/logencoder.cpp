// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/import/logencoder.h"

#include "admin/import/bytescan.h"
#include "admin/import/copytext.h"

namespace Shardboard {

LogEncoder::LogEncoder(EncoderSettings settings) : m_settings(std::move(settings))
{
    for (const QByteArray &constant : m_settings.constants) {
        m_tail += '\t';
        appendCopyText(m_tail, {constant.constData(), size_t(constant.size())});
    }
}

QString LogEncoder::copyStatement() const
{
    return QStringLiteral("COPY %1 (%2) FROM STDIN WITH (FORMAT text, ENCODING 'UTF8')")
        .arg(m_settings.table, m_settings.columns);
}

/// Why the line cannot be a row; empty: m_line holds it.
QByteArray LogEncoder::findFault(QByteArrayView text, qint64 number)
{
    if (hasTextFault(text.begin(), text.end()))
        return describeTextFault(text.begin(), text.end(), number);
    if (const char *fault = parseLogLine(text, m_line, m_settings.format))
        return fault;
    for (size_t i = 0; i < m_settings.fields.size(); ++i) {
        const ValueCheck &check = m_settings.fields[i];
        const auto &value = m_line.values[i];
        if (check.kind == CheckedKind::Ignored)
            continue;
        if (!value && check.isRequired)
            return describeMissing(check);
        if (!value)
            continue;
        const QByteArrayView bytes(value->data(), qsizetype(value->size()));
        if (!valueFits(check, bytes))
            return describeMisfit(check, bytes);
    }
    return {};
}

void LogEncoder::appendRow()
{
    bool isFirst = true;
    for (size_t i = 0; i < m_settings.fields.size(); ++i) {
        if (m_settings.fields[i].kind == CheckedKind::Ignored)
            continue;
        if (!isFirst)
            m_buffer.append('\t');
        isFirst = false;
        if (const auto &value = m_line.values[i])
            appendCopyText(m_buffer, *value);
        else
            m_buffer.append(copyNull.data(), qsizetype(copyNull.size()));
    }
    const qsizetype skipped = isFirst ? 1 : 0; // the tail's first separator
    m_buffer.append(m_tail.constData() + skipped, m_tail.size() - skipped);
    m_buffer.append('\n');
}

void LogEncoder::encodeRecords(Chunk &chunk, EncodedChunk &out, bool wantsPlaces)
{
    const char *p = chunk.bytes.data();
    const char *const end = p + chunk.bytes.size();
    qint64 line = chunk.range.firstLine;
    std::vector<qsizetype> ends; // the buffer moves while it grows
    m_buffer.clear();
    for (; p != end; ++line) {
        const char *newline = findByte(p, end, '\n');
        QByteArrayView text(p, newline);
        if (text.endsWith('\r'))
            text.chop(1);
        p = newline + 1;
        if (const QByteArray fault = findFault(text, line); !fault.isEmpty()) {
            out.rejects.push_back({line, fault, text.toByteArray()});
            continue;
        }
        ++out.rows;
        out.withMore += m_line.hasMore ? 1 : 0;
        out.withoutAddress += m_line.hasNoAddress ? 1 : 0;
        appendRow();
        if (wantsPlaces) {
            out.places.push_back({line, text, {}});
            ends.push_back(m_buffer.size());
        }
    }
    qsizetype from = 0;
    for (size_t i = 0; i < ends.size(); ++i) {
        out.places[i].data = {m_buffer.data() + from, ends[i] - from};
        from = ends[i];
    }
    out.data = {m_buffer.data(), m_buffer.size()};
}

} // namespace Shardboard
