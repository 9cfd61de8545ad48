// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace Shardboard::Testing {

/// Has the linker take what sanitizers need; prepare() calls it.
void prepareForSanitizers();

} // namespace Shardboard::Testing
