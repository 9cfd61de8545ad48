// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/import/csvencoder.h"

#include "connection/values/sqlquote.h"

#include <algorithm>

namespace Shardboard {

namespace {

QByteArray quoted(QByteArray value)
{
    value.replace("\"", "\"\"");
    return '"' + value + '"';
}

bool isEmptyLine(const CsvRecord &record)
{
    return record.fields.size() == 1 && record.fields.front().raw.isEmpty();
}

/// [begin, end) is a record with its newline; without it and the carriage return before it.
QByteArrayView withoutLineEnd(const char *begin, const char *end)
{
    --end;
    if (end != begin && end[-1] == '\r')
        --end;
    return {begin, end};
}

} // namespace

CsvEncoder::CsvEncoder(EncoderSettings settings)
    : m_settings(std::move(settings))
    , m_finder(m_settings.layout.delimiter)
    , m_fieldCount(m_settings.fields.size())
    , m_fields(m_fieldCount)
{
    const auto isIgnored = [](const ValueCheck &check) { return check.kind == CheckedKind::Ignored; };
    const auto &fields = m_settings.fields;
    // A lone column is never forwarded: a line `\.` would end the data for the server.
    m_forwards
        = m_fieldCount > 1 && m_settings.constants.empty() && std::none_of(fields.begin(), fields.end(), isIgnored);
    for (const ValueCheck &check : fields)
        m_glances.push_back(glanceFor(check));
    for (const QByteArray &constant : m_settings.constants)
        m_tail += m_settings.layout.delimiter + quoted(constant);
}

QString CsvEncoder::copyStatement() const
{
    return QStringLiteral("COPY %1 (%2) FROM STDIN WITH (FORMAT csv, DELIMITER %3, NULL %4, ENCODING 'UTF8')")
        .arg(m_settings.table, m_settings.columns, quoteLiteral(QString(QLatin1Char(m_settings.layout.delimiter))),
            quoteLiteral(QString::fromUtf8(m_settings.nullText)));
}

void CsvEncoder::encodeRecords(Chunk &chunk, EncodedChunk &out, bool wantsPlaces)
{
    const char *begin = chunk.bytes.data();
    m_textIsSafe = isPlainAscii(begin, begin + chunk.bytes.size());
    if (m_forwards)
        forwardRecords(chunk, out, wantsPlaces);
    else
        rebuildRecords(chunk, out, wantsPlaces);
}

bool CsvEncoder::fieldFits(const ValueCheck &check, const CsvField &field) const
{
    if (!field.isQuoted && field.text == m_settings.nullText)
        return !check.isRequired;
    if (field.hasInnerQuotes)
        return valueFits(check, field.value());
    return valueFits(check, field.text);
}

CsvEncoder::Glance CsvEncoder::glanceFor(const ValueCheck &check) const
{
    switch (check.kind) {
    case CheckedKind::Ignored:
    case CheckedKind::Unchecked:
    case CheckedKind::Text:
        return check.isRequired ? Glance::Look : Glance::None;
    case CheckedKind::Int4:
    case CheckedKind::Int8:
    case CheckedKind::Float:
        // Digits could still stand for NULL, if the user says so.
        return m_settings.nullText.isEmpty() ? Glance::Digits : Glance::Look;
    default:
        return Glance::Look;
    }
}

/// The fast way for a record without quotes and carriage returns: past it, or nullptr when it is none or cannot be a
/// row.
const char *CsvEncoder::readPlainRecord(const char *p, FieldEndWalker &walker)
{
    const size_t last = m_fieldCount - 1;
    for (size_t i = 0; i <= last; ++i) {
        const char *end = walker.next();
        const bool isLast = i == last;
        if (*end != (isLast ? '\n' : m_settings.layout.delimiter)) {
            if (!isLast || *end != '\r' || end[1] != '\n')
                return nullptr;
            walker.next();
        }
        const QByteArrayView text(p, end);
        if (m_glances[i] != Glance::None && !(m_glances[i] == Glance::Digits && areFewDigits(p, text.size()))) {
            if (!fieldFits(m_settings.fields[i], {text, text}))
                return nullptr;
        }
        if (!m_forwards)
            m_fields[i] = {text, text};
        p = end + (*end == '\r' ? 2 : 1);
    }
    return p;
}

/// As readRecord(), trying the fast way first.
const char *CsvEncoder::readNext(const char *p, const char *end, FieldEndWalker &walker)
{
    const char *next = readPlainRecord(p, walker);
    if (next && (m_textIsSafe || !hasTextFault(p, next)))
        return next;
    next = readRecord(p, end);
    if (next)
        walker.moveTo(next);
    return next;
}

/// Past the record when it can be a row, nullptr when not.
const char *CsvEncoder::readRecord(const char *p, const char *end)
{
    const char *begin = p;
    auto fault = CsvFault::None;
    for (size_t i = 0;; ++i, ++p) {
        CsvField &field = m_fields[i];
        p = readCsvField(p, end, m_finder, field, fault);
        if (fault != CsvFault::None || !fieldFits(m_settings.fields[i], field))
            return nullptr;
        const bool isLast = i + 1 == m_fieldCount;
        if ((*p == m_settings.layout.delimiter) == isLast)
            return nullptr;
        if (isLast)
            break;
    }
    p += *p == '\r' ? 2 : 1;
    if (!m_textIsSafe && hasTextFault(begin, p))
        return nullptr;
    return p;
}

/// Why readRecord() refused the record.
QByteArray CsvEncoder::explain(const char *begin, const CsvRecord &record, qint64 line) const
{
    if (record.fault != CsvFault::None)
        return describeFault(record.fault);
    if (m_fieldCount > 1 && isEmptyLine(record))
        return "the line is empty";
    if (record.fields.size() != m_fieldCount)
        return QByteArray::number(qint64(record.fields.size())) + " fields instead of "
            + QByteArray::number(qint64(m_fieldCount));
    for (size_t i = 0; i < m_fieldCount; ++i) {
        const CsvField &field = record.fields[i];
        const ValueCheck &check = m_settings.fields[i];
        if (hasTextFault(field.text.begin(), field.text.end()))
            return "field " + QByteArray::number(qint64(i + 1)) + ": " + describeTextFault(begin, record.end, line);
        if (!fieldFits(check, field))
            return !field.isQuoted && field.text == m_settings.nullText ? describeMissing(check)
                                                                        : describeMisfit(check, field.value());
    }
    return {};
}

/// Returns where the next record begins.
const char *CsvEncoder::reject(const char *begin, const char *end, qint64 line, EncodedChunk &out) const
{
    const CsvRecord record = readCsvRecord(begin, end, m_settings.layout.delimiter);
    out.rejects.push_back({line, explain(begin, record, line), withoutLineEnd(begin, record.end).toByteArray()});
    return record.end;
}

/// Closes the gaps between records that stay: moves runs of them to the front, counting lines as it goes.
class CsvEncoder::Compactor
{
public:
    explicit Compactor(Chunk &chunk)
        : m_data(chunk.bytes.data()), m_target(m_data), m_runBegin(m_data), m_line(chunk.range.firstLine)
    {
    }

