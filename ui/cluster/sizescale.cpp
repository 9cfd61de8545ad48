// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/cluster/sizescale.h"

#include "ui/common/showntext.h"
#include "ui/common/theme.h"
#include "ui/tables/figures.h"

#include <QPainter>

#include <cmath>

namespace Shardboard {

namespace {

constexpr double smallest = 8192; ///< one page: less is an empty table
constexpr int swatch = 12, bar = 120;

QColor mix(const QColor &from, const QColor &to, double share)
{
    const auto channel = [share](float a, float b) { return a + (b - a) * float(share); };
    return QColor::fromRgbF(
        channel(from.redF(), to.redF()), channel(from.greenF(), to.greenF()), channel(from.blueF(), to.blueF()));
}

} // namespace

SizeScale::SizeScale(qint64 largest) : m_largest(largest) {}

double SizeScale::position(qint64 bytes) const
{
    if (bytes <= smallest || m_largest <= smallest)
        return bytes > 0 && m_largest <= smallest ? 1 : 0;
    return std::min(1.0, std::log2(double(bytes) / smallest) / std::log2(double(m_largest) / smallest));
}

QColor SizeScale::colour(qint64 bytes) const
{
    const Theme &theme = Theme::instance();
    return mix(theme.card(), theme.accent(), 0.14 + 0.86 * position(bytes));
}

void SizeScale::paintCell(QPainter &painter, const QRect &rect, qint64 bytes) const
{
    const Theme &theme = Theme::instance();
    if (bytes > 0) {
        painter.fillRect(rect, colour(bytes));
        return;
    }
    painter.fillRect(rect, theme.border());
    painter.fillRect(rect.adjusted(1, 1, -1, -1), theme.card());
    if (bytes < 0) {
        painter.setPen(theme.dimText());
        painter.drawLine(rect.bottomLeft(), rect.topRight());
    }
}

SizeLegend::SizeLegend(QWidget *parent) : QWidget(parent)
{
    setAccessibleName(tr("Legend of shard sizes"));
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void SizeLegend::setScale(const SizeScale &scale)
{
    m_scale = scale;
    updateGeometry();
    update();
}

QSize SizeLegend::sizeHint() const
{
    const QFontMetrics metrics(font());
    const int text
        = textWidth(metrics, bytesText(smallest) + bytesText(double(m_scale.largest())) + tr("empty") + tr("unknown"));
    return {bar + text + 2 * swatch + 6 * Spacing::small + Spacing::large, metrics.height() + Spacing::tiny};
}

void SizeLegend::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Theme &theme = Theme::instance();
    int x = 0;
    const auto word = [&](const QString &text) {
        painter.setPen(theme.dimText());
        painter.drawText(QRect(x, 0, width() - x, height()), Qt::AlignVCenter | Qt::AlignLeft, text);
        x += textWidth(fontMetrics(), text) + Spacing::small;
    };
    word(bytesText(smallest));
    const QRect ramp(x, (height() - swatch) / 2, bar, swatch);
    for (int i = 0; i < bar; ++i) {
        const double bytes = smallest * std::pow(std::max(2.0, double(m_scale.largest()) / smallest), double(i) / bar);
        painter.fillRect(ramp.left() + i, ramp.top(), 1, swatch, m_scale.colour(qint64(bytes) + 1));
    }
    x = ramp.right() + 1 + Spacing::small;
    word(bytesText(double(std::max<qint64>(m_scale.largest(), qint64(smallest)))));
    x += Spacing::small;
    for (const auto &[bytes, text] : {std::pair(qint64(0), tr("empty")), std::pair(qint64(-1), tr("unknown"))}) {
        m_scale.paintCell(painter, QRect(x, (height() - swatch) / 2, swatch, swatch), bytes);
        x += swatch + Spacing::tiny;
        word(text);
    }
}

} // namespace Shardboard
