// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/runchart.h"

#include "ui/common/showntext.h"
#include "ui/common/theme.h"
#include "ui/common/timetext.h"

#include <QHelpEvent>
#include <QPainter>

namespace Shardboard {

namespace {

constexpr double widestBar = 12;
constexpr double leastHeight = 2; ///< so that a run of no time at all is seen

} // namespace

RunChart::RunChart(QWidget *parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("How long the last runs took"));
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void RunChart::setBars(const QList<Bar> &bars)
{
    m_bars = bars;
    m_longest = 1;
    qsizetype failures = 0;
    for (const Bar &bar : bars) {
        m_longest = std::max(m_longest, bar.milliseconds);
        failures += bar.hasFailed ? 1 : 0;
    }
    setAccessibleDescription(tr("Runs: %1, failed: %2, the longest took %3")
                                 .arg(bars.size())
                                 .arg(failures)
                                 .arg(describeDuration(double(m_longest))));
    update();
}

QRectF RunChart::room() const
{
    const int line = fontMetrics().height();
    return QRectF(rect()).adjusted(0, line + Spacing::tiny, 0, -line - Spacing::tiny);
}

QRectF RunChart::barRoom(qsizetype bar) const
{
    const QRectF all = room();
    const double step = std::min(widestBar, all.width() / double(std::max<qsizetype>(1, m_bars.size())));
    return {all.right() - step * double(m_bars.size() - bar), all.top(), step, all.height()};
}

void RunChart::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::instance();
    QPainter painter(this);
    painter.setFont(Theme::figureFont(0.9));
    const QRectF all = room();
    painter.setPen(theme.grid());
    painter.drawLine(all.topLeft(), all.topRight());
    painter.drawLine(all.bottomLeft(), all.bottomRight());
    for (qsizetype i = 0; i < m_bars.size(); ++i) {
        const Bar &bar = m_bars.at(i);
        const QRectF place = barRoom(i);
        const double height
            = std::max(leastHeight, place.height() * double(std::max<qint64>(0, bar.milliseconds)) / double(m_longest));
        QRectF shape(place.left() + 1, place.bottom() - height, std::max(1.0, place.width() - 2), height);
        painter.fillRect(shape, bar.hasFailed ? theme.error() : theme.accent());
        if (!bar.hasFailed)
            continue;
        painter.setPen(QPen(theme.error(), 1.5));
        const double half = std::min(3.0, place.width() / 2 - 1);
        const QPointF middle(place.center().x(), std::max(place.top(), shape.top() - 6));
        painter.drawLine(middle + QPointF(-half, -half), middle + QPointF(half, half));
        painter.drawLine(middle + QPointF(-half, half), middle + QPointF(half, -half));
    }
    painter.setPen(theme.dimText());
    if (m_bars.isEmpty()) {
        painter.drawText(rect(), Qt::AlignCenter, tr("No run is noted"));
        return;
    }
    const QRect line(0, 0, width(), fontMetrics().height());
    painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter, tr("Longest %1").arg(describeDuration(double(m_longest))));
    const QRect foot = line.translated(0, height() - line.height());
    painter.drawText(foot, Qt::AlignRight | Qt::AlignVCenter, tr("runs: %1, newest at the right").arg(m_bars.size()));
}

bool RunChart::event(QEvent *event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto *help = static_cast<QHelpEvent *>(event);
    for (qsizetype i = 0; i < m_bars.size(); ++i) {
        if (barRoom(i).contains(help->pos())) {
            showToolTip(help->globalPos(), m_bars.at(i).toolTip, this);
            return true;
        }
    }
    showToolTip({}, {}, this);
    return true;
}

} // namespace Shardboard
