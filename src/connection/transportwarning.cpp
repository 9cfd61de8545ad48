// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/transportwarning.h"

#include <QCoreApplication>
#include <QRegularExpression>

namespace Shardboard {

namespace {

struct Transport
{
    Q_DECLARE_TR_FUNCTIONS(Transport)
};

/// An address, not a name that begins like one.
bool isLoopback(const QString &address)
{
    static const QRegularExpression pattern(QStringLiteral("\\A((::ffff:)?127\\.[0-9]+\\.[0-9]+\\.[0-9]+|::1)\\z"));
    return pattern.match(address).hasMatch();
}

QString sslModeOf(const ConnectionSettings &settings, const Session::Peer &peer)
{
    if (!peer.sslMode.isEmpty())
        return peer.sslMode;
    const QString said = settings.value(QStringLiteral("sslmode"));
    return said.isEmpty() ? QStringLiteral("prefer") : said;
}

} // namespace

bool isLocalPeer(const Session::Peer &peer)
{
    // A socket's folder, or its name in the abstract namespace.
    if (peer.host.startsWith(QLatin1Char('/')) || peer.host.startsWith(QLatin1Char('@')))
        return true;
    if (!peer.hostAddress.isEmpty())
        return isLoopback(peer.hostAddress);
    return peer.host.isEmpty() || peer.host == QLatin1String("localhost") || isLoopback(peer.host);
}

std::optional<TransportWarning> connectionWarning(const ConnectionSettings &settings, const Session::Peer &peer)
{
    if (isLocalPeer(peer) || peer.usesGssEncryption)
        return std::nullopt;
    const QString host = peer.host.isEmpty() ? peer.hostAddress : peer.host;
    if (!peer.usesTls)
        return TransportWarning{TransportWarning::Kind::Unencrypted,
            Transport::tr("The connection to %1 is not encrypted: statements, data and the password exchange can be "
                          "read on the network. Set sslmode to verify-full.")
                .arg(host)};
    const QString mode = sslModeOf(settings, peer);
    if (mode == QLatin1String("verify-ca") || mode == QLatin1String("verify-full"))
        return std::nullopt;
    return TransportWarning{TransportWarning::Kind::Unverified,
        Transport::tr("The certificate of %1 is not verified (sslmode %2): another machine could answer in its place. "
                      "Set sslmode to verify-full.")
            .arg(host, mode)};
}

} // namespace Shardboard
