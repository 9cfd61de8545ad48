// SPDX-License-Identifier: GPL-3.0-or-later
// What people paste to say where a server is: no password is left anywhere but in its place.
#include "connection/conninfo.h"
#include "tests/fuzz/fuzzing.h"

using namespace Shardboard;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const auto pasted = parseConnection(QString::fromUtf8(Fuzzing::bytesOf(data, size)));
    if (!pasted)
        return 0;
    const ConnectionSettings &settings = pasted->settings;
    Fuzzing::require(!settings.keywords.contains(QStringLiteral("password")), "the password is no keyword");
    const auto again = parseConnection(toConninfo(settings));
    Fuzzing::require(again.isOk(), "what is printed can be pasted");
    Fuzzing::require(again->settings.keywords == settings.keywords, "what is printed means the same");
    Fuzzing::require(!again->settings.password, "what is printed has no password");
    return 0;
}
