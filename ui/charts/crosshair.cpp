// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/crosshair.h"

namespace Shardboard {

void Crosshair::show(qint64 time, const QObject *owner)
{
    if (m_time == time && m_owner == owner)
        return;
    m_time = time;
    m_owner = owner;
    Q_EMIT moved();
}

void Crosshair::hide(const QObject *owner)
{
    if (m_owner != owner || !m_time)
        return;
    m_time.reset();
    m_owner = nullptr;
    Q_EMIT moved();
}

} // namespace Shardboard
