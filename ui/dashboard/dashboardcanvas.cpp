// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dashboard/dashboardcanvas.h"

#include "ui/dashboard/gridarrange.h"
#include "ui/dashboard/panelgrip.h"

#include <QMenu>

#include <algorithm>

namespace Shardboard {

DashboardCanvas::DashboardCanvas(QWidget *parent) : QWidget(parent)
{
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Preferred);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

// Charts say good-bye to the crosshair, so they go first.
DashboardCanvas::~DashboardCanvas()
{
    for (const auto &[id, item] : m_items)
        delete item.card;
}

void DashboardCanvas::setZone(const QTimeZone &zone)
{
    if (m_zone == zone)
        return;
    m_zone = zone;
    for (const auto &[id, item] : m_items) {
        delete item.card;
        delete item.grip;
    }
    m_items.clear();
}

void DashboardCanvas::setDocument(const Document &document)
{
    m_document = document;
    m_preview.reset();
    setAccessibleName(document.title);
    for (auto it = m_items.begin(); it != m_items.end();) {
        const Panel *panel = m_document.panel(it->first);
        if (panel && panel->kind == it->second.card->panel().kind) {
            it->second.card->setPanel(*panel);
            ++it;
        } else {
            delete it->second.grip;
            delete it->second.card;
            it = m_items.erase(it);
        }
    }
    for (const Panel &panel : inReadingOrder()) {
        Item &item = m_items[panel.id];
        if (!item.card)
            item.card = makeCard(panel);
        if (m_isEditing && !item.grip)
            item.grip = makeGrip(panel.id);
    }
    if (!m_alone.isEmpty() && !m_document.panel(m_alone))
        m_alone.clear();
    updateGeometry();
    place();
}

PanelCard *DashboardCanvas::makeCard(const Panel &panel)
{
    auto *card = new PanelCard(panel, m_crosshair, m_zone, this);
    card->setEditing(m_isEditing);
    connect(card, &PanelCard::retryRequested, this, &DashboardCanvas::retryRequested);
    connect(card, &PanelCard::fullViewRequested, this, &DashboardCanvas::fullViewRequested);
    connect(card, &PanelCard::renameRequested, this, &DashboardCanvas::renameRequested);
    connect(card, &PanelCard::removeRequested, this, &DashboardCanvas::removeRequested);
    connect(card, &PanelCard::plotWidthChanged, this, &DashboardCanvas::plotWidthChanged);
    connect(card, &PanelCard::zoomRequested, this, &DashboardCanvas::zoomRequested);
    connect(card, &PanelCard::zoomOutRequested, this, &DashboardCanvas::zoomOutRequested);
    card->show();
    return card;
}

PanelGrip *DashboardCanvas::makeGrip(const QString &panelId)
{
    auto *grip = new PanelGrip(this);
    grip->setTitle(m_document.panel(panelId)->title);
    connect(grip, &PanelGrip::pressed, this, [this, panelId] { m_start = placeOf(panelId); });
    connect(grip, &PanelGrip::dragged, this, [this, panelId](QPoint by) {
        const QPoint cell = Grid::cellAt(Grid::pixels(m_start, width()).topLeft() + by, width());
        wish(panelId, {cell.x(), cell.y(), m_start.width, m_start.height}, false);
    });
    connect(grip, &PanelGrip::stretched, this, [this, panelId](QPoint by) {
        const QPoint end
            = Grid::cellAt(Grid::pixels(m_start, width()).bottomRight() + by + QPoint(Grid::gap, Grid::gap), width());
        const int width = std::min(end.x() - m_start.x, Grid::columns - m_start.x);
        wish(panelId, {m_start.x, m_start.y, std::max(width, Grid::leastWidth), end.y() - m_start.y}, false);
    });
    connect(grip, &PanelGrip::released, this, [this, panelId] {
        if (m_preview)
            wish(panelId, placeOf(panelId), true);
    });
    connect(grip, &PanelGrip::moveRequested, this, [this, panelId](QPoint by) {
        const GridPlace now = placeOf(panelId);
        wish(panelId, {now.x + by.x(), now.y + by.y(), now.width, now.height}, true);
    });
    connect(grip, &PanelGrip::resizeRequested, this, [this, panelId](QSize by) {
        const GridPlace now = placeOf(panelId);
        const int width = std::clamp(now.width + by.width(), Grid::leastWidth, Grid::columns - now.x);
        wish(panelId, {now.x, now.y, width, now.height + by.height()}, true);
    });
    connect(grip, &PanelGrip::renameRequested, this, [this, panelId] { Q_EMIT renameRequested(panelId); });
    connect(grip, &PanelGrip::removeRequested, this, [this, panelId] { Q_EMIT removeRequested(panelId); });
    connect(grip, &PanelGrip::menuRequested, this, [this, panelId](QPoint at) { card(panelId)->menu()->popup(at); });
    grip->show();
    return grip;
}

PanelCard *DashboardCanvas::card(const QString &panelId) const
{
    const auto found = m_items.find(panelId);
    return found == m_items.end() ? nullptr : found->second.card;
}

PanelGrip *DashboardCanvas::grip(const QString &panelId) const
{
    const auto found = m_items.find(panelId);
    return found == m_items.end() ? nullptr : found->second.grip;
}

void DashboardCanvas::setPanelData(const QString &panelId, const SharedPanelData &shown)
{
    if (PanelCard *target = card(panelId))
        target->setData(shown);
}

QList<SharedPanelData> DashboardCanvas::allData() const
{
    QList<SharedPanelData> all;
    for (const Panel &panel : m_document.panels)
        all.append(card(panel.id)->panelData());
    return all;
}

void DashboardCanvas::tellPlotWidths()
{
    for (const auto &[id, item] : m_items) {
        if (const int pixels = item.card->content()->plotWidth(); pixels > 0)
            Q_EMIT plotWidthChanged(id, pixels);
    }
}

void DashboardCanvas::setEditing(bool isEditing)
{
    m_isEditing = isEditing;
    for (const Panel &panel : inReadingOrder()) {
        Item &item = m_items.at(panel.id);
        item.card->setEditing(isEditing);
        delete item.grip;
        item.grip = isEditing ? makeGrip(panel.id) : nullptr;
    }
    place();
}

void DashboardCanvas::showAlone(const QString &panelId, int height)
{
    m_alone = panelId;
    m_aloneHeight = height;
    updateGeometry();
    place();
    if (PanelCard *target = card(panelId))
        target->content()->setFocus(Qt::OtherFocusReason);
}

QList<GridPlace> DashboardCanvas::places() const
{
    if (m_preview)
        return *m_preview;
    QList<GridPlace> all;
    for (const Panel &panel : m_document.panels)
        all.append(panel.place);
    // While editing nothing is stacked: what is moved is what will be saved.
    return m_isEditing ? all : Grid::fitted(all, width());
}

GridPlace DashboardCanvas::placeOf(const QString &panelId) const
{
    const QList<GridPlace> all = places();
    for (qsizetype i = 0; i < all.size(); ++i) {
        if (m_document.panels[i].id == panelId)
            return all[i];
    }
    return {};
}

void DashboardCanvas::wish(const QString &panelId, const GridPlace &wished, bool isFinal)
{
    // Always from the places before the gesture: dragging there and back must change nothing.
    QList<GridPlace> all;
    qsizetype held = -1;
    for (const Panel &panel : std::as_const(m_document.panels)) {
        if (panel.id == panelId)
            held = all.size();
        all.append(panel.id == panelId ? wished : panel.place);
    }
    all = Grid::arranged(all, held);
    if (!isFinal) {
        m_preview = all;
        place();
        return;
    }
    m_preview.reset();
    QHash<QString, GridPlace> changed;
    for (qsizetype i = 0; i < all.size(); ++i) {
        if (all[i] != m_document.panels[i].place)
            changed.insert(m_document.panels[i].id, all[i]);
    }
    if (changed.isEmpty())
        place();
    else
        Q_EMIT placesEdited(changed);
}

void DashboardCanvas::place()
{
    const QList<GridPlace> all = places();
    for (qsizetype i = 0; i < m_document.panels.size(); ++i) {
        const QString &id = m_document.panels[i].id;
        Item &item = m_items.at(id);
        QRect area = Grid::pixels(all[i], width());
        if (m_alone == id)
            area = QRect(Grid::margin, 0, width() - 2 * Grid::margin,
                std::max(height() - Grid::margin, m_aloneHeight - Grid::margin));
        item.card->setGeometry(area);
        item.card->setVisible(m_alone.isEmpty() || m_alone == id);
        if (item.grip) {
            item.grip->setGeometry(area);
            item.grip->setTitle(m_document.panels[i].title);
            item.grip->raise();
        }
    }
    if (m_preview)
        updateGeometry();
    Q_EMIT arranged();
}

QSet<QString> DashboardCanvas::panelsIn(const QRect &area) const
{
    QSet<QString> found;
    for (const auto &[id, item] : m_items) {
        if (!item.card->isHidden() && item.card->geometry().intersects(area))
            found.insert(id);
    }
    return found;
}

int DashboardCanvas::heightForWidth(int width) const
{
    if (!m_alone.isEmpty())
        return m_aloneHeight;
    QList<GridPlace> all;
    for (const Panel &panel : m_document.panels)
        all.append(panel.place);
    if (m_preview)
        return Grid::pageHeight(*m_preview);
    return Grid::pageHeight(m_isEditing ? all : Grid::fitted(all, width));
}

// By rows, then from left to right, whatever the order in the document: Tab goes as the eye does.
QList<Panel> DashboardCanvas::inReadingOrder() const
{
    QList<Panel> panels = m_document.panels;
    std::stable_sort(panels.begin(), panels.end(), [](const Panel &a, const Panel &b) {
        return a.place.y != b.place.y ? a.place.y < b.place.y : a.place.x < b.place.x;
    });
    return panels;
}

void DashboardCanvas::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    place();
}

} // namespace Shardboard
