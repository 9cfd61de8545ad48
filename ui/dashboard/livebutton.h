// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractButton>

#include <chrono>

namespace Shardboard {

/// Says whether what is on screen follows the server, and switches that off and on: a dot whose shape and word say it,
/// too.
class LiveButton final : public QAbstractButton
{
    Q_OBJECT

public:
    enum class Link {
        Live, ///< new data appear by themselves
        Polling, ///< no notification arrives: refreshed at an interval
        Paused, ///< by the user
        Connecting,
        Lost,
        Closed, ///< not connected and not trying
    };
    Q_ENUM(Link)

    explicit LiveButton(QWidget *parent = nullptr);
    void setLink(Link link);
    /// Why `Link::Polling`, and how often; shown in the tooltip.
    void setPolling(const QString &reason, std::chrono::milliseconds interval);
    Link link() const { return m_link; }
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Link m_link = Link::Closed;
    QString m_pollingReason;
    std::chrono::milliseconds m_pollInterval{0};
};

} // namespace Shardboard
