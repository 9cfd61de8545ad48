// SPDX-License-Identifier: GPL-3.0-or-later
// Intents as files.
#include "admin/intent.h"
#include "tests/fuzz/fuzzing.h"

using namespace Shardboard;

SHARDBOARD_FUZZ_TARGET(intent)(const QByteArray &input)
{
    const auto intent = intentFromJson(input);
    if (!intent)
        return;
    const QByteArray written = intentToJson(*intent);
    const auto again = intentFromJson(written);
    Fuzzing::require(again.isOk() && intentToJson(*again) == written, "an intent is read as it was written");
}
