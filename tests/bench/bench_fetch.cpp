// SPDX-License-Identifier: GPL-3.0-or-later
// A million rows of eight columns into the store a result grid reads, through a Session as the program does it; beside
// libpq's own single-row drain and psql, in turns. Prints medians, then one line of JSON.
#include "connection/conninfo.h"
#include "connection/iothread.h"
#include "connection/session.h"
#include "tests/support/livecluster.h"

#include <QElapsedTimer>
#include <QEventLoop>
#include <QProcess>

#include <libpq-fe.h>
#include <malloc.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;

namespace {

constexpr int rowCount = 1'000'000;
constexpr int columnCount = 8;
constexpr int rounds = 9; ///< beside one to warm up

const QString select = u"SELECT * FROM grid"_s;
const QString table = uR"(
CREATE TABLE grid AS
SELECT i AS id, i::bigint * 1000003 AS big, 'row number ' || i || ' of a million' AS words, md5(i::text) AS hash,
       round(i::numeric / 7, 6) AS exact, i / 3.0::float8 AS near,
       timestamptz '2015-05-17 10:05:03Z' + i * interval '1.234567 s' AS moment, i % 3 = 0 AS flag
  FROM generate_series(1, 1000000) AS i;
)"_s;

[[noreturn]] void giveUp(const QString &why)
{
    std::fprintf(stderr, "bench_fetch: %s\n", qPrintable(why));
    std::exit(1);
}

