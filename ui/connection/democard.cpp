// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connection/democard.h"

#include "ui/common/icons.h"
#include "ui/common/labels.h"
#include "ui/common/theme.h"

#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

namespace Shardboard {

DemoCard::DemoCard(QWidget *parent)
    : Card(parent)
    , m_icon(new Label(this))
    , m_text(makeDimLabel(tr("A private cluster on this machine with live HTTP traffic in it. It is stopped when the "
                             "program ends, touches no other server, and keeps its data for the next time."),
          this))
    , m_step(new ElidedLabel(this, Qt::ElideRight))
    , m_bar(new QProgressBar(this))
    , m_button(new QPushButton(this))
{
    setupLayout();
    setStarting(false);
    refreshIcon();
    connect(&Theme::instance(), &Theme::changed, this, &DemoCard::refreshIcon);
    connect(m_button, &QPushButton::clicked, this, [this] {
        if (m_isStarting)
            Q_EMIT cancelRequested();
        else
            Q_EMIT startRequested();
    });
}

void DemoCard::setupLayout()
{
    m_bar->setRange(0, 0);
    m_bar->setTextVisible(false);
    m_bar->setFixedHeight(8);
    auto *texts = new QVBoxLayout;
    texts->setSpacing(Spacing::tiny);
    texts->addWidget(makeHeading(tr("No cluster at hand?"), 1.0, this));
    texts->addWidget(m_text);
    texts->addWidget(m_step);
    texts->addWidget(m_bar);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(Spacing::large, Spacing::large, Spacing::large, Spacing::large);
    row->setSpacing(Spacing::large);
    row->addWidget(m_icon, 0, Qt::AlignTop);
    row->addLayout(texts, 1);
    row->addWidget(m_button, 0, Qt::AlignVCenter);
}

void DemoCard::setStarting(bool isStarting)
{
    m_isStarting = isStarting;
    m_button->setText(isStarting ? tr("Cancel") : tr("Try the demo"));
    m_button->setEnabled(true);
    m_text->setVisible(!isStarting);
    m_step->setVisible(isStarting);
    m_bar->setVisible(isStarting);
    m_step->setFullText(tr("Starting…"));
}

void DemoCard::setStep(const QString &step)
{
    m_step->setFullText(step);
}

void DemoCard::refreshIcon()
{
    m_icon->setPixmap(symbolicPixmap(QStringLiteral("demo"), 32, Theme::instance().accent(), devicePixelRatioF()));
}

} // namespace Shardboard
