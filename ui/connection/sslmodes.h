// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>

namespace Shardboard {

/// One of libpq's sslmode values with what it means for the one who chooses.
struct SslMode
{
    QString value; ///< empty: libpq's default applies
    QString label;
    QString explanation;
    bool verifies = false; ///< needs a root certificate
};

/// From libpq's default to the strictest.
QList<SslMode> sslModes();

} // namespace Shardboard
