// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/values/resultset.h"

#include <algorithm>
#include <limits>

namespace Shardboard {

bool RowBatch::isNull(qsizetype row, int column) const
{
    return m_nulls[size_t(row) * size_t(m_columnCount) + size_t(column)];
}

QByteArrayView RowBatch::cell(qsizetype row, int column) const
{
    const size_t index = size_t(row) * size_t(m_columnCount) + size_t(column);
    const uint32_t begin = index == 0 ? 0 : m_ends[index - 1];
    return {m_bytes.data() + begin, qsizetype(m_ends[index] - begin)};
}

void RowBatch::appendCell(const char *bytes, qsizetype length)
{
    Q_ASSERT(m_bytes.size() + size_t(length) <= std::numeric_limits<uint32_t>::max());
    m_bytes.insert(m_bytes.end(), bytes, bytes + length);
    m_ends.push_back(uint32_t(m_bytes.size()));
    m_nulls.push_back(false);
}

void RowBatch::appendNull()
{
    m_ends.push_back(uint32_t(m_bytes.size()));
    m_nulls.push_back(true);
}

void RowBatch::reserve(qsizetype bytes, qsizetype cells)
{
    m_bytes.reserve(size_t(bytes));
    m_ends.reserve(size_t(cells));
    m_nulls.reserve(size_t(cells));
}

namespace {
template <typename Vector>
void squeezeVector(Vector &vector)
{
    if (vector.capacity() - vector.size() > vector.size() / 16)
        vector.shrink_to_fit();
}
} // namespace

void RowBatch::squeeze()
{
    squeezeVector(m_bytes);
    squeezeVector(m_ends);
    squeezeVector(m_nulls);
}

qsizetype RowBatch::allocatedBytes() const
{
    return qsizetype(m_bytes.capacity() + m_ends.capacity() * sizeof(uint32_t) + m_nulls.capacity() / 8);
}

void ResultSet::append(SharedRowBatch batch)
{
    if (batch->rowCount() == 0)
        return;
    m_firstRows.push_back(m_rowCount);
    m_rowCount += batch->rowCount();
    m_batches.push_back(std::move(batch));
}

int ResultSet::columnIndex(QStringView name) const
{
    const auto found = std::find_if(fields.begin(), fields.end(), [&](const ResultField &f) { return f.name == name; });
    return found == fields.end() ? -1 : int(found - fields.begin());
}

ResultSet::Place ResultSet::find(qsizetype row) const
{
    Q_ASSERT(row >= 0 && row < m_rowCount);
    const auto after = std::upper_bound(m_firstRows.begin(), m_firstRows.end(), row);
    const auto index = size_t(after - m_firstRows.begin()) - 1;
    return {m_batches[index].get(), row - m_firstRows[index]};
}

bool ResultSet::isNull(qsizetype row, int column) const
{
    const Place place = find(row);
    return place.batch->isNull(place.row, column);
}

QByteArrayView ResultSet::cell(qsizetype row, int column) const
{
    const Place place = find(row);
    return place.batch->cell(place.row, column);
}

QString ResultSet::text(qsizetype row, int column) const
{
    return QString::fromUtf8(cell(row, column));
}

qint64 ResultSet::integer(qsizetype row, int column, qint64 fallback) const
{
    bool ok = false;
    const qint64 value = cell(row, column).toByteArray().toLongLong(&ok);
    return ok ? value : fallback;
}

double ResultSet::real(qsizetype row, int column, double fallback) const
{
    bool ok = false;
    const double value = cell(row, column).toByteArray().toDouble(&ok);
    return ok ? value : fallback;
}

bool ResultSet::boolean(qsizetype row, int column) const
{
    return cell(row, column) == QByteArrayView("t");
}

} // namespace Shardboard
