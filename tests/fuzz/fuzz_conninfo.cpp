// SPDX-License-Identifier: GPL-3.0-or-later
// What people paste to say where a server is: no password is left anywhere but in its place.
#include "connection/conninfo.h"
#include "tests/fuzz/fuzzing.h"

using namespace Shardboard;

SHARDBOARD_FUZZ_TARGET(conninfo)(const QByteArray &input)
{
    const auto pasted = parseConnection(QString::fromUtf8(input));
    if (!pasted)
        return;
    const ConnectionSettings &settings = pasted->settings;
    Fuzzing::require(!settings.keywords.contains(QStringLiteral("password")), "the password is no keyword");
    const auto again = parseConnection(toConninfo(settings));
    Fuzzing::require(again.isOk(), "what is printed can be pasted");
    Fuzzing::require(again->settings.keywords == settings.keywords, "what is printed means the same");
    Fuzzing::require(!again->settings.password, "what is printed has no password");
}
