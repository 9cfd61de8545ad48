// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace Shardboard {

/// Appends a value as a field of COPY's text format reads it: without its separators, with backslashes where they must
/// be.
template <typename Buffer>
void appendCopyText(Buffer &buffer, std::string_view value)
{
    size_t from = 0;
    for (size_t at = value.find_first_of("\\\t\n\r"); at != std::string_view::npos;
         at = value.find_first_of("\\\t\n\r", from)) {
        buffer.append(value.data() + from, at - from);
        const char c = value[at];
        const char escape[2] = {'\\', c == '\t' ? 't' : c == '\n' ? 'n' : c == '\r' ? 'r' : '\\'};
        buffer.append(escape, 2);
        from = at + 1;
    }
    buffer.append(value.data() + from, value.size() - from);
}

inline constexpr std::string_view copyNull = "\\N";

} // namespace Shardboard
