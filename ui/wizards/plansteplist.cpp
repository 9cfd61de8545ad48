// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/plansteplist.h"

#include "ui/common/icons.h"
#include "ui/common/showntext.h"
#include "ui/common/theme.h"
#include "ui/wizards/planmodel.h"

#include <QPainter>
#include <QStyledItemDelegate>

namespace Shardboard {

namespace {

class StepDelegate final : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        QStyleOptionViewItem item(option);
        const QString detail = index.data(PlanModel::DetailRole).toString();
        const int detailWidth = detail.isEmpty() ? 0 : textWidth(item.fontMetrics, detail) + Spacing::medium;
        const int warningWidth = index.data(PlanModel::HasWarningRole).toBool() ? 20 : 0;
        // The row's ground over its whole width, its text up to the marks at the right.
        initStyleOption(&item, index);
        const QWidget *widget = option.widget;
        widget->style()->drawPrimitive(QStyle::PE_PanelItemViewItem, &item, painter, widget);
        item.rect.adjust(0, 0, -detailWidth - warningWidth, 0);
        item.state &= ~(QStyle::State_Selected | QStyle::State_MouseOver | QStyle::State_HasFocus);
        item.textElideMode = Qt::ElideRight;
        widget->style()->drawControl(QStyle::CE_ItemViewItem, &item, painter, widget);

        const QRect right(item.rect.right() + 1, option.rect.top(), detailWidth + warningWidth, option.rect.height());
        painter->save();
        if (warningWidth > 0)
            painter->drawPixmap(right.left(), right.center().y() - 8,
                symbolicPixmap(QStringLiteral("warning"), 16, Theme::instance().warning(),
                    painter->device()->devicePixelRatioF()));
        painter->setPen(Theme::instance().dimText());
        painter->drawText(right.adjusted(0, 0, -Spacing::small, 0), Qt::AlignRight | Qt::AlignVCenter, detail);
        painter->restore();
    }
};

} // namespace

PlanStepList::PlanStepList(PlanModel &model, QWidget *parent) : QListView(parent)
{
    setModel(&model);
    setItemDelegate(new StepDelegate(this));
    setUniformItemSizes(true);
    setEditTriggers(NoEditTriggers);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setAccessibleName(tr("Steps of the plan"));
}

void PlanStepList::currentChanged(const QModelIndex &current, const QModelIndex &previous)
{
    QListView::currentChanged(current, previous);
    Q_EMIT stepSelected(current.row());
}

} // namespace Shardboard
