// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/import/importsettings.h"
#include "connection/values/outcome.h"

#include <QList>
#include <QStringList>

namespace Shardboard {

class SyncSession;

/// One column of the file and where it goes.
struct ImportColumn
{
    QString name; ///< from the header, "1", "2", … without one; the field's name for a log
    QString target; ///< column of the table, empty: left out
    QString type; ///< of that column, as SQL names it: "timestamp with time zone"
};

/// One of the first lines, as it would be loaded.
struct ImportPreviewRow
{
    qint64 line = 0; ///< in the file, 1-based
    QList<std::optional<QString>>
        values; ///< one per column of the file, nullopt is NULL; empty when the line has no fields
    QString reason; ///< why it would be rejected; empty: it would be loaded
};

/// What an import would do with the first lines of the file.
struct ImportPreview
{
    ImportSettings settings; ///< those given, with format, delimiter and header as they were told by the file
    QList<ImportColumn> columns;
    QStringList tableColumns; ///< those that can be loaded, for a form to choose from
    QList<ImportPreviewRow> rows;
    QStringList notes; ///< what is left out, what is filled in
    QStringList problems; ///< why an import with these settings cannot begin; empty: it can
};

/// Format, delimiter and header as the first lines of the file tell them, where the settings leave them open. Reads the
/// file only, at most 256 KiB of it.
Outcome<ImportSettings> guessFormat(const ImportSettings &settings);

/// Reads the table's columns and at most `rowLimit` lines of the file. Loads nothing. An error only when the file
/// cannot be read or the server not be asked; what is wrong with the settings is in `problems`. Blocks: for a worker
/// thread.
Outcome<ImportPreview> previewImport(SyncSession &session, const ImportSettings &settings, int rowLimit = 20);

} // namespace Shardboard
