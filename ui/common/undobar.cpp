// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/common/undobar.h"

#include "ui/common/icons.h"
#include "ui/common/labels.h"
#include "ui/common/theme.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <QToolButton>

namespace Shardboard {

UndoBar::UndoBar(QWidget *parent) : Card(parent), m_text(new ElidedLabel(this))
{
    auto *undo = new QPushButton(symbolicIcon(QStringLiteral("undo")), tr("Undo"), this);
    auto *dismiss = new QToolButton(this);
    dismiss->setIcon(symbolicIcon(QStringLiteral("close")));
    dismiss->setAutoRaise(true);
    dismiss->setAccessibleName(tr("Dismiss"));
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(Spacing::large, Spacing::tiny, Spacing::tiny, Spacing::tiny);
    layout->addWidget(m_text, 1);
    layout->addWidget(undo);
    layout->addWidget(dismiss);
    connect(undo, &QPushButton::clicked, this, [this] {
        hide();
        Q_EMIT undone();
    });
    connect(dismiss, &QToolButton::clicked, this, [this] {
        hide();
        Q_EMIT dismissed();
    });
    hide();
}

void UndoBar::show(const QString &text)
{
    m_text->setFullText(text);
    Card::show();
}

} // namespace Shardboard
