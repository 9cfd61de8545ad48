// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dashboard/document.h"

namespace Shardboard {

/// Whether a document makes sense as a whole: what documentFromJson() asks of a file once its types are right, and an
/// editor of a document before it is saved. The error names the place as in the file, "panels[2].sql".
Completion checkDocument(const Document &document);

} // namespace Shardboard
