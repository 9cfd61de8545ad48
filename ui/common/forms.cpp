// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/common/forms.h"

#include "ui/common/theme.h"

#include <QFormLayout>
#include <QHeaderView>
#include <QTableView>

namespace Shardboard {

QFormLayout *makeForm(QWidget *parent)
{
    auto *form = new QFormLayout(parent);
    form->setContentsMargins(0, Spacing::large, 0, 0);
    form->setHorizontalSpacing(Spacing::large);
    form->setVerticalSpacing(Spacing::small);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    return form;
}

void alignLabels(QFormLayout &form)
{
    for (int row = 0; row < form.rowCount(); ++row) {
        QLayoutItem *item = form.itemAt(row, QFormLayout::LabelRole);
        if (item && item->widget())
            item->widget()->setMinimumHeight(30);
    }
}

void setupTable(QTableView &table)
{
    table.setWordWrap(false);
    table.setTabKeyNavigation(false);
    table.setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    table.verticalHeader()->setDefaultSectionSize(28);
    table.verticalHeader()->setDefaultAlignment(Qt::AlignRight | Qt::AlignVCenter);
    table.horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    table.horizontalHeader()->setHighlightSections(false);
}

} // namespace Shardboard
