// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dashboard/panelmessage.h"

#include "ui/common/icons.h"
#include "ui/common/labels.h"
#include "ui/common/theme.h"

#include <QEvent>
#include <QPushButton>
#include <QVBoxLayout>

namespace Shardboard {

namespace {
constexpr int iconSize = 24;
constexpr int leastHeightForIcon = 152;
} // namespace

PanelMessage::PanelMessage(QWidget *parent)
    : QScrollArea(parent)
    , m_icon(new Label)
    , m_title(makeTextLabel(nullptr))
    , m_text(makeDimLabel({}, nullptr))
    , m_buttons(new QWidget)
    , m_row(new QBoxLayout(QBoxLayout::LeftToRight, m_buttons))
    , m_retry(new QPushButton(tr("Retry")))
    , m_sql(new QPushButton(tr("Show SQL")))
{
    setFrameShape(QFrame::NoFrame);
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    viewport()->setAutoFillBackground(false);
    auto *ground = new QWidget;
    auto *column = new QVBoxLayout(ground);
    column->setContentsMargins(Spacing::medium, Spacing::tiny, Spacing::medium, Spacing::small);
    column->setSpacing(Spacing::tiny);
    column->addStretch(2);
    for (Label *label : {m_icon, m_title, m_text}) {
        label->setAlignment(Qt::AlignHCenter);
        // A long name of a table must not push the buttons out of the card.
        label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
        column->addWidget(label);
    }
    m_row->setContentsMargins(0, Spacing::tiny, 0, 0);
    m_row->setSpacing(Spacing::small);
    m_row->addStretch();
    m_row->addWidget(m_retry);
    m_row->addWidget(m_sql);
    m_row->addStretch();
    column->addWidget(m_buttons);
    column->addStretch(3);
    setWidget(ground);
    ground->setAutoFillBackground(false); // setWidget() switched it on
    connect(m_retry, &QPushButton::clicked, this, &PanelMessage::retryRequested);
    connect(m_sql, &QPushButton::clicked, this, &PanelMessage::sqlRequested);
    connect(&Theme::instance(), &Theme::changed, this, &PanelMessage::refreshIcon);
}

void PanelMessage::show(const QString &iconName, const StateWords &words, bool isFailure)
{
    m_iconName = iconName;
    m_isFailure = isFailure;
    m_title->setText(words.title);
    m_text->setText(words.text);
    m_text->setVisible(!words.text.isEmpty());
    m_buttons->setVisible(isFailure);
    setAccessibleName(words.title);
    setAccessibleDescription(words.text);
    refreshIcon();
    dropWhatDoesNotFit();
}

void PanelMessage::showLoading()
{
    show({}, {{}, tr("Loading…")}, false);
}

void PanelMessage::showEmpty(const StateWords &words)
{
    show(QStringLiteral("clock"), words, false);
}

void PanelMessage::showFailure(const StateWords &words)
{
    show(QStringLiteral("error"), words, true);
}

QString PanelMessage::text() const
{
    return m_title->text() + u'\n' + m_text->text();
}

void PanelMessage::refreshIcon()
{
    const Theme &theme = Theme::instance();
    if (!m_iconName.isEmpty())
        m_icon->setPixmap(
            symbolicPixmap(m_iconName, iconSize, m_isFailure ? theme.error() : theme.dimText(), devicePixelRatioF()));
}

// In a low card the words matter more than the symbol.
void PanelMessage::dropWhatDoesNotFit()
{
    m_icon->setVisible(!m_iconName.isEmpty() && height() >= leastHeightForIcon);
    m_title->setVisible(!m_title->text().isEmpty());
    const int wanted = m_retry->sizeHint().width() + m_sql->sizeHint().width() + Spacing::small + 2 * Spacing::medium;
    m_row->setDirection(wanted <= width() ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
}

bool PanelMessage::viewportEvent(QEvent *event)
{
    if (event->type() == QEvent::Resize)
        dropWhatDoesNotFit();
    return QScrollArea::viewportEvent(event);
}

} // namespace Shardboard
