// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/import/logline.h"

#include "admin/import/logtext.h"

namespace Shardboard {

const char *parseLogLine(QByteArrayView text, LogLine &line, ImportFormat format)
{
    // What is rewritten is hardly longer than the line: once reserved, the values stay where they are.
    line.buffer.clear();
    line.buffer.reserve(size_t(text.size()) + 256);
    line.values.fill(std::nullopt);
    line.hasMore = line.hasNoAddress = false;
    const std::string_view view(text.data(), size_t(text.size()));
    switch (format) {
    case ImportFormat::Caddy:
        return LogText::readCaddy(view, line);
    case ImportFormat::Alb:
        return LogText::readAlb(view, line);
    case ImportFormat::Combined:
    case ImportFormat::Csv:
        break;
    }
    return LogText::readCombined(view, line);
}

} // namespace Shardboard
