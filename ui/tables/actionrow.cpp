// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tables/actionrow.h"

#include "ui/common/theme.h"

#include <QAction>
#include <QHBoxLayout>
#include <QPushButton>

namespace Shardboard {

ActionRow::ActionRow(QWidget *parent) : QWidget(parent)
{
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(Spacing::small);
}

void ActionRow::setActions(const QList<QAction *> &actions)
{
    for (QAction *action : actions) {
        auto *button = new QPushButton(this);
        layout()->addWidget(button);
        connect(button, &QPushButton::clicked, action, &QAction::trigger);
        connect(action, &QAction::changed, button, [button, action] { update(*button, *action); });
        update(*button, *action);
    }
}

void ActionRow::update(QPushButton &button, const QAction &action)
{
    // The letters of the menu would be taken twice in one window.
    button.setText(QString(action.text()).remove(QLatin1Char('&')));
    button.setToolTip(action.toolTip());
    button.setVisible(action.isVisible() && action.isEnabled());
}

} // namespace Shardboard
