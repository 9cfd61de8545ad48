// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/cluster/nodepage.h"

#include "ui/common/labels.h"
#include "ui/common/theme.h"

#include <QFormLayout>
#include <QLineEdit>
#include <QSpinBox>
#include <QVBoxLayout>

namespace Shardboard {

NodePage::NodePage(const QString &title, const QString &help, QWidget *parent)
    : QWidget(parent), m_host(new QLineEdit(this)), m_port(new QSpinBox(this))
{
    m_host->setPlaceholderText(tr("worker-3.example.com or 10.0.0.7"));
    m_host->setAccessibleName(tr("Host"));
    m_port->setRange(1, 65535);
    m_port->setValue(5432);
    m_port->setGroupSeparatorShown(false);
    m_port->setMaximumWidth(120);
    m_port->setAccessibleName(tr("Port"));
    auto *heading = makeHeading(title, 1.35, this);
    heading->setWordWrap(true);
    auto *form = new QFormLayout;
    form->setSpacing(Spacing::medium);
    form->addRow(tr("&Host"), m_host);
    form->addRow(tr("&Port"), m_port);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(Spacing::huge + Spacing::small, Spacing::huge, Spacing::huge, Spacing::huge);
    layout->setSpacing(Spacing::medium);
    layout->addWidget(heading);
    layout->addWidget(makeDimLabel(help, this));
    layout->addLayout(form);
    layout->addStretch(1);
    setFocusProxy(m_host);
    connect(m_host, &QLineEdit::textChanged, this, &NodePage::changed);
    connect(m_port, &QSpinBox::valueChanged, this, &NodePage::changed);
}

QString NodePage::host() const
{
    return m_host->text().trimmed();
}

int NodePage::port() const
{
    return m_port->value();
}

void NodePage::setAddress(const QString &host, int port)
{
    m_host->setText(host);
    m_port->setValue(port);
}

} // namespace Shardboard
