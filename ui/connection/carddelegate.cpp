// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connection/carddelegate.h"

#include "ui/common/badge.h"
#include "ui/common/card.h"
#include "ui/common/showntext.h"
#include "ui/common/theme.h"
#include "ui/connection/connectionbook.h"

#include <QListView>
#include <QPainter>

namespace Shardboard {

namespace {

void drawLine(QPainter &painter, const QRect &rect, const QString &text, const QColor &colour, Qt::TextElideMode mode)
{
    painter.setPen(colour);
    painter.drawText(
        rect, Qt::AlignLeft | Qt::AlignVCenter, elideText(painter.fontMetrics(), text, mode, rect.width()));
}

void drawFoot(QPainter &painter, const QRect &foot, const QModelIndex &index)
{
    int left = foot.left();
    if (index.data(ConnectionBook::ProductionRole).toBool())
        left += paintBadge(
                    painter, {left, foot.top()}, ConnectionBook::tr("PRODUCTION"), Theme::instance().error(), true)
            + Spacing::small;
    if (index.data(ConnectionBook::ReadOnlyRole).toBool())
        left += paintBadge(
                    painter, {left, foot.top()}, ConnectionBook::tr("read-only"), Theme::instance().dimText(), false)
            + Spacing::small;
    const QRect rest(left, foot.top(), foot.right() - left, foot.height());
    drawLine(painter, rest, index.data(ConnectionBook::LastUsedRole).toString(), Theme::instance().dimText(),
        Qt::ElideRight);
}

} // namespace

void CardDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const Theme &theme = Theme::instance();
    const QRect card = option.rect.adjusted(0, 0, -gap, -gap);
    const bool isCurrent = (option.state & QStyle::State_HasFocus) && (option.state & QStyle::State_Selected);
    const bool isHovered = option.state & QStyle::State_MouseOver;
    const QColor border = isCurrent ? theme.accent() : isHovered ? theme.dimText() : theme.border();
    paintCard(*painter, card, border, index.data(ConnectionBook::ColourRole).value<QColor>());

    painter->save();
    const QRect inner = card.adjusted(Spacing::large, Spacing::medium - 2, -Spacing::medium, -Spacing::small);
    QFont name = option.font;
    name.setWeight(QFont::DemiBold);
    painter->setFont(name);
    drawLine(*painter, QRect(inner.left(), inner.top(), inner.width(), 20), index.data().toString(), theme.text(),
        Qt::ElideRight);
    painter->setFont(option.font);
    drawLine(*painter, QRect(inner.left(), inner.top() + 22, inner.width(), 18),
        index.data(ConnectionBook::TargetRole).toString(), theme.dimText(), Qt::ElideMiddle);
    QFont small = option.font;
    small.setPointSizeF(small.pointSizeF() * 0.9);
    painter->setFont(small);
    drawFoot(*painter, QRect(inner.left(), inner.top() + 47, inner.width(), 18), index);
    painter->restore();
}

QSize CardDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &) const
{
    const auto *list = qobject_cast<const QListView *>(option.widget);
    return list ? list->gridSize() : QSize(240, cellHeight);
}

} // namespace Shardboard
