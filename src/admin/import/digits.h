// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace Shardboard {

inline bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

} // namespace Shardboard
