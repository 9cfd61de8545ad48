// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dashboard/panelcard.h"

#include "ui/common/badge.h"
#include "ui/common/icons.h"
#include "ui/common/labels.h"
#include "ui/common/showntext.h"
#include "ui/common/theme.h"
#include "ui/dashboard/panelexport.h"
#include "ui/dashboard/panelmessage.h"
#include "ui/dashboard/panelwords.h"
#include "ui/dashboard/progressline.h"

#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>
#include <QToolButton>
#include <QVBoxLayout>

namespace Shardboard {

namespace {

constexpr int headerHeight = 36;

/// A sheet of the card's colour over a picture that is no longer true.
class Veil final : public QWidget
{
public:
    explicit Veil(QWidget *parent) : QWidget(parent) { setAttribute(Qt::WA_TransparentForMouseEvents); }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QColor sheet = Theme::instance().card();
        sheet.setAlphaF(0.55F);
        QPainter(this).fillRect(rect(), sheet);
    }
};

/// Quiet until its card is looked at: the same marks on every card would be noise.
class QuietButton final : public QToolButton
{
public:
    using QToolButton::QToolButton;

protected:
    void paintEvent(QPaintEvent *event) override
    {
        if (parentWidget()->underMouse() || hasFocus() || isDown())
            QToolButton::paintEvent(event);
    }
};

} // namespace

PanelCard::PanelCard(Shardboard::Panel panel, Crosshair &crosshair, const QTimeZone &zone, QWidget *parent)
    : Card(parent)
    , m_panel(std::move(panel))
    , m_zone(zone)
    , m_data(std::make_shared<const PanelData>())
    , m_title(new ElidedLabel(this, Qt::ElideRight))
    , m_info(new QuietButton(this))
    , m_badge(new Badge(this))
    , m_menuButton(new QuietButton(this))
    , m_menu(new QMenu(this))
    , m_content(createPanelContent(m_panel.kind, crosshair, zone, this))
    , m_message(new PanelMessage(this))
    , m_progress(new ProgressLine(this))
    , m_veil(new Veil(this))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(1, 1, 1, 1);
    column->setSpacing(0);
    column->addLayout(setupHeader());
    column->addWidget(m_content, 1);
    column->addWidget(m_message, 1);
    setAttribute(Qt::WA_Hover);
    setupContent();
    updateHeader();
    updateState();
}

QHBoxLayout *PanelCard::setupHeader()
{
    m_info->setAutoRaise(true);
    m_info->setIcon(symbolicIcon(QStringLiteral("info")));
    m_info->setIconSize({14, 14});
    m_info->setFixedSize(20, 20);
    m_info->setFocusPolicy(Qt::NoFocus);
    connect(m_info, &QToolButton::clicked, this,
        [this] { showToolTip(m_info->mapToGlobal(QPoint(0, m_info->height())), m_panel.description, m_info); });
    m_menuButton->setAutoRaise(true);
    m_menuButton->setIcon(symbolicIcon(QStringLiteral("more")));
    m_menuButton->setIconSize({16, 16});
    m_menuButton->setFixedSize(28, 28);
    m_menuButton->setFocusPolicy(Qt::TabFocus);
    connect(m_menuButton, &QToolButton::clicked, this,
        [this] { m_menu->popup(m_menuButton->mapToGlobal(QPoint(0, m_menuButton->height()))); });
    connect(m_menu, &QMenu::aboutToShow, this, &PanelCard::fillMenu);

    auto *header = new QHBoxLayout;
    header->setContentsMargins(Spacing::medium - 1, 0, Spacing::tiny, 0);
    header->setSpacing(Spacing::tiny);
    header->addWidget(m_title);
    header->addWidget(m_info);
    header->addWidget(m_badge);
    header->addStretch(1);
    header->addWidget(m_menuButton);
    header->addStrut(headerHeight);
    return header;
}

void PanelCard::setupContent()
{
    connect(m_content, &PanelContent::plotWidthChanged, this,
        [this](int pixels) { Q_EMIT plotWidthChanged(m_panel.id, pixels); });
    connect(m_content, &PanelContent::zoomRequested, this, &PanelCard::zoomRequested);
    connect(m_content, &PanelContent::zoomOutRequested, this, &PanelCard::zoomOutRequested);
    connect(m_message, &PanelMessage::retryRequested, this, [this] { Q_EMIT retryRequested(m_panel.id); });
    connect(m_message, &PanelMessage::sqlRequested, this, [this] { showPanelSql(m_panel, *m_data, this); });
}

void PanelCard::setPanel(const Shardboard::Panel &panel)
{
    Q_ASSERT(panel.kind == m_panel.kind);
    m_panel = panel;
    updateHeader();
    updateState();
}

void PanelCard::setData(const SharedPanelData &shown)
{
    if (m_data == shown)
        return;
    m_data = shown;
    updateState();
}

bool PanelCard::showsPicture() const
{
    if (m_panel.kind == Shardboard::Panel::Kind::Text)
        return true;
    switch (m_data->state) {
    case PanelData::State::Ready:
    case PanelData::State::Stale:
        return true;
    case PanelData::State::Loading:
        return m_data->updatedAt > 0;
    case PanelData::State::Empty:
    case PanelData::State::Failed:
        return false;
    }
    Q_UNREACHABLE();
}

