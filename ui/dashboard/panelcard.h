// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/common/card.h"
#include "ui/dashboard/panelcontent.h"

class QHBoxLayout;
class QMenu;
class QToolButton;

namespace Shardboard {

class Badge;
class ElidedLabel;
class Label;
class PanelMessage;
class ProgressLine;

/// A panel of a dashboard: title, menu, and its picture or, in its place, why there is none. All four states are drawn
/// here and nowhere else.
class PanelCard final : public Card
{
    Q_OBJECT

public:
    /// `crosshair` outlives the card.
    PanelCard(Shardboard::Panel panel, Crosshair &crosshair, const QTimeZone &zone, QWidget *parent = nullptr);

    const Shardboard::Panel &panel() const { return m_panel; }
    /// Another title, place or style of the same kind of panel.
    void setPanel(const Shardboard::Panel &panel);
    void setData(const SharedPanelData &shown);
    const SharedPanelData &panelData() const { return m_data; }
    PanelContent *content() const { return m_content; }
    PanelMessage *message() const { return m_message; }
    QMenu *menu() const { return m_menu; }
    bool showsPicture() const;
    QString staleText() const; ///< empty while what is shown is current

    /// While editing, the menu changes the panel and its content takes no clicks.
    void setEditing(bool isEditing);
    bool isEditing() const { return m_isEditing; }

Q_SIGNALS:
    void retryRequested(const QString &panelId);
    void fullViewRequested(const QString &panelId);
    void renameRequested(const QString &panelId);
    void removeRequested(const QString &panelId);
    void plotWidthChanged(const QString &panelId, int pixels);
    void zoomRequested(Shardboard::TimeSpan span);
    void zoomOutRequested();

protected:
    void resizeEvent(QResizeEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    QHBoxLayout *setupHeader();
    void setupContent();
    void updateHeader();
    void updateState();
    void placeOverlays();
    void fillMenu();
    void fillViewMenu();
    void fillEditMenu();

    Shardboard::Panel m_panel;
    QTimeZone m_zone;
    SharedPanelData m_data;
    bool m_isEditing = false;
    ElidedLabel *m_title;
    QToolButton *m_info;
    Badge *m_badge;
    QToolButton *m_menuButton;
    QMenu *m_menu;
    PanelContent *m_content;
    PanelMessage *m_message;
    ProgressLine *m_progress;
    QWidget *m_veil; ///< dims the picture while it is stale
};

} // namespace Shardboard
