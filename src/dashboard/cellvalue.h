// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>

#include <optional>

namespace Shardboard {

/// Readings of the server's text form of a cell (DateStyle ISO, which every session has). Pure, any thread.

/// A number of any numeric type; "NaN" and "Infinity" are numbers. Nothing for text that is none.
std::optional<double> cellNumber(QByteArrayView text);
/// timestamptz, or timestamp and date taken for UTC: "2026-11-21 09:00:00.123456+05:30". Milliseconds since 1970-01-01
/// UTC, finer digits cut. Nothing for infinity, times BC and text that is no time.
std::optional<qint64> cellTime(QByteArrayView text);

} // namespace Shardboard
