// SPDX-License-Identifier: GPL-3.0-or-later
// Intents as files.
#include "admin/intent.h"
#include "tests/fuzz/fuzzing.h"

using namespace Shardboard;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const auto intent = intentFromJson(Fuzzing::bytesOf(data, size));
    if (!intent)
        return 0;
    const QByteArray written = intentToJson(*intent);
    const auto again = intentFromJson(written);
    Fuzzing::require(again.isOk() && intentToJson(*again) == written, "an intent is read as it was written");
    return 0;
}
