// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/workbench/sidebar.h"

#include "ui/common/icons.h"
#include "ui/common/theme.h"

#include <QButtonGroup>
#include <QPainter>
#include <QToolButton>
#include <QVBoxLayout>

namespace Shardboard {

Sidebar::Sidebar(QWidget *parent) : QWidget(parent), m_buttons(new QButtonGroup(this)), m_layout(new QVBoxLayout(this))
{
    m_layout->setContentsMargins(Spacing::tiny, Spacing::small, Spacing::tiny + 1, Spacing::small);
    m_layout->setSpacing(Spacing::tiny);
    m_layout->addStretch(1);
    setFixedWidth(88);
    setAccessibleName(tr("Pages"));
    connect(m_buttons, &QButtonGroup::idClicked, this, &Sidebar::pageChosen);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&Sidebar::update));
}

void Sidebar::addPage(int page, const QString &iconName, const QString &name)
{
    auto *button = new QToolButton(this);
    button->setIcon(symbolicIcon(iconName));
    button->setIconSize(QSize(22, 22));
    button->setText(name);
    button->setToolButtonStyle(Qt::ToolButtonTextUnderIcon);
    button->setCheckable(true);
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::TabFocus);
    button->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    button->setFixedHeight(56);
    button->setAccessibleName(QString(name).replace(QStringLiteral("&&"), QStringLiteral("&")));
    QFont small = button->font();
    small.setPointSizeF(small.pointSizeF() * 0.85);
    button->setFont(small);
    m_buttons->addButton(button, page);
    m_layout->insertWidget(m_layout->count() - 1, button);
}

void Sidebar::setPageVisible(int page, bool isVisible)
{
    if (auto *button = m_buttons->button(page))
        button->setVisible(isVisible);
}

void Sidebar::setCurrentPage(int page)
{
    if (auto *button = m_buttons->button(page))
        button->setChecked(true);
}

int Sidebar::currentPage() const
{
    return m_buttons->checkedId();
}

void Sidebar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(QRect(width() - 1, 0, 1, height()), Theme::instance().border());
}

} // namespace Shardboard
