// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/import/chunk.h"
#include "admin/import/importsettings.h"
#include "connection/values/outcome.h"

#include <QStringList>

namespace Shardboard {

/// What the beginning of a file tells about the rest.
struct ImportFile
{
    ImportSettings settings; ///< those given, with format and delimiter filled in
    QStringList columns; ///< of a CSV file: the header's names, or "1", "2", …
    FileRange data; ///< what follows byte order mark, a line sep=; and header
    QStringList notes; ///< for the report
};

/// Reads at most 256 KiB. An error when the file cannot be read, is empty, is UTF-16, or has a header that cannot be
/// used.
Outcome<ImportFile> inspectFile(const ImportSettings &settings);

} // namespace Shardboard
