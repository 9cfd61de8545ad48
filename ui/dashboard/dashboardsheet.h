// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dashboard/document.h"
#include "dashboard/paneldata.h"

#include <QWidget>

namespace Shardboard {

class DashboardCanvas;
class ElidedLabel;

/// A dashboard as a picture for files: title, range and choices above, all panels, and the foot; nothing to click.
class DashboardSheet final : public QWidget
{
    Q_OBJECT

public:
    explicit DashboardSheet(const Document &document, QWidget *parent = nullptr);

    /// `height` 0: as tall as its panels want. Lays itself out at once.
    void setPageSize(int width, int height = 0);
    void setFacts(const QString &range, const QStringList &choices, const QString &freshness);
    DashboardCanvas &canvas() { return *m_canvas; }

private:
    DashboardCanvas *m_canvas;
    ElidedLabel *m_title;
    ElidedLabel *m_range;
    ElidedLabel *m_foot;
};

} // namespace Shardboard
