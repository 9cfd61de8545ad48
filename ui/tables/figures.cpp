// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tables/figures.h"

#include "dashboard/valueformat.h"

namespace Shardboard {

QString bytesText(double bytes)
{
    return formatValue(bytes, QStringLiteral("bytes"), -1, QLocale());
}

QString countText(double count)
{
    return formatValue(count, {}, -1, QLocale());
}

QString exactText(qint64 number)
{
    return QLocale().toString(number);
}

} // namespace Shardboard
