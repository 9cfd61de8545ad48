// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/workbench/banner.h"

#include "ui/common/icons.h"
#include "ui/common/labels.h"
#include "ui/common/theme.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QPushButton>

namespace Shardboard {

Banner::Banner(QWidget *parent)
    : QWidget(parent)
    , m_icon(new Label(this))
    , m_text(new ElidedLabel(this, Qt::ElideRight))
    , m_action(new QPushButton(this))
{
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(Spacing::large, Spacing::tiny, Spacing::small, Spacing::tiny);
    layout->addWidget(m_icon);
    layout->addWidget(m_text, 1);
    layout->addWidget(m_action);
    connect(m_action, &QPushButton::clicked, this, &Banner::actionTriggered);
    hide();
}

void Banner::show(Tone tone, const QString &text, const QString &actionText)
{
    m_tone = tone;
    const QString icon = tone == Tone::Error ? QStringLiteral("disconnected") : QStringLiteral("warning");
    m_icon->setPixmap(symbolicPixmap(icon, 16, toneColour(tone), devicePixelRatioF()));
    m_text->setFullText(text);
    m_action->setText(actionText);
    m_action->setVisible(!actionText.isEmpty());
    update();
    QWidget::show();
}

void Banner::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    QColor ground = toneColour(m_tone);
    ground.setAlpha(30);
    painter.fillRect(rect(), ground);
    painter.fillRect(QRect(0, height() - 1, width(), 1), Theme::instance().border());
}

} // namespace Shardboard
