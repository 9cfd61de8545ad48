// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/cluster/loadbars.h"

#include "ui/common/showntext.h"
#include "ui/common/theme.h"
#include "ui/tables/figures.h"

#include <QPainter>

namespace Shardboard {

namespace {

constexpr int nameWidth = 150, wordWidth = 52, figureWidth = 160;

} // namespace

LoadBars::LoadBars(QWidget *parent) : QWidget(parent)
{
    setAccessibleName(tr("Nodes before and after"));
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void LoadBars::setLoads(const QList<NodeLoad> &loads, const QStringList &names, bool hasMoves)
{
    m_loads = loads;
    m_hasMoves = hasMoves;
    m_names = names;
    m_largest = 1;
    QStringList words;
    for (qsizetype i = 0; i < loads.size(); ++i) {
        const NodeLoad &load = loads.at(i);
        m_largest = std::max({m_largest, load.bytesBefore, load.bytesAfter});
        const QString now = bytesText(double(load.bytesBefore));
        words << (hasMoves ? tr("%1: from %2 to %3").arg(names.at(i), now, bytesText(double(load.bytesAfter)))
                           : tr("%1: %2").arg(names.at(i), now));
    }
    setAccessibleDescription(words.join(QStringLiteral("; ")));
    updateGeometry();
    update();
}

QSize LoadBars::sizeHint() const
{
    return {nameWidth + wordWidth + figureWidth + 120, int(m_loads.size()) * lineHeight()};
}

void LoadBars::paintBar(QPainter &painter, const QRect &room, qint64 bytes, int shards, bool isAfter) const
{
    const Theme &theme = Theme::instance();
    const QString word = isAfter ? tr("after") : tr("now");
    painter.setPen(theme.dimText());
    painter.drawText(QRect(room.left(), room.top(), wordWidth, room.height()), Qt::AlignLeft | Qt::AlignVCenter, word);
    QRect bar = room.adjusted(wordWidth, 3, -figureWidth, -3);
    painter.fillRect(bar, theme.grid());
    bar.setWidth(int(qint64(bar.width()) * bytes / m_largest));
    QColor fill = theme.accent();
    if (!isAfter)
        fill.setAlphaF(0.45F);
    painter.fillRect(bar, fill);
    painter.setPen(theme.text());
    painter.drawText(QRect(room.right() - figureWidth + Spacing::small, room.top(), figureWidth, room.height()),
        Qt::AlignLeft | Qt::AlignVCenter, tr("%1 · %2 shards").arg(bytesText(double(bytes))).arg(shards));
}

void LoadBars::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setFont(Theme::figureFont());
    const int half = fontMetrics().height();
    for (qsizetype i = 0; i < m_loads.size(); ++i) {
        const NodeLoad &load = m_loads.at(i);
        const QRect line(0, int(i) * lineHeight(), width(), lineHeight() - 8);
        painter.setPen(Theme::instance().text());
        painter.drawText(QRect(0, line.top(), nameWidth - Spacing::small, half), Qt::AlignLeft | Qt::AlignVCenter,
            elideText(fontMetrics(), m_names.at(i), Qt::ElideMiddle, nameWidth - Spacing::small));
        const QRect upper(nameWidth, line.top(), width() - nameWidth, half);
        paintBar(painter, upper, load.bytesBefore, load.shardsBefore, false);
        if (m_hasMoves)
            paintBar(painter, upper.translated(0, half), load.bytesAfter, load.shardsAfter, true);
    }
}

} // namespace Shardboard
