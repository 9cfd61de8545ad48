// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/cluster/clusterchange.h"

#include "connection/values/sqlquote.h"

#include <algorithm>
#include <array>

namespace Shardboard {

using namespace Qt::StringLiterals;

namespace {

constexpr std::array kinds{
    std::pair(ClusterChange::Rebalance, "rebalance"),
    std::pair(ClusterChange::StopRebalance, "stop-rebalance"),
    std::pair(ClusterChange::AddNode, "add-node"),
    std::pair(ClusterChange::ActivateNode, "activate-node"),
    std::pair(ClusterChange::DrainNode, "drain-node"),
    std::pair(ClusterChange::DisableNode, "disable-node"),
    std::pair(ClusterChange::RemoveNode, "remove-node"),
    std::pair(ClusterChange::SetCoordinatorHost, "set-coordinator-host"),
};

const QStringList &transferModes()
{
    static const QStringList modes{u"auto"_s, u"force_logical"_s, u"block_writes"_s};
    return modes;
}

QStringList settingNames(const ClusterSettings &settings)
{
    QStringList names;
    if (settings.hasNode())
        names << u"host"_s << u"port"_s;
    if (settings.movesShards())
        names << u"strategy"_s << u"transferMode"_s;
    return names;
}

/// Empty when the settings make sense in themselves, else why not.
QString complaint(const ClusterSettings &settings)
{
    if (settings.hasNode() && settings.host.isEmpty())
        return u"The node is not named: set \"host\"."_s;
    if (settings.host.size() > 255 || settings.host.contains(QChar::Space) || settings.host.contains(QChar::Null))
        return u"\"%1\" is no host name or address."_s.arg(settings.host);
    if (settings.hasNode() && (settings.port < 1 || settings.port > 65535))
        return u"\"port\" must lie between 1 and 65535."_s;
    if (!transferModes().contains(settings.transferMode))
        return u"\"transferMode\" must be one of %1."_s.arg(transferModes().join(u", "_s));
    if (!settings.strategy.isEmpty() && !checkIdentifier(settings.strategy).isEmpty())
        return u"\"%1\" cannot be the name of a strategy."_s.arg(settings.strategy);
    return {};
}

} // namespace

QString ClusterSettings::address() const
{
    return host.contains(u':') ? u"[%1]:%2"_s.arg(host).arg(port) : u"%1:%2"_s.arg(host).arg(port);
}

QStringList clusterIntentKinds()
{
    QStringList names;
    for (const auto &[change, name] : kinds)
        names << QString::fromLatin1(name);
    return names;
}

bool isClusterIntent(const Intent &intent)
{
    return clusterIntentKinds().contains(intent.kind);
}

Intent clusterIntent(const ClusterSettings &settings)
{
    const auto kind = std::ranges::find(kinds, settings.change, [](const auto &entry) { return entry.first; });
    Intent intent{QString::fromLatin1(kind->second), {}};
    if (settings.hasNode()) {
        intent.settings.insert(u"host"_s, settings.host);
        intent.settings.insert(u"port"_s, settings.port);
    }
    if (settings.movesShards()) {
        if (!settings.strategy.isEmpty())
            intent.settings.insert(u"strategy"_s, settings.strategy);
        intent.settings.insert(u"transferMode"_s, settings.transferMode);
    }
    return intent;
}

Outcome<ClusterSettings> clusterSettings(const Intent &intent)
{
    const auto kind
        = std::ranges::find(kinds, intent.kind, [](const auto &entry) { return QString::fromLatin1(entry.second); });
    if (kind == kinds.end())
        return ServerError::usage(u"\"%1\" is no change of a cluster."_s.arg(intent.kind),
            u"It is one of %1."_s.arg(clusterIntentKinds().join(u", "_s)));
    ClusterSettings settings;
    settings.change = kind->first;
    const QStringList known = settingNames(settings);
    for (const QString &key : intent.settings.keys()) {
        if (!known.contains(key))
            return ServerError::usage(u"\"%1\" is not a setting of \"%2\"."_s.arg(key, intent.kind),
                known.isEmpty() ? u"It has none."_s : u"It has %1."_s.arg(known.join(u", "_s)));
    }
    settings.host = intent.settings.value(u"host"_s).toString().trimmed();
    settings.port = intent.settings.value(u"port"_s).toInt(settings.port);
    settings.strategy = intent.settings.value(u"strategy"_s).toString();
    settings.transferMode = intent.settings.value(u"transferMode"_s).toString(settings.transferMode);
    if (const QString why = complaint(settings); !why.isEmpty())
        return ServerError::usage(why);
    return settings;
}

} // namespace Shardboard
