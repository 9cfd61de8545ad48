// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace Shardboard {

/// Figures of the catalogue as people read them, in the locale's way: "1.2 GiB", "1.24 M", "1,240,312".
QString bytesText(double bytes);
QString countText(double count);
QString exactText(qint64 number);
/// "1 table", "13 tables"
QString tablesText(qint64 count);

} // namespace Shardboard
