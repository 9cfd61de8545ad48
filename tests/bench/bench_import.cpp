// SPDX-License-Identifier: GPL-3.0-or-later
// How long `shardboardctl import` takes beside psql's \copy: whole programs, the same file, the same table, in turn.
// Two psql at once, each with a half of the file cut before, show what the server makes possible over two connections.
#include "connection/conninfo.h"
#include "connection/localcluster.h"
#include "tests/support/livecluster.h"

#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>

#include <algorithm>
#include <cstdio>
#include <vector>

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace Shardboard;

namespace {

constexpr int rows = 2000000;
constexpr int rounds = 7; // after one that warms up

[[noreturn]] void giveUp(const QString &why)
{
    std::fprintf(stderr, "bench_import: %s\n", qPrintable(why));
    std::exit(1);
}

struct Run
{
    double seconds = 0;
    double mebibytes = 0; ///< most memory the program held
};

struct Started
{
    QStringList command;
    QElapsedTimer timer;
    pid_t pid = 0;
};

/// Starts a program with its output thrown away.
Started startProgram(const QStringList &command)
{
    std::vector<QByteArray> texts;
    for (const QString &word : command)
        texts.push_back(word.toLocal8Bit());
    std::vector<char *> arguments;
    for (QByteArray &text : texts)
        arguments.push_back(text.data());
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    Started started{command, {}, 0};
    started.timer.start();
    if (posix_spawnp(&started.pid, arguments[0], &actions, nullptr, arguments.data(), environ) != 0)
        giveUp(QStringLiteral("cannot start ") + command.first());
    posix_spawn_file_actions_destroy(&actions);
    return started;
}

Run finish(const Started &started)
{
    int status = 0;
    rusage usage{};
    wait4(started.pid, &status, 0, &usage);
    if (status != 0)
        giveUp(QStringLiteral("failed: ") + started.command.join(u' '));
    return {double(started.timer.nsecsElapsed()) / 1e9, double(usage.ru_maxrss) / 1024};
}

Run runProgram(const QStringList &command)
{
    return finish(startProgram(command));
}

/// About 78 MB: six of the table's eight columns. All rows, or a part of them.
QString writeFile(const QTemporaryDir &folder, const QString &name, int from, int to)
{
    QFile file(folder.filePath(name));
    if (!file.open(QIODevice::WriteOnly))
        giveUp(file.errorString());
    QByteArray block = "site_id,url,request_country,ip_address,status_code,response_time_msec\n";
    constexpr const char *countries[] = {"India", "China", "USA", "Brazil", "Kenya"};
    quint64 seed = 1;
    for (int i = 0; i < to; ++i) {
        seed = seed * 6364136223846793005U + 1442695040888963407U;
        if (i < from)
            continue;
        const auto random = unsigned(seed >> 33);
        block += QByteArray::number(random % 64) + ",/p/" + QByteArray::number(random % 10000) + ','
            + countries[random % 5] + ",10." + QByteArray::number(random >> 8 & 0xff) + '.'
            + QByteArray::number(random >> 16 & 0xff) + '.' + QByteArray::number(random & 0xff) + ','
            + (random % 50 == 0 ? "404," : "200,") + QByteArray::number(5 + random % 150) + '\n';
        if (block.size() > 1 << 20 || i + 1 == to) {
            file.write(block);
            block.clear();
        }
    }
    return file.fileName();
}

LocalCluster::Options optionsFor(LocalCluster::Topology topology)
{
    LocalCluster::Options options;
    options.folder = Testing::makeClusterFolder();
    options.topology = topology;
    options.durable = false;
    options.serverSettings = {{QStringLiteral("shared_buffers"), QStringLiteral("1GB")},
        {QStringLiteral("max_wal_size"), QStringLiteral("8GB")}, {QStringLiteral("autovacuum"), QStringLiteral("off")}};
    return options;
}

double medianOf(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

struct Files
{
    QString whole;
    QString halves[2];
};

/// The programs against one cluster.
class Contest
{
public:
    Contest(const ConnectionSettings &settings, Files files) : m_files(std::move(files)), m_target(toConninfo(settings))
    {
        if (settings.password)
            qputenv("PGPASSWORD", settings.password->toUtf8());
    }

    void sql(const QString &statement) const
    {
        runProgram({QStringLiteral("psql"), QStringLiteral("-Xq"), QStringLiteral("-v"),
            QStringLiteral("ON_ERROR_STOP=1"), m_target, QStringLiteral("-c"), statement});
    }

    Run copyByPsql() const
    {
        return afresh([this] { return runProgram(copyCommand(m_files.whole)); });
    }

    Run copyByTwoPsql() const
    {
        return afresh([this] {
            const Started first = startProgram(copyCommand(m_files.halves[0]));
            const Started second = startProgram(copyCommand(m_files.halves[1]));
            const Run runs[2] = {finish(first), finish(second)};
            return runs[0].seconds > runs[1].seconds ? runs[0] : runs[1];
        });
    }

    Run import(int connections) const
    {
        return afresh([this, connections] {
            return runProgram({QStringLiteral(SHARDBOARD_BIN_DIR "/shardboardctl"), QStringLiteral("--json"),
                QStringLiteral("-d"), m_target, QStringLiteral("import"), m_files.whole, QStringLiteral("t"),
                QStringLiteral("--connections"), QString::number(connections)});
        });
    }

private:
    QStringList copyCommand(const QString &file) const
    {
        return {QStringLiteral("psql"), QStringLiteral("-Xq"), m_target, QStringLiteral("-c"),
            QStringLiteral("\\copy t (site_id, url, request_country, ip_address, status_code, response_time_msec) "
                           "from '%1' with (format csv, header)")
                .arg(file)};
    }

    template <typename What>
    Run afresh(What what) const
    {
        sql(QStringLiteral("truncate t"));
        sql(QStringLiteral("checkpoint"));
        const Run run = what();
        sql(QStringLiteral("do 'begin if (select count(*) from t) <> %1 then raise ''rows are missing''; end if; end'")
                .arg(rows));
        return run;
    }

    Files m_files;
    QString m_target;
};

void contend(LocalCluster::Topology topology, const QString &name, const Files &files, QJsonObject &metrics)
{
    LocalCluster cluster(optionsFor(topology));
    const auto status = cluster.up();
    if (!status)
        giveUp(status.error().toText());
    const Contest contest(status->settings, files);
    contest.sql(QStringLiteral(
        "create table t (request_id bigserial, site_id int, ingest_time timestamptz default now(), url text, "
        "request_country text, ip_address text, status_code int, response_time_msec int)"));
    if (topology == LocalCluster::Topology::Citus)
        contest.sql(QStringLiteral("select create_distributed_table('t', 'site_id')"));

    std::vector<double> one;
    std::vector<double> two;
    std::vector<double> limit;
    double most = metrics.value(QStringLiteral("client_mib")).toDouble();
    for (int round = 0; round <= rounds; ++round) {
        Run psql;
        Run twoPsql;
        Run runs[2];
        // Each round in another order: what runs after what must not matter.
        for (int turn = 0; turn < 4; ++turn) {
            const int which = (turn + round) % 4;
            if (which == 0)
                psql = contest.copyByPsql();
            else if (which == 3)
                twoPsql = contest.copyByTwoPsql();
            else
                runs[which - 1] = contest.import(which);
        }
        std::fprintf(stderr, "%s %d: psql %.2f s, one connection %.2f s, two %.2f s, two psql %.2f s\n",
            qPrintable(name), round, psql.seconds, runs[0].seconds, runs[1].seconds, twoPsql.seconds);
        if (round == 0)
            continue;
        one.push_back(runs[0].seconds / psql.seconds);
        two.push_back(runs[1].seconds / psql.seconds);
        limit.push_back(twoPsql.seconds / psql.seconds);
        most = std::max({most, runs[0].mebibytes, runs[1].mebibytes});
    }
    metrics.insert(QStringLiteral("vs_psql_") + name, medianOf(one));
    metrics.insert(QStringLiteral("vs_psql_%1_2").arg(name), medianOf(two));
    metrics.insert(QStringLiteral("two_psql_") + name, medianOf(limit));
    metrics.insert(QStringLiteral("client_mib"), most);
    if (const auto removed = cluster.remove(); !removed)
        std::fprintf(stderr, "%s\n", qPrintable(removed.error().toText()));
}

} // namespace

int main(int argc, char *argv[])
{
    QCoreApplication app(argc, argv);
    QTemporaryDir folder;
    const Files files{writeFile(folder, QStringLiteral("all.csv"), 0, rows),
        {writeFile(folder, QStringLiteral("first.csv"), 0, rows / 2),
            writeFile(folder, QStringLiteral("second.csv"), rows / 2, rows)}};
    QJsonObject metrics;
    contend(LocalCluster::Topology::Plain, QStringLiteral("plain"), files, metrics);
    const auto installation = LocalCluster::findInstallation();
    if (installation && installation->has(QStringLiteral("citus")))
        contend(LocalCluster::Topology::Citus, QStringLiteral("citus"), files, metrics);
    else
        std::fprintf(stderr, "bench_import: no citus on this machine, its metrics are left out\n");
    const QJsonObject document{
        {QStringLiteral("bench"), QStringLiteral("import")}, {QStringLiteral("metrics"), metrics}};
    std::printf("%s\n", QJsonDocument(document).toJson(QJsonDocument::Compact).constData());
    return 0;
}
