// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/shardboardctl/resultwriter.h"
#include "connection/values/textquote.h"

#include <QStringList>

#include <algorithm>
#include <vector>

namespace Shardboard::Ctl {

namespace {

constexpr qsizetype measuredRows = 1000; // widths come from these; what is wider later sticks out
constexpr qsizetype widestColumn = 500; // one long cell must not pad all the others
constexpr auto nullText = "∅";

// A cell on one line that no terminal acts on, whatever it holds.
QString cellText(const RowBatch &batch, qsizetype row, int column)
{
    if (batch.isNull(row, column))
        return QString::fromUtf8(nullText);
    return visibleText(QString::fromUtf8(batch.cell(row, column)));
}

/// Aligned columns, numbers to the right, and the count of rows below.
class TextWriter : public ResultWriter
{
public:
    using ResultWriter::ResultWriter;

    Completion begin(const QList<ResultField> &fields) override
    {
        m_fields = fields;
        m_waiting.clear();
        m_isMeasured = false;
        m_isOpen = true;
        m_rowCount = 0;
        return write(std::exchange(m_hasResult, true) ? "\n" : "");
    }

    Completion rows(const SharedRowBatch &batch) override
    {
        m_rowCount += batch->rowCount();
        if (m_isMeasured)
            return write(format(*batch));
        m_waiting.push_back(batch);
        return m_rowCount >= measuredRows ? flushMeasured() : Completion(Nothing{});
    }

    Completion end(const ResultSet &result) override
    {
        if (!m_isOpen) {
            m_hasResult = true;
            return write(result.commandTag.toUtf8() + '\n');
        }
        m_isOpen = false;
        if (const auto written = flushMeasured(); !written)
            return written;
        return write(
            m_rowCount == 1 ? QByteArrayLiteral("(1 row)\n") : '(' + QByteArray::number(m_rowCount) + " rows)\n");
    }

    Completion close(const ServerError *) override
    {
        return m_isOpen ? flushMeasured() : Completion(Nothing{}); // what came before the error
    }

private:
    Completion flushMeasured()
    {
        if (m_isMeasured)
            return Nothing{};
        m_isMeasured = true;
        m_widths.clear();
        for (int column = 0; column < m_fields.size(); ++column)
            m_widths.push_back(width(column));
        QByteArray text = header();
        for (const SharedRowBatch &batch : m_waiting)
            text.append(format(*batch));
        m_waiting.clear();
        return write(text);
    }

    qsizetype width(int column) const
    {
        qsizetype widest = terminalWidth(visibleText(m_fields[column].name));
        for (const SharedRowBatch &batch : m_waiting) {
            for (qsizetype row = 0; row < batch->rowCount(); ++row)
                widest = std::max(widest, terminalWidth(cellText(*batch, row, column)));
        }
        return std::min(widest, widestColumn);
    }

    QByteArray header() const
    {
        QStringList names, rules;
        for (qsizetype column = 0; column < m_fields.size(); ++column) {
            names.append(paddedRight(visibleText(m_fields[column].name), m_widths[size_t(column)]));
            rules.append(QString(m_widths[size_t(column)], u'-'));
        }
        return (names.join(QStringLiteral("  ")) + u'\n' + rules.join(QStringLiteral("  ")) + u'\n').toUtf8();
    }

    QByteArray format(const RowBatch &batch) const
    {
        QByteArray text;
        QStringList cells;
        for (qsizetype row = 0; row < batch.rowCount(); ++row) {
            cells.clear();
            for (int column = 0; column < batch.columnCount(); ++column) {
                const QString cell = cellText(batch, row, column);
                const qsizetype width = m_widths[size_t(column)];
                const bool isNumber = kindOfType(m_fields[column].typeOid) == CellKind::Number;
                const bool isLast = column + 1 == batch.columnCount();
                cells.append(isNumber ? paddedLeft(cell, width) : isLast ? cell : paddedRight(cell, width));
            }
            text.append(cells.join(QStringLiteral("  ")).toUtf8()).append('\n');
        }
        return text;
    }

    QList<ResultField> m_fields;
    std::vector<SharedRowBatch> m_waiting; ///< until the widths are known
    std::vector<qsizetype> m_widths;
    qsizetype m_rowCount = 0;
    bool m_isMeasured = false;
    bool m_hasResult = false;
    bool m_isOpen = false;
};

} // namespace

std::unique_ptr<ResultWriter> makeTextWriter(ResultWriter::Output output)
{
    return std::make_unique<TextWriter>(std::move(output));
}

} // namespace Shardboard::Ctl
