// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Private to this room: the addresses that one attempt to connect goes through.
#include <QByteArray>
#include <QList>

namespace Shardboard {

/// One of the places that the keywords host, hostaddr and port name.
struct HostEntry
{
    QByteArray host; ///< a name, an address or the folder of a socket; may be empty where there is an address
    QByteArray address; ///< numeric; empty for sockets, and for names that were not found
    QByteArray port; ///< empty: libpq's default

    bool operator==(const HostEntry &) const = default;
};

/// The entries of libpq's three lists, separated by commas. None where they name no host, or where their lengths do not
/// fit together, which libpq says better.
QList<HostEntry> parseHosts(const QByteArray &hosts, const QByteArray &addresses, const QByteArray &ports);

/// An entry for each address of a name, in the order of the system's resolver. Names that are not found are left out
/// where others are, and stay as they are otherwise. Blocks while names are looked up; any thread.
QList<HostEntry> lookUpHosts(const QList<HostEntry> &entries);

/// The three lists, for libpq.
struct HostLists
{
    QByteArray hosts, addresses, ports;
};
HostLists joinHosts(const QList<HostEntry> &entries);

/// "db.example (192.0.2.7), port 5432", for messages.
QString describeHost(const HostEntry &entry);

} // namespace Shardboard