double median(std::vector<double> values)
{
    std::ranges::sort(values);
    const size_t middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

size_t heapBytes()
{
    const auto info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

struct Fetched
{
    double seconds = 0;
    double firstRows = 0; ///< seconds until rows could be shown
    double bytesPerCell = 0;
    double payloadPerCell = 0;
};

/// What the program does: a session streams, batches are appended to a result set on the thread that will draw them.
Fetched fetch(Session &session)
{
    const size_t before = heapBytes();
    ResultSet rows;
    Fetched fetched;
    std::optional<QString> error;
    QEventLoop loop;
    QElapsedTimer elapsed;
    elapsed.start();
    session.stream(Query(select), &loop,
        {[&](const QList<ResultField> &fields) { rows.fields = fields; },
            [&](const SharedRowBatch &batch) {
                if (rows.rowCount() == 0)
                    fetched.firstRows = double(elapsed.nsecsElapsed()) / 1e9;
                rows.append(batch);
            },
            [&](const Outcome<ResultSet> &outcome) {
                if (outcome.isError())
                    error = outcome.error().toText();
                loop.quit();
            }});
    loop.exec();
    fetched.seconds = double(elapsed.nsecsElapsed()) / 1e9;
    if (error || rows.rowCount() != rowCount || rows.columnCount() != columnCount)
        giveUp(error.value_or(u"%1 rows of %2 columns arrived"_s.arg(rows.rowCount()).arg(rows.columnCount())));

    constexpr double cells = double(rowCount) * columnCount;
    qsizetype payload = 0;
    for (const SharedRowBatch &batch : rows.batches())
        payload += batch->byteCount();
    fetched.bytesPerCell = double(heapBytes() - before) / cells;
    fetched.payloadPerCell = double(payload) / cells;
    return fetched;
}

using Connection = std::unique_ptr<PGconn, decltype(&PQfinish)>;

Connection connectBare(const ConnectionSettings &settings)
{
    Connection connection(PQconnectdb(toConninfo(settings).toUtf8().constData()), &PQfinish);
    if (PQstatus(connection.get()) != CONNECTION_OK)
        giveUp(QString::fromUtf8(PQerrorMessage(connection.get())));
    return connection;
}

/// The bound: libpq alone, every row taken and thrown away.
double drain(PGconn *connection)
{
    QElapsedTimer elapsed;
    elapsed.start();
    PQsendQuery(connection, select.toUtf8().constData());
    PQsetSingleRowMode(connection);
    int rows = 0;
    while (PGresult *result = PQgetResult(connection)) {
        rows += PQntuples(result);
        PQclear(result);
    }
    if (rows != rowCount)
        giveUp(u"the drain got %1 rows"_s.arg(rows));
    return double(elapsed.nsecsElapsed()) / 1e9;
}

double psql(const QString &program, const ConnectionSettings &settings)
{
    QProcess process;
    process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    QElapsedTimer elapsed;
    elapsed.start();
    process.start(program, {u"-XAtq"_s, u"-o"_s, u"/dev/null"_s, u"-c"_s, select, u"-d"_s, toConninfo(settings)});
    if (!process.waitForFinished(-1) || process.exitCode() != 0)
        giveUp(u"psql failed"_s);
    return double(elapsed.nsecsElapsed()) / 1e9;
}

LocalCluster::Options clusterOptions()
{
    LocalCluster::Options options;
    options.topology = LocalCluster::Topology::Plain;
    options.serverSettings = {{u"shared_buffers"_s, u"512MB"_s}, {u"jit"_s, u"off"_s}, {u"autovacuum"_s, u"off"_s},
        {u"max_parallel_workers_per_gather"_s, u"0"_s}, {u"synchronize_seqscans"_s, u"off"_s}};
    return options;
}

struct Measured
{
    std::vector<double> ours, bare, psql, vsDrain, vsPsql, firstRows, bytesPerCell;
    double payload = 0;
};

void print(const Measured &measured)
{
    std::printf("%d rows x %d columns, %.1f payload bytes a cell; medians of %d rounds\n", rowCount, columnCount,
        measured.payload, rounds);
    std::printf("  libpq single-row drain  %7.3f s\n", median(measured.bare));
    std::printf("  psql -At -o /dev/null   %7.3f s\n", median(measured.psql));
    std::printf("  session into the store  %7.3f s\n", median(measured.ours));
    std::printf("{\"bench\": \"fetch\", \"metrics\": {\"vs_drain\": %.3f, \"vs_psql\": %.3f, \"bytes_per_cell\": %.2f, "
                "\"first_rows\": %.4f}}\n",
        median(measured.vsDrain), median(measured.vsPsql), median(measured.bytesPerCell), median(measured.firstRows));
}

void measure(LiveCluster &cluster)
{
    const auto installation = LocalCluster::findInstallation();
    if (!installation)
        giveUp(installation.error().toText());
    const QString psqlProgram = installation->binDirectory + u"/psql"_s;
    IoThread io;
    Session session(io, cluster.settings(), SessionPurpose::Interactive);
    session.open();
    const Connection bare = connectBare(cluster.settings());

    Measured measured;
    for (int round = 0; round <= rounds; ++round) {
        // Each goes first as often as last, so that a machine that slows down slows all of them.
        Fetched ours;
        double drained = 0, psqled = 0;
        const auto runOurs = [&] { ours = fetch(session); };
        const auto runDrain = [&] { drained = drain(bare.get()); };
        const auto runPsql = [&] { psqled = psql(psqlProgram, cluster.settings()); };
        if (round % 2 == 0) {
            runDrain(), runOurs(), runPsql();
        } else {
            runPsql(), runOurs(), runDrain();
        }
        if (round == 0)
            continue;
        measured.ours.push_back(ours.seconds);
        measured.bare.push_back(drained);
        measured.psql.push_back(psqled);
        measured.vsDrain.push_back(ours.seconds / drained);
        measured.vsPsql.push_back(ours.seconds / psqled);
        measured.firstRows.push_back(ours.firstRows / ours.seconds);
        measured.bytesPerCell.push_back(ours.bytesPerCell);
        measured.payload = ours.payloadPerCell;
    }
    print(measured);
}

} // namespace

int main(int argc, char *argv[])
{
    Shardboard::Testing::prepare();
    QCoreApplication app(argc, argv);
    LiveCluster cluster(clusterOptions());
    cluster.sql(table);
    cluster.sql(u"VACUUM ANALYZE grid"_s);
    measure(cluster);
    return 0;
}
