// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/common/emptystate.h"

#include "ui/common/icons.h"
#include "ui/common/labels.h"
#include "ui/common/showntext.h"
#include "ui/common/theme.h"

#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace Shardboard {

EmptyState::EmptyState(const QString &iconName, const QString &title, const QString &text, QWidget *parent)
    : QWidget(parent)
    , m_iconName(iconName)
    , m_icon(new Label(this))
    , m_title(makeHeading({}, 1.25, this))
    , m_text(makeDimLabel({}, this))
    , m_layout(new QVBoxLayout(this))
{
    m_layout->setSpacing(Spacing::small);
    m_layout->addStretch(2);
    for (Label *label : {m_icon, m_title, m_text}) {
        label->setAlignment(Qt::AlignHCenter);
        m_layout->addWidget(label, 0, Qt::AlignHCenter);
    }
    m_layout->addStretch(3);
    setTexts(title, text);
    refreshIcon();
    connect(&Theme::instance(), &Theme::changed, this, &EmptyState::refreshIcon);
}

void EmptyState::setTexts(const QString &title, const QString &text)
{
    m_title->setText(title);
    m_text->setText(text);
    // An aligned widget is given the height of its size hint, which is not the one for its width.
    const int width = std::clamp(textWidth(m_text->fontMetrics(), text) + Spacing::small, 360, 480);
    m_text->setFixedWidth(width);
    m_text->setMinimumHeight(std::max(0, m_text->heightForWidth(width)));
    setAccessibleName(title);
    setAccessibleDescription(text);
}

QPushButton *EmptyState::addAction(const QString &text)
{
    auto *button = new QPushButton(text, this);
    if (!m_primary) {
        m_primary = button;
        button->setProperty("primary", true);
    }
    m_layout->insertWidget(m_layout->count() - 1, button, 0, Qt::AlignHCenter);
    return button;
}

void EmptyState::refreshIcon()
{
    m_icon->setPixmap(symbolicPixmap(m_iconName, 40, Theme::instance().dimText(), devicePixelRatioF()));
}

} // namespace Shardboard
