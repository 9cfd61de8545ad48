// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dashboard/trust.h"

namespace Shardboard::Testing {

/// A document of a test, as if the user had approved it.
inline TrustedDocument trusted(const Document &document)
{
    return TrustStore(QString()).approve(document);
}

} // namespace Shardboard::Testing
