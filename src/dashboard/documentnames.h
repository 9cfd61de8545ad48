// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dashboard/document.h"

#include <QHash>

namespace Shardboard {

/// The words of the JSON form for the enumerations of a document.
const QHash<QString, Panel::Kind> &panelKinds();
const QHash<QString, Panel::Drawing> &panelDrawings();
const QHash<QString, Variable::Kind> &variableKinds();

} // namespace Shardboard
