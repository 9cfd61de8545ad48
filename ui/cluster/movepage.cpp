// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/cluster/movepage.h"

#include "ui/common/labels.h"
#include "ui/common/theme.h"

#include <QButtonGroup>
#include <QComboBox>
#include <QFormLayout>
#include <QRadioButton>
#include <QVBoxLayout>

namespace Shardboard {

MovePage::MovePage(QWidget *parent) : QWidget(parent), m_strategy(new QComboBox(this)), m_modes(new QButtonGroup(this))
{
    m_strategy->addItem(tr("As the cluster has it"), QString());
    m_strategy->addItem(tr("By size: nodes hold alike many bytes"), QStringLiteral("by_disk_size"));
    m_strategy->addItem(tr("By number: nodes hold alike many shards"), QStringLiteral("by_shard_count"));
    m_strategy->setAccessibleName(tr("Strategy"));
    auto *form = new QFormLayout;
    form->addRow(tr("&Strategy"), m_strategy);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(Spacing::huge + Spacing::small, Spacing::huge, Spacing::huge, Spacing::huge);
    layout->setSpacing(Spacing::medium);
    auto *heading = makeHeading(tr("How shall shards move?"), 1.35, this);
    layout->addWidget(heading);
    layout->addLayout(form);
    layout->addSpacing(Spacing::small);
    addMode(*layout, QStringLiteral("auto"), tr("Writes go on"),
        tr("By logical replication. Every table needs a primary key or a replica identity. The usual choice."));
    addMode(*layout, QStringLiteral("force_logical"), tr("Writes go on, also without primary keys"),
        tr("UPDATE and DELETE fail on tables without one while their shards move; INSERT works."));
    addMode(*layout, QStringLiteral("block_writes"), tr("Writes wait"),
        tr("Plain copies: quicker, and needs nothing of the tables. Writes to a shard wait while it is copied."));
    m_modes->buttons().constFirst()->setChecked(true);
    layout->addStretch(1);
    setFocusProxy(m_strategy);
}

void MovePage::addMode(QVBoxLayout &layout, const QString &mode, const QString &title, const QString &meaning)
{
    auto *button = new QRadioButton(title, this);
    button->setProperty("mode", mode);
    button->setAccessibleDescription(meaning);
    m_modes->addButton(button);
    auto *text = makeDimLabel(meaning, this);
    text->setContentsMargins(Spacing::huge, 0, 0, 0);
    layout.addWidget(button);
    layout.addWidget(text);
}

QString MovePage::strategy() const
{
    return m_strategy->currentData().toString();
}

QString MovePage::transferMode() const
{
    return m_modes->checkedButton()->property("mode").toString();
}

} // namespace Shardboard
