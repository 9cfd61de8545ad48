// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connection/sslmodes.h"

#include <QCoreApplication>

namespace Shardboard {

namespace {

QString translated(const char *text)
{
    return QCoreApplication::translate("Shardboard::SslMode", text);
}

} // namespace

QList<SslMode> sslModes()
{
    return {
        {{}, translated("Default (prefer)"),
            translated("Follows PGSSLMODE or the service file; where neither says anything, TLS is used if the server "
                       "offers it."),
            false},
        {QStringLiteral("disable"), translated("disable"),
            translated("Never TLS. Everything, the data included, can be read on the way. For sockets and loopback."),
            false},
        {QStringLiteral("allow"), translated("allow"),
            translated("Plain text first, TLS only if the server insists. Protects against nothing."), false},
        {QStringLiteral("prefer"), translated("prefer"),
            translated(
                "TLS if the server offers it, else plain text, without a word. Somebody in between can switch it off."),
            false},
        {QStringLiteral("require"), translated("require"),
            translated("Always TLS, but the server is not asked who it is: safe from listeners, not from impostors."),
            false},
        {QStringLiteral("verify-ca"), translated("verify-ca"),
            translated(
                "TLS, and the server's certificate must come from an authority you trust (root certificate below)."),
            true},
        {QStringLiteral("verify-full"), translated("verify-full"),
            translated(
                "As verify-ca, and the certificate must be for this very host. The safe choice over any network."),
            true},
    };
}

} // namespace Shardboard
