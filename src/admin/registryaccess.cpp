// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/registryaccess.h"

#include "connection/values/reading.h"
#include "connection/values/sqlquote.h"

namespace Shardboard {

ServerError explainRegistryRefusal(const ServerError &error, const QString &role, const QString &owner)
{
    if (!saysRefused(error))
        return error;
    ServerError explained = error;
    if (!role.isEmpty())
        explained.message
            = QStringLiteral("role %1 may not read the registry of Shardboard: %2").arg(role, error.message);
    explained.hint
        = QStringLiteral("%1 or a superuser can grant it: GRANT USAGE ON SCHEMA shardboard TO %2; GRANT SELECT "
                         "ON ALL TABLES IN SCHEMA shardboard TO %2;")
              .arg(owner.isEmpty() ? QStringLiteral("The owner of schema shardboard")
                                   : QStringLiteral("%1, the owner of schema shardboard,").arg(owner),
                  role.isEmpty() ? QStringLiteral("role_name") : quoteIdentifier(role));
    return explained;
}

} // namespace Shardboard