    /// Of the first byte not yet kept or skipped.
    qint64 line() const { return m_line; }
    /// Where that byte will be.
    const char *target() const { return m_target; }

    void keepUpTo(const char *end)
    {
        const auto size = end - m_runBegin;
        m_line += countNewlines(m_runBegin, end);
        if (m_target != m_runBegin)
            std::memmove(m_target, m_runBegin, size_t(size));
        m_target += size;
        m_runBegin = end;
    }
    void skipUpTo(const char *end)
    {
        m_line += countNewlines(m_runBegin, end);
        m_runBegin = end;
    }
    /// In place of the carriage return and newline that end before `next`: the server takes one kind of line end only.
    void endLine(const char *next)
    {
        skipUpTo(next);
        *m_target++ = '\n';
    }
    QByteArrayView kept(const char *end)
    {
        if (m_runBegin == m_data) // nothing was moved
            return {m_data, end};
        keepUpTo(end);
        return {m_data, m_target};
    }

private:
    char *const m_data;
    char *m_target; ///< never past m_runBegin
    const char *m_runBegin; ///< records that stay where they are, or move together
    qint64 m_line;
};

void CsvEncoder::forwardRecords(Chunk &chunk, EncodedChunk &out, bool wantsPlaces)
{
    const char *p = chunk.bytes.data();
    const char *const end = p + chunk.bytes.size();
    Compactor compactor(chunk);
    FieldEndWalker walker(m_finder, p);
    while (p != end) {
        const char *begin = p;
        const char *next = readNext(begin, end, walker);
        if (!next) {
            compactor.keepUpTo(begin);
            p = reject(begin, end, compactor.line(), out);
            compactor.skipUpTo(p);
            walker.moveTo(p);
            continue;
        }
        p = next;
        ++out.rows;
        const QByteArrayView text = withoutLineEnd(begin, next);
        const bool hasCarriageReturn = next - begin != text.size() + 1;
        if (!wantsPlaces && !hasCarriageReturn)
            continue;
        compactor.keepUpTo(begin);
        if (wantsPlaces) {
            const char *target = compactor.target();
            out.places.push_back({compactor.line(), {target, text.size()}, {target, text.size() + 1}});
        }
        compactor.keepUpTo(text.end());
        compactor.endLine(next);
    }
    out.data = compactor.kept(end);
}

void CsvEncoder::appendRebuilt()
{
    const qsizetype begin = m_buffer.size();
    bool isFirst = true;
    for (size_t i = 0; i < m_fieldCount; ++i) {
        if (m_settings.fields[i].kind == CheckedKind::Ignored)
            continue;
        if (!isFirst)
            m_buffer.append(m_settings.layout.delimiter);
        isFirst = false;
        m_buffer.append(m_fields[i].raw.data(), m_fields[i].raw.size());
    }
    if (!m_tail.isEmpty()) {
        const qsizetype skipped = isFirst ? 1 : 0; // its first delimiter
        m_buffer.append(m_tail.constData() + skipped, m_tail.size() - skipped);
    }
    if (QByteArrayView(m_buffer.data() + begin, m_buffer.size() - begin) == "\\.") {
        m_buffer.resize(begin);
        m_buffer.append("\"\\.\"", 4);
    }
    m_buffer.append('\n');
}

void CsvEncoder::rebuildRecords(Chunk &chunk, EncodedChunk &out, bool wantsPlaces)
{
    const char *p = chunk.bytes.data();
    const char *const end = p + chunk.bytes.size();
    qint64 line = chunk.range.firstLine;
    std::vector<qsizetype> ends; // the buffer moves while it grows
    m_buffer.clear();
    m_buffer.reserve(chunk.bytes.size() + chunk.bytes.size() / 8);
    FieldEndWalker walker(m_finder, p);
    while (p != end) {
        const char *begin = p;
        const char *next = readNext(p, end, walker);
        p = next ? next : reject(p, end, line, out);
        if (!next)
            walker.moveTo(p);
        if (next) {
            ++out.rows;
            appendRebuilt();
            if (wantsPlaces) {
                out.places.push_back({line, withoutLineEnd(begin, p), {}});
                ends.push_back(m_buffer.size());
            }
        }
        line += countNewlines(begin, p);
    }
    qsizetype from = 0;
    for (size_t i = 0; i < ends.size(); ++i) {
        out.places[i].data = {m_buffer.data() + from, ends[i] - from};
        from = ends[i];
    }
    out.data = {m_buffer.data(), m_buffer.size()};
}

} // namespace Shardboard
