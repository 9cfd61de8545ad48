// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tables/figures.h"

#include "dashboard/valueformat.h"

#include <QCoreApplication>

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

QString tablesText(qint64 count)
{
    return count == 1 ? QCoreApplication::translate("Shardboard", "1 table")
                      : QCoreApplication::translate("Shardboard", "%1 tables").arg(exactText(count));
}

} // namespace Shardboard
