// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/workbench/librarydelegate.h"

#include "ui/common/badge.h"
#include "ui/common/card.h"
#include "ui/common/icons.h"
#include "ui/common/showntext.h"
#include "ui/common/theme.h"
#include "ui/workbench/librarymodel.h"

#include <QPainter>

namespace Shardboard {

namespace {

constexpr int rowHeight = 72;

} // namespace

void LibraryDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const Theme &theme = Theme::instance();
    const bool isSelected = option.state & QStyle::State_Selected;
    const bool isHovered = option.state & QStyle::State_MouseOver;
    const bool isBroken = index.data(LibraryModel::HasErrorRole).toBool();
    const QRect card = option.rect.adjusted(0, 0, 0, -Spacing::small);
    paintCard(*painter, card, isSelected ? theme.accent() : isHovered ? theme.dimText() : theme.border(), {});

    painter->save();
    const QRect inner = card.adjusted(Spacing::large, Spacing::medium, -Spacing::large, -Spacing::medium);
    const QString icon = isBroken ? QStringLiteral("error") : QStringLiteral("dashboards");
    painter->drawPixmap(inner.left(), inner.center().y() - 10,
        symbolicPixmap(icon, 20, isBroken ? theme.error() : theme.dimText(), painter->device()->devicePixelRatioF()));
    const int left = inner.left() + 20 + Spacing::large;
    const QString origin = index.data(LibraryModel::OriginRole).toString();
    const int badge = badgeWidth(origin);
    paintBadge(*painter, {inner.right() - badge, inner.center().y() - 9}, origin, theme.dimText(), false);
    const int width = inner.right() - badge - Spacing::medium - left;
    QFont title = option.font;
    title.setWeight(QFont::DemiBold);
    painter->setFont(title);
    painter->setPen(theme.text());
    painter->drawText(QRect(left, inner.top(), width, 20), Qt::AlignVCenter,
        elideText(painter->fontMetrics(), index.data().toString(), Qt::ElideRight, width));
    painter->setFont(option.font);
    painter->setPen(isBroken ? theme.error() : theme.dimText());
    painter->drawText(QRect(left, inner.top() + 21, width, 20), Qt::AlignVCenter,
        elideText(painter->fontMetrics(), index.data(LibraryModel::DescriptionRole).toString(), Qt::ElideRight, width));
    painter->restore();
}

QSize LibraryDelegate::sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const
{
    return {320, rowHeight};
}

} // namespace Shardboard
