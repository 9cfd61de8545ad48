// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/capabilityscan.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace Shardboard {

namespace {

QString word(Capability::State state)
{
    switch (state) {
    case Capability::State::Available:
        return QStringLiteral("available");
    case Capability::State::Missing:
        return QStringLiteral("missing");
    case Capability::State::Limited:
        return QStringLiteral("limited");
    }
    Q_UNREACHABLE();
}

QString yesNo(bool value)
{
    return value ? QStringLiteral("yes") : QStringLiteral("no");
}

QString describeNode(const ClusterNode &node)
{
    QString text = QStringLiteral("%1 %2:%3")
                       .arg(node.isCoordinator() ? QStringLiteral("coordinator") : QStringLiteral("worker"), node.host)
                       .arg(node.port);
    if (!node.isActive)
        text += QStringLiteral(" (not active)");
    else if (!node.shouldHaveShards && !node.isCoordinator())
        text += QStringLiteral(" (takes no shards)");
    return text;
}

QString describeExtra(const ServerCapabilities &found, const Capability &capability)
{
    if (!capability.isAvailable())
        return {};
    if (capability.name == QLatin1String("pg_cron"))
        return QStringLiteral("schedules are read in %1").arg(found.cronTimezone);
    if (capability.name == QLatin1String("pg_partman"))
        return QStringLiteral("in schema %1").arg(capability.schema);
    if (capability.name == QLatin1String("citus")) {
        const auto workers
            = std::ranges::count_if(found.nodes, [](const ClusterNode &n) { return !n.isCoordinator(); });
        return workers == 1 ? QStringLiteral("1 worker") : QStringLiteral("%1 workers").arg(workers);
    }
    return {};
}

QJsonObject toJson(const Capability &capability)
{
    return {
        {QStringLiteral("name"), capability.name},
        {QStringLiteral("state"), word(capability.state)},
        {QStringLiteral("version"), capability.version},
        {QStringLiteral("schema"), capability.schema},
        {QStringLiteral("reason"), capability.reason},
        {QStringLiteral("remedy"), capability.remedy},
    };
}

QJsonObject toJson(const ClusterNode &node)
{
    return {
        {QStringLiteral("nodeId"), node.nodeId},
        {QStringLiteral("groupId"), node.groupId},
        {QStringLiteral("role"), node.isCoordinator() ? QStringLiteral("coordinator") : QStringLiteral("worker")},
        {QStringLiteral("host"), node.host},
        {QStringLiteral("port"), node.port},
        {QStringLiteral("isActive"), node.isActive},
        {QStringLiteral("shouldHaveShards"), node.shouldHaveShards},
    };
}

} // namespace

QString describeCapabilities(const ServerCapabilities &found)
{
    QStringList lines;
    const auto line = [&lines](const QString &label, const QString &text) { lines << label.leftJustified(12) + text; };
    line(QStringLiteral("server"), QStringLiteral("PostgreSQL %1").arg(found.versionText));
    line(QStringLiteral("database"), found.database);
    line(QStringLiteral("user"), found.user + (found.isSuperuser ? QStringLiteral(" (superuser)") : QString()));
    if (!found.isSuperuser && found.roles.size() > 1)
        line(QStringLiteral("member of"), found.roles.mid(1).join(QLatin1String(", ")));
    line(QStringLiteral("rights"),
        QStringLiteral("create schemas: %1, cancel other sessions: %2, write: %3")
            .arg(yesNo(found.canCreateSchema), yesNo(found.canSignalBackends), yesNo(!found.isReadOnly)));
    for (const ClusterNode &node : found.nodes)
        line(&node == &found.nodes.first() ? QStringLiteral("nodes") : QString(), describeNode(node));
    lines << QString();
    for (const Capability &capability : found.all()) {
        QString text = word(capability.state).leftJustified(11) + capability.version.leftJustified(8);
        text += capability.reason.isEmpty() ? describeExtra(found, capability) : capability.reason;
        line(capability.name, text.trimmed());
        if (!capability.remedy.isEmpty())
            line(QString(), QString(11, QLatin1Char(' ')) + QStringLiteral("-> ") + capability.remedy);
    }
    return lines.join(QLatin1Char('\n')) + QLatin1Char('\n');
}

QByteArray capabilitiesToJson(const ServerCapabilities &found)
{
    QJsonArray capabilities, nodes;
    for (const Capability &capability : found.all())
        capabilities.append(toJson(capability));
    for (const ClusterNode &node : found.nodes)
        nodes.append(toJson(node));
    const QJsonObject server{
        {QStringLiteral("versionNumber"), found.versionNumber},
        {QStringLiteral("version"), found.versionText},
        {QStringLiteral("database"), found.database},
        {QStringLiteral("user"), found.user},
        {QStringLiteral("isSuperuser"), found.isSuperuser},
        {QStringLiteral("isReadOnly"), found.isReadOnly},
        {QStringLiteral("roles"), QJsonArray::fromStringList(found.roles)},
        {QStringLiteral("canCreateSchema"), found.canCreateSchema},
        {QStringLiteral("canSignalBackends"), found.canSignalBackends},
        {QStringLiteral("isCoordinator"), found.isCoordinator},
        {QStringLiteral("cronDatabase"), found.cronDatabase},
        {QStringLiteral("cronTimezone"), found.cronTimezone},
        {QStringLiteral("partmanMajor"), found.partmanMajor},
    };
    const QJsonObject document{{QStringLiteral("server"), server}, {QStringLiteral("nodes"), nodes},
        {QStringLiteral("capabilities"), capabilities}};
    return QJsonDocument(document).toJson();
}

} // namespace Shardboard
