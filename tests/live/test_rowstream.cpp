// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: plain
#include "connection/iothread.h"
#include "connection/syncsession.h"
#include "tests/support/livecluster.h"

using namespace Shardboard;
using Testing::LiveCluster;

/// Rows of any number pass through a worker thread in little memory, and stop when nobody wants them any more.
class RowStreamTest : public QObject
{
    Q_OBJECT

public:
    explicit RowStreamTest(LiveCluster &live) : m_live(live) {}

private Q_SLOTS:
    void init();
    void rowsArriveInOrder();
    void aResultWithoutRowsIsDescribed();
    void aSlowReaderSlowsTheServer();
    void aRefusalStopsTheStatement();
    void aStopRequestEndsIt();
    void anErrorAfterRowsIsReported();

private:
    std::unique_ptr<SyncSession> open(std::stop_token stop = {});

    LiveCluster &m_live;
    IoThread m_io;
};

void RowStreamTest::init()
{
    QTest::failOnWarning(QRegularExpression(QStringLiteral(".")));
}

std::unique_ptr<SyncSession> RowStreamTest::open(std::stop_token stop)
{
    auto session = std::make_unique<SyncSession>(m_io, m_live.settings(), SessionPurpose::Job, std::move(stop));
    const auto opened = session->open();
    if (!opened)
        qFatal("%s", qPrintable(opened.error().toText()));
    return session;
}

void RowStreamTest::rowsArriveInOrder()
{
    const auto session = open();
    QStringList names;
    qint64 next = 1;
    bool isOrdered = true;
    const auto done
        = session->stream(Query(QStringLiteral("SELECT i, 'x' || i AS text FROM generate_series(1, 100000) i")),
            {.started =
                    [&](const QList<ResultField> &fields) {
                        for (const ResultField &field : fields)
                            names.append(field.name);
                    },
                .rows = [&](const SharedRowBatch &batch) -> Completion {
                    for (qsizetype row = 0; row < batch->rowCount(); ++row, ++next)
                        isOrdered = isOrdered && batch->cell(row, 0) == QByteArray::number(next);
                    return Nothing{};
                }});
    QVERIFY(done.isOk());
    QCOMPARE(names, (QStringList{QStringLiteral("i"), QStringLiteral("text")}));
    QVERIFY(isOrdered);
    QCOMPARE(next, 100001);
    QCOMPARE(done->commandTag, QStringLiteral("SELECT 100000"));
    QCOMPARE(done->rowCount(), 0);
}

void RowStreamTest::aResultWithoutRowsIsDescribed()
{
    const auto session = open();
    int batches = 0;
    const auto done = session->stream(Query(QStringLiteral("SELECT 1 AS one WHERE false")),
        {.started = {}, .rows = [&](const SharedRowBatch &) -> Completion { return ++batches, Nothing{}; }});
    QVERIFY(done.isOk());
    QCOMPARE(done->fields.size(), 1);
    QCOMPARE(done->fields.first().name, QStringLiteral("one"));
    QCOMPARE(batches, 0);
}

void RowStreamTest::aSlowReaderSlowsTheServer()
{
    const auto session = open();
    const QString waiting
        = QStringLiteral("SELECT count(*) FROM pg_stat_activity WHERE pid = %1 AND wait_event = 'ClientWrite'")
              .arg(session->backendPid());
    bool hasWaited = false;
    const auto done
        = session->stream(Query(QStringLiteral("SELECT i, repeat('x', 200) FROM generate_series(1, 400000) i")),
            {.started = {}, .rows = [&](const SharedRowBatch &) -> Completion {
                 // 80 MB: far more than sockets hold. While nothing is taken here, the server has to wait with its
                 // rows.
                 for (int attempt = 0; attempt < 500 && !hasWaited; ++attempt) {
                     hasWaited = m_live.value(waiting) == QStringLiteral("1");
                     QThread::msleep(10);
                 }
                 return Nothing{};
             }});
    QVERIFY(done.isOk());
    QVERIFY(hasWaited);
    QCOMPARE(done->affectedRows, 400000);
}

void RowStreamTest::aRefusalStopsTheStatement()
{
    const auto session = open();
    int batches = 0;
    const auto done = session->stream(Query(QStringLiteral("SELECT generate_series(1, 1000000000000)")),
        {.started = {}, .rows = [&](const SharedRowBatch &) -> Completion {
             ++batches;
             return ServerError::file(QStringLiteral("the disk is full"));
         }});
    QVERIFY(done.isError());
    QCOMPARE(done.error().message, QStringLiteral("the disk is full"));
    QCOMPARE(batches, 1);
    const auto next = session->run(Query(QStringLiteral("SELECT 1")));
    QVERIFY(next.isOk());
}

void RowStreamTest::aStopRequestEndsIt()
{
    std::stop_source source;
    const auto session = open(source.get_token());
    const auto done = session->stream(Query(QStringLiteral("SELECT generate_series(1, 1000000000000)")),
        {.started = {}, .rows = [&](const SharedRowBatch &) -> Completion {
             source.request_stop();
             return Nothing{};
         }});
    QVERIFY(done.isCancelled());
}

void RowStreamTest::anErrorAfterRowsIsReported()
{
    const auto session = open();
    qsizetype rows = 0;
    const auto done = session->stream(Query(QStringLiteral("SELECT 10 / (5000 - i) FROM generate_series(1, 6000) i")),
        {.started = {}, .rows = [&](const SharedRowBatch &batch) -> Completion {
             rows += batch->rowCount();
             return Nothing{};
         }});
    QVERIFY(done.isError());
    QCOMPARE(done.error().sqlState, QStringLiteral("22012"));
    QCOMPARE(rows, 4999);
}

SHARDBOARD_LIVE_TEST_MAIN(RowStreamTest)
#include "test_rowstream.moc"
