// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dashboard/document.h"
#include "dashboard/paneldata.h"

#include <QTimeZone>
#include <QWidget>

namespace Shardboard {

class Crosshair;

/// What a panel shows inside its card, by its kind. Gets data only in the states that have something to show.
class PanelContent : public QWidget
{
    Q_OBJECT

public:
    using QWidget::QWidget;

    virtual void setContent(const SharedPanelData &content, const Panel &panel) = 0;
    /// The picture in words, for assistive technology and "Copy as text".
    virtual QString description() const = 0;
    /// Pixels along the time axis; 0 for what has none.
    virtual int plotWidth() const { return 0; }

Q_SIGNALS:
    void plotWidthChanged(int pixels); ///< of plots over time: how many points are worth asking for
    void zoomRequested(Shardboard::TimeSpan span);
    void zoomOutRequested();
};

PanelContent *createPanelContent(Panel::Kind kind, Crosshair &crosshair, const QTimeZone &zone, QWidget *parent);

} // namespace Shardboard
