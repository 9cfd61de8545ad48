// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/shardboardctl/context.h"
#include "connection/conninfo.h"
#include "connection/localcluster.h"

#include <QJsonArray>

namespace Shardboard::Ctl {

namespace {

QJsonObject toJson(const LocalCluster::Status &status)
{
    QJsonArray nodes;
    for (const auto &node : status.nodes) {
        nodes.append(QJsonObject{{QStringLiteral("name"), node.name}, {QStringLiteral("port"), node.port},
            {QStringLiteral("running"), node.isRunning}, {QStringLiteral("pid"), node.pid},
            {QStringLiteral("dataDirectory"), node.dataDirectory}});
    }
    QJsonObject object{{QStringLiteral("exists"), status.exists}, {QStringLiteral("running"), status.isRunning},
        {QStringLiteral("folder"), status.folder}};
    if (status.exists) {
        object.insert(QStringLiteral("citus"), status.hasCitus);
        object.insert(QStringLiteral("connection"), toConninfo(status.settings));
        object.insert(QStringLiteral("nodes"), nodes);
    }
    return object;
}

void printStatus(const Context &context, const LocalCluster::Status &status)
{
    if (context.json()) {
        context.printJson(toJson(status));
        return;
    }
    if (!status.exists) {
        context.print(QStringLiteral("There is no demo cluster in %1.").arg(status.folder));
        return;
    }
    context.print(QStringLiteral("Folder      %1").arg(status.folder));
    context.print(QStringLiteral("Connection  %1").arg(toConninfo(status.settings)));
    for (const auto &node : status.nodes) {
        const QString state
            = node.isRunning ? QStringLiteral("running, pid %1").arg(node.pid) : QStringLiteral("stopped");
        context.print(
            QStringLiteral("%1 127.0.0.1:%2  %3").arg(node.name.leftJustified(11), QString::number(node.port), state));
    }
}

int up(Context &context, LocalCluster &cluster)
{
    const auto status = cluster.up([&](const QString &step) { context.progress(step + u'…'); }, context.stopToken());
    if (!status)
        return context.fail(status);
    printStatus(context, *status);
    return Ok;
}

int down(Context &context, LocalCluster &cluster, bool removes)
{
    const auto done = removes ? cluster.remove() : cluster.down();
    if (!done)
        return context.fail(done);
    const auto status = cluster.status();
    if (!status)
        return context.fail(status);
    printStatus(context, *status);
    return Ok;
}

int status(Context &context, const LocalCluster &cluster)
{
    const auto status = cluster.status();
    if (!status)
        return context.fail(status);
    printStatus(context, *status);
    return status->isRunning ? Ok : Failed;
}

int run(Context &context)
{
    QCommandLineParser parser;
    parser.addOptions({{QStringLiteral("plain"), {}}, {QStringLiteral("remove"), {}},
        {QStringLiteral("folder"), {}, QStringLiteral("dir"), LocalCluster::defaultFolder()}});
    if (const auto over = context.parse(parser))
        return *over;
    const QStringList words = parser.positionalArguments();
    if (words.size() != 1)
        return context.badUsage(QStringLiteral("Say up, down or status."));

    LocalCluster::Options options;
    options.folder = parser.value(QStringLiteral("folder"));
    if (parser.isSet(QStringLiteral("plain")))
        options.topology = LocalCluster::Topology::Plain;
    LocalCluster cluster(options);
    if (words.first() == QStringLiteral("up"))
        return up(context, cluster);
    if (words.first() == QStringLiteral("down"))
        return down(context, cluster, parser.isSet(QStringLiteral("remove")));
    if (words.first() == QStringLiteral("status"))
        return status(context, cluster);
    return context.badUsage(QStringLiteral("%1 is none of up, down, status.").arg(words.first()));
}

const CommandRegistration registration({QStringLiteral("demo"),
    {QStringLiteral("demo up [--plain] [--folder DIR]"), QStringLiteral("demo down [--remove] [--folder DIR]"),
        QStringLiteral("demo status [--folder DIR]")},
    QStringLiteral("Starts, stops or shows a private cluster on this machine."),
    QStringLiteral("up makes the cluster from the PostgreSQL programs installed here, or starts it again: a\n"
                   "coordinator with two workers where the citus extension is installed, else one server.\n"
                   "It listens on 127.0.0.1 only. status exits with 1 when it does not run.\n\n"
                   "      --plain       one server without Citus\n"
                   "      --remove      delete the data, too\n"
                   "      --folder DIR  where it lives (%1)")
        .arg(LocalCluster::defaultFolder()),
    run});

} // namespace

} // namespace Shardboard::Ctl
