// SPDX-License-Identifier: GPL-3.0-or-later
// Lines of access logs.
#include "admin/import/logline.h"
#include "tests/fuzz/fuzzing.h"

using namespace Shardboard;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    LogLine line;
    for (const QByteArray &text : Fuzzing::bytesOf(data, size).split('\n')) {
        for (const auto format : {ImportFormat::Combined, ImportFormat::Caddy, ImportFormat::Alb}) {
            if (text.isValidUtf8())
                (void)parseLogLine(text, line, format);
        }
    }
    return 0;
}
