// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tables/shardsizebars.h"

#include "ui/common/labels.h"
#include "ui/common/showntext.h"
#include "ui/common/theme.h"
#include "ui/tables/figures.h"

#include <QHelpEvent>
#include <QLocale>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace Shardboard {

namespace {

// From here on the largest shard limits how far more nodes help, and from here on they do not help at all.
constexpr double unevenSkew = 1.5;
constexpr double badSkew = 3;

Tone toneOf(double skew)
{
    return skew < unevenSkew ? Tone::Success : skew < badSkew ? Tone::Warning : Tone::Error;
}

} // namespace

ShardSizeBars::ShardSizeBars(QWidget *parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    setAccessibleName(tr("Sizes of the shards"));
    setPlaceholder(tr("Nothing to show yet."));
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&ShardSizeBars::update));
}

QSize ShardSizeBars::sizeHint() const
{
    return {420, 180};
}

QSize ShardSizeBars::minimumSizeHint() const
{
    return {240, 120};
}

void ShardSizeBars::setShards(const SimulatedShards &shards)
{
    m_shards = shards;
    setAccessibleDescription(summary());
    update();
}

void ShardSizeBars::setPlaceholder(const QString &text)
{
    m_placeholder = text;
    setShards({});
}

double ShardSizeBars::sizeOf(qsizetype shard) const
{
    const bool hasBytes = m_shards.bytes.at(m_shards.largest) > 0;
    return hasBytes ? m_shards.bytes.at(shard) : m_shards.rows.at(shard);
}

QString ShardSizeBars::sizeText(double size) const
{
    return m_shards.bytes.at(m_shards.largest) > 0 ? bytesText(size) : tr("%1 rows").arg(countText(size));
}

double ShardSizeBars::average() const
{
    double sum = 0;
    for (qsizetype shard = 0; shard < m_shards.count(); ++shard)
        sum += sizeOf(shard);
    return sum / double(m_shards.count());
}

QString ShardSizeBars::summary() const
{
    if (m_shards.count() == 0)
        return m_placeholder;
    const QString verdict = m_shards.skew < unevenSkew ? tr("even")
        : m_shards.skew < badSkew                      ? tr("uneven")
                                                       : tr("very uneven");
    return tr("Skew %1×: %2. The largest of %n shards is %3 % above the average.", nullptr, int(m_shards.count()))
        .arg(QLocale().toString(m_shards.skew, 'f', 2), verdict, QLocale().toString(100 * (m_shards.skew - 1), 'f', 0));
}

QString ShardSizeBars::figures() const
{
    QStringList parts{
        tr("largest %1").arg(sizeText(sizeOf(m_shards.largest))), tr("average %1").arg(sizeText(average()))};
    if (m_shards.emptyCount > 0)
        parts << tr("%n empty", nullptr, m_shards.emptyCount);
    return parts.join(QStringLiteral(" · "));
}

QRectF ShardSizeBars::plotRect() const
{
    const int head = 2 * fontMetrics().height() + Spacing::medium;
    return QRectF(rect()).adjusted(0, head, 0, -1);
}

QList<ShardSizeBars::Bar> ShardSizeBars::bars() const
{
    QList<Bar> bars;
    const QRectF plot = plotRect();
    const qsizetype count = m_shards.count();
    const double highest = count > 0 ? sizeOf(m_shards.largest) : 0;
    const qsizetype columns = std::min<qsizetype>(count, qsizetype(plot.width()));
    for (qsizetype column = 0; column < columns && highest > 0; ++column) {
        qsizetype shard = column * count / columns;
        for (qsizetype other = shard; other < (column + 1) * count / columns; ++other) {
            if (sizeOf(other) > sizeOf(shard))
                shard = other;
        }
        const double left = plot.left() + std::round(plot.width() * double(column) / double(columns));
        const double right = plot.left() + std::round(plot.width() * double(column + 1) / double(columns));
        const double gap = right - left >= 4 ? 1 : 0;
        const double height = std::max(sizeOf(shard) > 0 ? 1.0 : 0.0, plot.height() * sizeOf(shard) / highest);
        bars << Bar{QRectF(left, plot.bottom() - height, right - left - gap, height), shard};
    }
    return bars;
}

void ShardSizeBars::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Theme &theme = Theme::instance();
    if (m_shards.count() == 0) {
        painter.setPen(theme.dimText());
        painter.drawText(rect(), Qt::AlignCenter | Qt::TextWordWrap, m_placeholder);
        return;
    }
    paintHead(painter);
    for (const Bar &bar : bars()) {
        const bool isTooLarge = sizeOf(bar.shard) >= unevenSkew * average();
        painter.fillRect(bar.rect, isTooLarge ? toneColour(toneOf(m_shards.skew)) : theme.accent());
    }
    const QRectF plot = plotRect();
    painter.fillRect(QRectF(plot.left(), plot.bottom(), plot.width(), 1), theme.border());
    paintAverage(painter);
}

void ShardSizeBars::paintHead(QPainter &painter) const
{
    const Theme &theme = Theme::instance();
    const int line = fontMetrics().height();
    painter.setFont(Theme::figureFont());
    const QRect first(0, 0, width(), line), second(0, line + 2, width(), line);
    painter.setPen(theme.text());
    painter.drawText(
        first, Qt::AlignLeft | Qt::AlignVCenter, elideText(painter.fontMetrics(), summary(), Qt::ElideRight, width()));
    painter.setPen(theme.dimText());
    painter.drawText(
        second, Qt::AlignLeft | Qt::AlignVCenter, elideText(painter.fontMetrics(), figures(), Qt::ElideRight, width()));
}

void ShardSizeBars::paintAverage(QPainter &painter) const
{
    const double highest = sizeOf(m_shards.largest);
    if (highest <= 0)
        return;
    const QRectF plot = plotRect();
    const double y = std::round(plot.bottom() - plot.height() * average() / highest) + 0.5;
    painter.setPen(QPen(Theme::instance().text(), 1, Qt::DashLine));
    painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y));
}

QString ShardSizeBars::toolTipAt(const QPoint &position) const
{
    for (const Bar &bar : bars()) {
        if (position.x() >= bar.rect.left() && position.x() < bar.rect.right() + 1 && position.y() >= plotRect().top())
            return tr("Shard %1 of %2: %3, about %4 rows")
                .arg(bar.shard + 1)
                .arg(m_shards.count())
                .arg(sizeText(sizeOf(bar.shard)), exactText(qRound64(m_shards.rows.at(bar.shard))));
    }
    return {};
}

bool ShardSizeBars::event(QEvent *event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto *help = static_cast<QHelpEvent *>(event);
    const QString text = m_shards.count() > 0 ? toolTipAt(help->pos()) : QString();
    if (text.isEmpty())
        showToolTip({}, {}, this);
    else
        showToolTip(help->globalPos(), text, this);
    return true;
}

} // namespace Shardboard
