// SPDX-License-Identifier: GPL-3.0-or-later
// Lines of access logs.
#include "admin/import/logline.h"
#include "tests/fuzz/fuzzing.h"

using namespace Shardboard;

SHARDBOARD_FUZZ_TARGET(log)(const QByteArray &input)
{
    LogLine line;
    for (const QByteArray &text : input.split('\n')) {
        for (const auto format : {ImportFormat::Combined, ImportFormat::Caddy, ImportFormat::Alb}) {
            if (text.isValidUtf8())
                (void)parseLogLine(text, line, format);
        }
    }
}
