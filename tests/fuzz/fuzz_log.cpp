// SPDX-License-Identifier: GPL-3.0-or-later
// Lines of access logs.
#include "admin/import/logline.h"
#include "tests/fuzz/fuzzing.h"

using namespace Shardboard;

SHARDBOARD_FUZZ_TARGET(log)(const QByteArray &input)
{
    LogLine line;
    for (const QByteArray &text : input.split('\n'))
        (void)parseLogLine(text, line);
}
