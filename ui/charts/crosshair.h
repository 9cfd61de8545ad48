// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include <optional>

namespace Shardboard {

/// The moment all charts of a dashboard point at. The chart that is pointed at says so; the others follow.
class Crosshair final : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    std::optional<qint64> time() const { return m_time; }
    const QObject *owner() const { return m_owner; } ///< the chart that set it: the one that shows the tooltip

    void show(qint64 time, const QObject *owner);
    /// Only its owner's word counts: a chart that is left late must not hide the next one's.
    void hide(const QObject *owner);

Q_SIGNALS:
    void moved();

private:
    std::optional<qint64> m_time;
    const QObject *m_owner = nullptr;
};

} // namespace Shardboard
