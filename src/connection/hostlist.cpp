// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/hostlist.h"

#include <QHash>
#include <QString>

#include <algorithm>
#include <array>
#include <memory>

#include <netdb.h>
#include <sys/socket.h>

namespace Shardboard {

namespace {

QList<QByteArray> split(const QByteArray &list)
{
    return list.isEmpty() ? QList<QByteArray>() : list.split(',');
}

bool isSocketFolder(const QByteArray &host)
{
    return host.startsWith('/') || host.startsWith('@');
}

QList<QByteArray> addressesOf(const QByteArray &name)
{
    addrinfo wanted{};
    wanted.ai_family = AF_UNSPEC;
    wanted.ai_socktype = SOCK_STREAM;
    addrinfo *found = nullptr;
    if (getaddrinfo(name.constData(), nullptr, &wanted, &found) != 0)
        return {};
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, freeaddrinfo);
    QList<QByteArray> addresses;
    for (const addrinfo *one = found; one; one = one->ai_next) {
        std::array<char, NI_MAXHOST> text{};
        if (getnameinfo(one->ai_addr, one->ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) == 0
            && !addresses.contains(text.data()))
            addresses.append(text.data());
    }
    return addresses;
}

} // namespace

QList<HostEntry> parseHosts(const QByteArray &hosts, const QByteArray &addresses, const QByteArray &ports)
{
    const QList<QByteArray> hostList = split(hosts), addressList = split(addresses), portList = split(ports);
    const qsizetype count = std::max(hostList.size(), addressList.size());
    const auto fits = [count](qsizetype size) { return size == 0 || size == count; };
    if (!fits(hostList.size()) || !fits(addressList.size()) || (portList.size() > 1 && !fits(portList.size())))
        return {};
    QList<HostEntry> entries;
    for (qsizetype i = 0; i < count; ++i) {
        const QByteArray port = portList.size() == 1 ? portList.first() : portList.value(i);
        entries.append({hostList.value(i), addressList.value(i), port});
        if (entries.last().host.isEmpty() && entries.last().address.isEmpty())
            return {}; // libpq's default host, which may be a socket or a name
    }
    return entries;
}

QList<HostEntry> lookUpHosts(const QList<HostEntry> &entries)
{
    QHash<QByteArray, QList<QByteArray>> known; // a name may be there with several ports
    QList<HostEntry> found;
    for (const HostEntry &entry : entries) {
        if (!entry.address.isEmpty() || isSocketFolder(entry.host)) {
            found.append(entry);
            continue;
        }
        if (!known.contains(entry.host))
            known.insert(entry.host, addressesOf(entry.host));
        for (const QByteArray &address : known.value(entry.host))
            found.append({entry.host, address, entry.port});
    }
    return found.isEmpty() ? entries : found;
}

HostLists joinHosts(const QList<HostEntry> &entries)
{
    QByteArrayList hosts, addresses, ports;
    for (const HostEntry &entry : entries) {
        hosts.append(entry.host);
        addresses.append(entry.address);
        ports.append(entry.port);
    }
    const auto join = [](const QByteArrayList &list) {
        const bool isEmpty = std::all_of(list.begin(), list.end(), [](const QByteArray &one) { return one.isEmpty(); });
        return isEmpty ? QByteArray() : list.join(',');
    };
    return {join(hosts), join(addresses), join(ports)};
}

QString describeHost(const HostEntry &entry)
{
    QString text = QString::fromUtf8(entry.host.isEmpty() ? entry.address : entry.host);
    if (!entry.address.isEmpty() && !entry.host.isEmpty() && entry.address != entry.host)
        text += QStringLiteral(" (%1)").arg(QString::fromUtf8(entry.address));
    return entry.port.isEmpty() ? text : text + QStringLiteral(", port ") + QString::fromUtf8(entry.port);
}

} // namespace Shardboard
