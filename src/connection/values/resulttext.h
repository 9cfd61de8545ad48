// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/resultset.h"

#include <QByteArray>

namespace Shardboard {

/// A result as text for files and the clipboard, UTF-8: a header of column names, then the cells exactly as the server
/// sent them. Any thread.

/// RFC 4180 with "\n" line ends. As COPY … CSV does, NULL is nothing and an empty text is "".
QByteArray toCsv(const ResultSet &result);
/// For spreadsheets and chats: tabs between cells, those inside a cell (and line ends) become spaces, NULL is nothing.
QByteArray toTabSeparated(const ResultSet &result);

} // namespace Shardboard
