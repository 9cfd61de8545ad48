// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

#include <compare>
#include <optional>

namespace Shardboard {

/// Which rows a partition holds, as the server spells it ("FOR VALUES FROM (…) TO (…)").
struct PartitionBound
{
    enum class Kind { Range, List, Hash, Default };

    Kind kind = Kind::Default;
    QStringList from; ///< range: one value per key column, without quotes; MINVALUE and MAXVALUE as such
    QStringList to; ///< range: exclusive
    QStringList values; ///< list; NULL as such
    int modulus = 0;
    int remainder = 0;

    /// For people: "2024-01-01 … 2024-01-02", "a, b", "3 of 8", "default".
    QString display() const;
    bool operator==(const PartitionBound &) const = default;
};

/// nullopt when the text is no partition bound.
std::optional<PartitionBound> parsePartitionBound(const QString &text);

/// Orders two bound values: MINVALUE first, MAXVALUE last, numbers by value, all else (ISO dates) as text.
std::strong_ordering compareBoundValues(const QString &left, const QString &right);

/// Range partitions by their start, list partitions by their first value, hash partitions by remainder, default last.
bool isBefore(const PartitionBound &left, const PartitionBound &right);

} // namespace Shardboard
