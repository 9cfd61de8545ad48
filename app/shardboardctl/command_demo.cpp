// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/demo/demo.h"
#include "admin/demo/demotraffic.h"
#include "app/shardboardctl/context.h"
#include "connection/conninfo.h"

#include <QCoreApplication>
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
        object.insert(QStringLiteral("uri"), toUri(status.settings));
        object.insert(QStringLiteral("nodes"), nodes);
        object.insert(QStringLiteral("trafficPid"), DemoTraffic(status.folder).runningPid());
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
    const auto process
        = [](qint64 pid) { return pid == 0 ? QStringLiteral("stopped") : QStringLiteral("running, pid %1").arg(pid); };
    context.print(QStringLiteral("folder       %1").arg(status.folder));
    context.print(QStringLiteral("connection   %1").arg(toUri(status.settings)));
    for (const auto &node : status.nodes) {
        context.print(QStringLiteral("%1 %2").arg(node.name.leftJustified(12), process(node.pid)));
    }
    context.print(QStringLiteral("traffic      %1").arg(process(DemoTraffic(status.folder).runningPid())));
}

/// A line for each new activity, not for each row and each step of the plan.
ProgressSink progressTo(const Context &context)
{
    return [&context, last = QString()](const Progress &progress) mutable {
        if (progress.activity != last && progress.unit != QStringLiteral("steps"))
            context.progress(progress.activity + u'…');
        last = progress.activity;
    };
}

int up(Context &context, const LocalCluster::Options &options, std::chrono::seconds history, bool isEmpty)
{
    const auto progress = progressTo(context);
    const auto status = isEmpty ? LocalCluster(options).up(
                            [&](const QString &step) {
                                progress({step, 0, 0});
                            },
                            context.stopToken())
                                : raiseDemo(context.io(), options, progress, context.stopToken(), history);
    if (!status)
        return context.fail(status);
    if (!isEmpty) {
        const auto started
            = DemoTraffic(status->folder)
                  .start(QCoreApplication::applicationFilePath(),
                      {QStringLiteral("demo"), QStringLiteral("traffic"), QStringLiteral("--folder"), status->folder});
        if (!started)
            return context.fail(started);
    }
    printStatus(context, *status);
    return Ok;
}

int down(Context &context, const LocalCluster::Options &options, bool removes)
{
    LocalCluster cluster(options);
    const auto before = cluster.status();
    if (!before)
        return context.fail(before);
    if (!before->exists) {
        printStatus(context, *before);
        return Ok;
    }
    const DemoTraffic traffic(before->folder);
    if (const auto stopped = traffic.stop(context.stopToken()); !stopped)
        return context.fail(stopped);
    if (removes)
        traffic.removeFiles();
    const auto done = removes ? cluster.remove(context.stopToken()) : cluster.down(context.stopToken());
    if (!done)
        return context.fail(done);
    const auto after = cluster.status();
    if (!after)
        return context.fail(after);
    printStatus(context, *after);
    return Ok;
}

int status(Context &context, const LocalCluster::Options &options, bool wantsUri)
{
    const auto status = LocalCluster(options).status();
    if (!status)
        return context.fail(status);
    if (!wantsUri)
        printStatus(context, *status);
    else if (status->isRunning)
        context.print(toUri(status->settings));
    else
        context.warn(QStringLiteral("The demo in %1 does not run.").arg(status->folder));
    return status->isRunning ? Ok : Failed;
}

int traffic(Context &context, const LocalCluster::Options &options)
{
    const auto status = LocalCluster(options).status();
    if (!status)
        return context.fail(status);
    const auto written = DemoTraffic(status->folder).run(context.io(), context.stopToken());
    return written ? Ok : context.fail(written);
}

/// For scripts that want to know what a demo here would be.
int supports(const Context &context, const QString &extension)
{
    const auto installation = LocalCluster::findInstallation();
    if (!installation)
        return context.fail(installation);
    const bool isThere = installation->has(extension);
    const QString what = QStringLiteral("PostgreSQL %1 in %2 %3 the extension %4.")
                             .arg(installation->version, installation->binDirectory,
                                 isThere ? QStringLiteral("has") : QStringLiteral("lacks"), extension);
    if (context.json())
        context.printJson({{QStringLiteral("extension"), extension}, {QStringLiteral("installed"), isThere},
            {QStringLiteral("postgres"), installation->version}});
    else
        context.print(what);
    return isThere ? Ok : Failed;
}

int run(Context &context)
{
    QCommandLineParser parser;
    for (const auto *flag : {"plain", "empty", "remove", "uri"})
        parser.addOption({QString::fromLatin1(flag), {}});
    parser.addOption({QStringLiteral("hours"), {}, QStringLiteral("number"), QStringLiteral("6")});
    parser.addOption({QStringLiteral("folder"), {}, QStringLiteral("dir"), LocalCluster::defaultFolder()});
    if (const auto over = context.parse(parser))
        return *over;
    bool isNumber = false;
    const double hours = parser.value(QStringLiteral("hours")).toDouble(&isNumber);
    if (!isNumber || !(hours >= 0 && hours <= 1000))
        return context.badUsage(QStringLiteral("--hours wants a number of hours."));
    const QStringList words = parser.positionalArguments();
    const QString verb = words.value(0);
    if (verb == QStringLiteral("supports") && words.size() == 2)
        return supports(context, words.at(1));
    if (words.size() != 1)
        return context.badUsage(QStringLiteral("Say up, down or status, or supports and an extension."));

    LocalCluster::Options options;
    options.folder = parser.value(QStringLiteral("folder"));
    if (parser.isSet(QStringLiteral("plain")))
        options.topology = LocalCluster::Topology::Plain;
    if (verb == QStringLiteral("up"))
        return up(context, options, std::chrono::seconds(qint64(hours * 3600)), parser.isSet(QStringLiteral("empty")));
    if (verb == QStringLiteral("down"))
        return down(context, options, parser.isSet(QStringLiteral("remove")));
    if (verb == QStringLiteral("status"))
        return status(context, options, parser.isSet(QStringLiteral("uri")));
    if (verb == QStringLiteral("traffic"))
        return traffic(context, options);
    return context.badUsage(QStringLiteral("%1 is none of up, down, status, supports, traffic.").arg(verb));
}

const CommandRegistration registration({QStringLiteral("demo"),
    {QStringLiteral("demo up [--plain] [--empty] [--hours N] [--folder DIR]"),
        QStringLiteral("demo down [--remove] [--folder DIR]"), QStringLiteral("demo status [--uri] [--folder DIR]"),
        QStringLiteral("demo supports EXTENSION"), QStringLiteral("demo traffic [--folder DIR]")},
    QStringLiteral("Starts, stops or shows a private cluster with live traffic on this machine."),
    QStringLiteral(
        "up makes the cluster from the PostgreSQL programs installed here, or starts it again: a\n"
        "coordinator with two workers where the citus extension is installed, else one server. It\n"
        "listens on sockets in its own folder only. Then it applies the blueprint http-traffic, fills the last\n"
        "hours with history and leaves a process behind that goes on writing until down ends it.\n"
        "status exits with 1 when the cluster does not run, supports when the extension is not\n"
        "installed. traffic is the process that up leaves behind.\n\n"
        "      --plain       one server without Citus\n"
        "      --empty       only the servers: no tables, no traffic\n"
        "      --hours N     of history, when there is less (6)\n"
        "      --remove      delete the data, too\n"
        "      --uri         print the connection URI and nothing else\n"
        "      --folder DIR  where it lives (%1)")
        .arg(LocalCluster::defaultFolder()),
    run});

} // namespace

} // namespace Shardboard::Ctl