QString PanelCard::staleText() const
{
    const bool isStale = m_data->state == PanelData::State::Stale && m_panel.kind != Shardboard::Panel::Kind::Text;
    return isStale ? describeStale(*m_data, m_zone).title : QString();
}

void PanelCard::updateHeader()
{
    m_title->setFullText(m_panel.title);
    m_info->setVisible(!m_panel.description.isEmpty());
    m_info->setToolTip(m_panel.description);
    m_title->setAccessibleDescription(m_panel.description);
    m_info->setAccessibleName(tr("About %1").arg(m_panel.title));
    m_menuButton->setAccessibleName(tr("Menu of %1").arg(m_panel.title));
    setAccessibleName(m_panel.title);
}

void PanelCard::updateState()
{
    const bool hasPicture = showsPicture();
    if (hasPicture)
        m_content->setContent(m_data, m_panel);
    else if (m_data->state == PanelData::State::Empty)
        m_message->showEmpty(describeEmpty(*m_data, m_zone));
    else if (m_data->state == PanelData::State::Failed)
        m_message->showFailure(describeFailure(*m_data));
    else
        m_message->showLoading();
    m_content->setVisible(hasPicture);
    m_message->setVisible(!hasPicture);

    const QString stale = staleText();
    const QString leftOut = hasPicture ? m_data->notes.join(QLatin1Char('\n')) : QString();
    m_badge->setVisible(!stale.isEmpty() || !leftOut.isEmpty());
    if (!stale.isEmpty()) {
        m_badge->set(stale, Theme::instance().warning(), false);
        m_badge->setToolTip(describeStale(*m_data, m_zone).text);
    } else if (!leftOut.isEmpty()) {
        m_badge->set(tr("Incomplete"), Theme::instance().warning(), false);
        m_badge->setToolTip(leftOut);
    }
    m_veil->setVisible(!stale.isEmpty());
    m_progress->setRunning(m_data->isRefreshing || (m_data->state == PanelData::State::Loading && !hasPicture));
    setAccessibleDescription(hasPicture ? (stale.isEmpty() ? leftOut : stale) : m_message->text());
    placeOverlays();
}

void PanelCard::placeOverlays()
{
    m_progress->setGeometry(6, 0, width() - 12, 2);
    m_progress->raise();
    m_veil->setGeometry(1, headerHeight, width() - 2, height() - headerHeight - 7);
    m_veil->raise();
}

void PanelCard::resizeEvent(QResizeEvent *event)
{
    Card::resizeEvent(event);
    placeOverlays();
}

void PanelCard::setEditing(bool isEditing)
{
    m_isEditing = isEditing;
    m_menuButton->setVisible(!isEditing); // the grip over it opens the menu
    m_content->setAttribute(Qt::WA_TransparentForMouseEvents, isEditing);
    m_message->setAttribute(Qt::WA_TransparentForMouseEvents, isEditing);
}

void PanelCard::fillMenu()
{
    m_menu->clear();
    if (m_isEditing)
        fillEditMenu();
    else
        fillViewMenu();
}

void PanelCard::fillViewMenu()
{
    m_menu->addAction(tr("&View alone"), this, [this] { Q_EMIT fullViewRequested(m_panel.id); });
    if (m_panel.kind == Shardboard::Panel::Kind::Text)
        return;
    m_menu->addSeparator();
    m_menu->addAction(tr("Show &SQL…"), this, [this] { showPanelSql(m_panel, *m_data, this); });
    const bool hasRows = m_data->table.columnCount() > 0;
    m_menu->addAction(tr("Show &data…"), this, [this] { showPanelTable(m_panel, *m_data, m_zone, this); })
        ->setEnabled(hasRows);
    m_menu->addSeparator();
    m_menu->addAction(symbolicIcon(QStringLiteral("copy")), tr("Copy as &CSV"), this, [this] { copyPanelCsv(*m_data); })
        ->setEnabled(hasRows);
    m_menu->addAction(tr("Copy as &text"), this, [this] { copyPanelText(m_panel, m_content->description()); });
    m_menu->addAction(
        symbolicIcon(QStringLiteral("export")), tr("&Export picture…"), this, [this] { exportPanelPicture(*this); });
}

void PanelCard::fillEditMenu()
{
    m_menu->addAction(
        symbolicIcon(QStringLiteral("edit")), tr("&Rename…"), this, [this] { Q_EMIT renameRequested(m_panel.id); });
    m_menu->addAction(
        symbolicIcon(QStringLiteral("delete")), tr("Re&move"), this, [this] { Q_EMIT removeRequested(m_panel.id); });
}

void PanelCard::mouseDoubleClickEvent(QMouseEvent *event)
{
    if (!m_isEditing && event->position().y() < headerHeight)
        Q_EMIT fullViewRequested(m_panel.id);
    Card::mouseDoubleClickEvent(event);
}

void PanelCard::contextMenuEvent(QContextMenuEvent *event)
{
    m_menu->popup(event->globalPos());
}

void PanelCard::keyPressEvent(QKeyEvent *event)
{
    if (!m_isEditing && (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)) {
        Q_EMIT fullViewRequested(m_panel.id);
        return;
    }
    Card::keyPressEvent(event);
}

} // namespace Shardboard
