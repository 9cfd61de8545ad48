// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/capabilityadvice.h"

#include "connection/values/sqlquote.h"

#include <algorithm>

namespace Shardboard {

namespace {

bool isLoopback(const QString &host)
{
    return host == QLatin1String("localhost") || host.startsWith(QLatin1String("127.")) || host == QLatin1String("::1");
}

QString address(const ClusterNode &node)
{
    return QStringLiteral("%1:%2").arg(node.host).arg(node.port);
}

// Debian's names, which the PostgreSQL project's own repository shares; other systems have similar ones.
QString packageOf(const QString &extension, int major)
{
    const auto debian
        = [major](const QString &name) { return QStringLiteral("postgresql-%1-%2").arg(major).arg(name); };
    if (extension == QLatin1String("pg_cron"))
        return debian(QStringLiteral("cron"));
    if (extension == QLatin1String("pg_partman"))
        return debian(QStringLiteral("partman"));
    if (extension == QLatin1String("topn") || extension == QLatin1String("citus"))
        return debian(extension) + QStringLiteral(" from the Citus package repository");
    return debian(extension);
}

QString createStatement(const QString &extension, const ExtensionFacts &facts, const ServerCapabilities &found)
{
    QString statement = QStringLiteral("CREATE EXTENSION %1;").arg(extension);
    if (extension == QLatin1String("pg_partman"))
        statement = QStringLiteral("CREATE SCHEMA partman; CREATE EXTENSION pg_partman SCHEMA partman;");
    if (!found.isSuperuser && facts.needsSuperuser)
        statement += QStringLiteral(" (as a superuser)");
    else if (!found.isSuperuser && !found.canCreateSchema)
        statement += QStringLiteral(" (as a role that may CREATE in the database)");
    return statement;
}

QString preloadRemedy(const QString &extension)
{
    return QStringLiteral("add '%1' to shared_preload_libraries%2 and restart the server")
        .arg(extension, extension == QLatin1String("citus") ? QStringLiteral(", as its first entry,") : QString());
}

QString sentence(QString text)
{
    text[0] = text[0].toUpper();
    return text;
}

Capability absent(const QString &extension, const ExtensionFacts &facts, const ServerCapabilities &found)
{
    Capability capability;
    capability.name = extension;
    const bool isMissingPreload = facts.isPreloaded.has_value() && !*facts.isPreloaded;
    if (!facts.isOnDisk) {
        capability.reason = QStringLiteral("not installed on the server");
        capability.remedy = QStringLiteral("Install the package %1 on every node, %2then %3")
                                .arg(packageOf(extension, found.versionNumber / 10000),
                                    isMissingPreload ? preloadRemedy(extension) + QStringLiteral(", ") : QString(),
                                    createStatement(extension, facts, found));
    } else if (isMissingPreload) {
        capability.reason = QStringLiteral("on the server's disk, but not loaded by the server");
        capability.remedy
            = preloadRemedy(extension) + QStringLiteral(", then ") + createStatement(extension, facts, found);
    } else {
        capability.reason = QStringLiteral("on the server's disk, but not created in database %1")
                                .arg(quoteIdentifier(found.database));
        capability.remedy = createStatement(extension, facts, found);
    }
    return capability;
}

Capability advise(const QString &extension, const ExtensionFacts &facts, const ServerCapabilities &found)
{
    if (!facts.isCreated())
        return absent(extension, facts, found);
    Capability capability;
    capability.name = extension;
    capability.version = facts.version;
    capability.schema = facts.schema;
    capability.state = Capability::State::Available;
    if (facts.isPreloaded.has_value() && !*facts.isPreloaded) {
        capability.state = Capability::State::Limited;
        capability.reason = QStringLiteral("created here, but not loaded by the server");
        capability.remedy = sentence(preloadRemedy(extension)) + QLatin1Char('.');
    } else if (!facts.isUsable) {
        capability.state = Capability::State::Limited;
        capability.reason = QStringLiteral("%1 has no right to use its schema %2")
                                .arg(quoteIdentifier(found.user), quoteIdentifier(facts.schema));
        capability.remedy = QStringLiteral("GRANT USAGE ON SCHEMA %1 TO %2; (as its owner)")
                                .arg(quoteIdentifier(facts.schema), quoteIdentifier(found.user));
    }
    return capability;
}

// pg_cron exists in one database of a server only, the one its background worker watches.
void adviseCron(const ExtensionFacts &facts, ServerCapabilities &found)
{
    Capability &cron = found.pgCron;
    const bool isElsewhere = !found.cronDatabase.isEmpty() && found.cronDatabase != found.database;
    const bool isLoaded = facts.isPreloaded.value_or(true);
    if (!isElsewhere || !isLoaded || !facts.isOnDisk)
        return;
    const QString other = quoteIdentifier(found.cronDatabase);
    if (facts.isCreated()) {
        cron.state = Capability::State::Limited;
        cron.reason = QStringLiteral("created here, but its worker serves database %1").arg(other);
    } else {
        cron.reason = QStringLiteral("lives in database %1 of this server only").arg(other);
    }
    cron.remedy = QStringLiteral("Use database %1, or set cron.database_name = %2 and restart the server%3")
                      .arg(other, quoteLiteral(found.database),
                          facts.isCreated()
                              ? QStringLiteral(".")
                              : QStringLiteral(", then ") + createStatement(QStringLiteral("pg_cron"), facts, found));
}

QStringList addresses(const QList<ClusterNode> &nodes)
{
    QStringList list;
    for (const ClusterNode &node : nodes)
        list << address(node);
    return list;
}

void adviseCitus(ServerCapabilities &found)
{
    Capability &citus = found.citus;
    if (!citus.isAvailable())
        return;
    QList<ClusterNode> workers, inactive;
    const ClusterNode *coordinator = nullptr;
    for (const ClusterNode &node : found.nodes) {
        if (node.isCoordinator())
            coordinator = &node;
        else
            workers << node;
        if (!node.isActive)
            inactive << node;
    }
    if (!found.isCoordinator) {
        citus.state = Capability::State::Limited;
        citus.reason = QStringLiteral("this is a worker: tables cannot be distributed or changed from here");
        citus.remedy = coordinator ? QStringLiteral("Connect to the coordinator, %1.").arg(address(*coordinator))
                                   : QStringLiteral("Connect to the coordinator.");
        return;
    }
    const bool hasRemoteWorkers
        = std::ranges::any_of(workers, [](const ClusterNode &worker) { return !isLoopback(worker.host); });
    if (!inactive.isEmpty()) {
        citus.reason = QStringLiteral("not active: %1").arg(addresses(inactive).join(QLatin1String(", ")));
        citus.remedy = QStringLiteral("SELECT citus_activate_node(host, port); once the node answers.");
    } else if (coordinator && hasRemoteWorkers && isLoopback(coordinator->host)) {
        citus.reason
            = QStringLiteral("the coordinator is known as %1, which workers cannot reach").arg(coordinator->host);
        citus.remedy = QStringLiteral("SELECT citus_set_coordinator_host('its name as the workers see it');");
    } else if (workers.isEmpty()) {
        citus.reason = QStringLiteral("no workers: every shard is on the coordinator");
        citus.remedy = QStringLiteral("SELECT citus_add_node(host, port); for each worker, when there are any.");
    }
}

} // namespace

void adviseAll(const QHash<QString, ExtensionFacts> &facts, ServerCapabilities &found)
{
    const auto of = [&](const QString &name) { return advise(name, facts.value(name), found); };
    found.citus = of(QStringLiteral("citus"));
    found.hll = of(QStringLiteral("hll"));
    found.topn = of(QStringLiteral("topn"));
    found.tdigest = of(QStringLiteral("tdigest"));
    found.pgCron = of(QStringLiteral("pg_cron"));
    found.pgPartman = of(QStringLiteral("pg_partman"));
    adviseCron(facts.value(QStringLiteral("pg_cron")), found);
    adviseCitus(found);
    if (found.pgPartman.isAvailable() && found.partmanMajor == 4)
        found.pgPartman.reason = QStringLiteral("create_parent() takes the arguments of pg_partman 4");
}

} // namespace Shardboard
