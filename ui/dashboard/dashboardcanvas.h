// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dashboard/document.h"
#include "dashboard/paneldata.h"
#include "ui/charts/crosshair.h"
#include "ui/dashboard/panelcard.h"

#include <QHash>
#include <QTimeZone>
#include <QWidget>

#include <map>

namespace Shardboard {

class PanelGrip;

/// The panels of a dashboard on their grid, or one of them alone. Knows the document it was given and what the user
/// does to it; neither asks for data nor changes the document.
class DashboardCanvas final : public QWidget
{
    Q_OBJECT

public:
    explicit DashboardCanvas(QWidget *parent = nullptr);
    ~DashboardCanvas() override;

    /// Cards of panels that stay are kept, with their data and their state.
    void setDocument(const Document &document);
    void setZone(const QTimeZone &zone); ///< before setDocument(); cards are made anew
    void setPanelData(const QString &panelId, const SharedPanelData &shown);
    PanelCard *card(const QString &panelId) const;
    QList<SharedPanelData> allData() const;
    /// Says plotWidthChanged() for every panel that has a time axis.
    void tellPlotWidths();

    /// One panel as large as the page; an empty id brings the others back.
    void showAlone(const QString &panelId, int height = 0);
    QString panelAlone() const { return m_alone; }
    void setEditing(bool isEditing);
    PanelGrip *grip(const QString &panelId) const;

    /// Panels that touch a part of the canvas.
    QSet<QString> panelsIn(const QRect &area) const;
    int heightForWidth(int width) const override;

Q_SIGNALS:
    void placesEdited(const QHash<QString, Shardboard::GridPlace> &places);
    void renameRequested(const QString &panelId);
    void removeRequested(const QString &panelId);
    void fullViewRequested(const QString &panelId);
    void retryRequested(const QString &panelId);
    void plotWidthChanged(const QString &panelId, int pixels);
    void zoomRequested(Shardboard::TimeSpan span);
    void zoomOutRequested();
    void arranged(); ///< panels are where they belong now

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    struct Item
    {
        PanelCard *card = nullptr;
        PanelGrip *grip = nullptr; ///< while editing
    };
    PanelCard *makeCard(const Panel &panel);
    PanelGrip *makeGrip(const QString &panelId);
    void place();
    QList<GridPlace> places() const; ///< in the order of the document's panels; a gesture under way counts
    void wish(const QString &panelId, const GridPlace &wished, bool isFinal);
    GridPlace placeOf(const QString &panelId) const;
    QList<Panel> inReadingOrder() const;

    Document m_document;
    QTimeZone m_zone = QTimeZone::utc();
    Crosshair m_crosshair;
    std::map<QString, Item> m_items;
    QString m_alone;
    int m_aloneHeight = 0;
    bool m_isEditing = false;
    std::optional<QList<GridPlace>> m_preview; ///< of the gesture under way
    GridPlace m_start; ///< of the panel in hand, at the press
};

} // namespace Shardboard
