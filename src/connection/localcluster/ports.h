// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>

namespace Shardboard {

/// Whether a server could listen on 127.0.0.1 there at this moment.
bool isPortFree(int port);

/// A free port below the range the system hands out itself (so that it is still free at the next start), not one of
/// `taken`. `seed` chooses where the search begins: a folder gets the same port whenever it can. 0 when there is none.
int findFreePort(const QString &seed, const QList<int> &taken);

} // namespace Shardboard
