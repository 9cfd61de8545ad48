// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dashboard/progressline.h"

#include "ui/common/theme.h"

#include <QPainter>

namespace Shardboard {

namespace {
using namespace std::chrono_literals;
constexpr auto blink = 250ms;
constexpr auto tick = 40ms;
constexpr int stepsAcross = 40;
} // namespace

ProgressLine::ProgressLine(QWidget *parent) : QWidget(parent)
{
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_delay.setSingleShot(true);
    m_delay.setInterval(blink);
    m_tick.setInterval(tick);
    connect(&m_delay, &QTimer::timeout, this, [this] {
        m_isShown = true;
        m_step = 0;
        m_tick.start();
        update();
    });
    connect(&m_tick, &QTimer::timeout, this, [this] {
        m_step = (m_step + 1) % stepsAcross;
        update();
    });
}

void ProgressLine::setRunning(bool isRunning)
{
    if (isRunning) {
        if (!m_isShown && !m_delay.isActive())
            m_delay.start();
        return;
    }
    m_delay.stop();
    m_tick.stop();
    m_isShown = false;
    update();
}

void ProgressLine::paintEvent(QPaintEvent *)
{
    if (!m_isShown)
        return;
    QPainter painter(this);
    const int length = width() / 3;
    const int left = (width() + length) * m_step / stepsAcross - length;
    painter.fillRect(QRect(left, 0, length, height()), Theme::instance().accent());
}

} // namespace Shardboard
