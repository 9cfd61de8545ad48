// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dashboard/document.h"
#include "dashboard/paneldata.h"

#include <QTimeZone>

class QWidget;

namespace Shardboard {

class PanelCard;

/// What a panel's menu offers. Windows are opened on `parent`'s window and never waited for.

/// The statement as it was sent, which rollup it read, and the error if it failed.
void showPanelSql(const Panel &panel, const PanelData &data, QWidget *parent);
/// The rows behind the picture.
void showPanelTable(const Panel &panel, const PanelData &data, const QTimeZone &zone, QWidget *parent);
void copyPanelCsv(const PanelData &data);
void copyPanelText(const Panel &panel, const QString &description);
/// Asks for a file and writes the card as PNG, at least two device pixels a pixel.
void exportPanelPicture(PanelCard &card);

} // namespace Shardboard
