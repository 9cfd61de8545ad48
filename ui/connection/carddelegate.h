// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStyledItemDelegate>

namespace Shardboard {

/// Draws a connection as a card: name, target, when it was last used, badges, and its colour as a stripe.
class CardDelegate final : public QStyledItemDelegate
{
    Q_OBJECT

public:
    static constexpr int gap = 12; ///< right of and below each card
    static constexpr int cellHeight = 88 + gap;

    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;
};

} // namespace Shardboard
