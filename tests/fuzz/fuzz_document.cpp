// SPDX-License-Identifier: GPL-3.0-or-later
// Dashboard documents: what is accepted is written and read again as the same.
#include "dashboard/document.h"
#include "tests/fuzz/fuzzing.h"

using namespace Shardboard;

SHARDBOARD_FUZZ_TARGET(document)(const QByteArray &input)
{
    const auto document = documentFromJson(input);
    if (!document)
        return;
    const auto again = documentFromJson(documentToJson(*document));
    Fuzzing::require(again.isOk(), "a written document can be read");
    Fuzzing::require(*again == *document, "a document is read as it was written");
}
