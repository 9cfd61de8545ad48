// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/servererror.h"

#include <QJsonObject>

namespace Shardboard::Ctl {

/// The error as lines for a terminal; with the line of the statement and a caret below the place, when that is known.
QString errorText(const ServerError &error);
QJsonObject errorJson(const ServerError &error);

} // namespace Shardboard::Ctl
