// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/import/importrun.h"

#include <QStringList>

namespace Shardboard {

class SyncSession;

/// COPY stores ids as they are in the file and leaves the sequence that makes the next ones where it was. After the
/// load: moves each sequence of a loaded column past the largest value of the column, or, when the settings keep it,
/// says how. Sequences that are far enough stay. Returns notes for the report; a failure is one, too, as the rows are
/// loaded by then.
QStringList catchUpSequences(SyncSession &session, const ImportTask &task);

} // namespace Shardboard
