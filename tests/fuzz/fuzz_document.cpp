// SPDX-License-Identifier: GPL-3.0-or-later
// Dashboard documents: what is accepted is written and read again as the same.
#include "dashboard/document.h"
#include "tests/fuzz/fuzzing.h"

using namespace Shardboard;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const auto document = documentFromJson(Fuzzing::bytesOf(data, size));
    if (!document)
        return 0;
    const auto again = documentFromJson(documentToJson(*document));
    Fuzzing::require(again.isOk(), "a written document can be read");
    Fuzzing::require(*again == *document, "a document is read as it was written");
    return 0;
}
