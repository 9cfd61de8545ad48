// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/exactness.h"

#include <QRandomGenerator>

#include <vector>

namespace Shardboard::Testing {

/// Everybody who writes into http_request at once, through all nodes and whatever happens to them: row by row, in
/// transactions of seconds, by COPY, and some who take back what they wrote. Writes until it is destroyed.
class WritingCrew
{
public:
    WritingCrew(IoThread &io, const LiveCluster &cluster, quint32 seed) : m_io(io), m_cluster(cluster), m_seed(seed)
    {
        const auto start = [this](auto work) { m_threads.emplace_back(std::move(work)); };
        for (int number = 0; number < 4; ++number)
            start([this, number](std::stop_token stop) { write(number, stop); });
        start([this](std::stop_token stop) { writeSlowly(4, stop); });
        start([this](std::stop_token stop) { writeSlowly(5, stop); });
        start([this](std::stop_token stop) { copySlowly(5, stop); });
        start([this](std::stop_token stop) { writeAndTakeBack(6, stop); });
    }
    ~WritingCrew()
    {
        for (std::jthread &thread : m_threads)
            thread.request_stop();
    }
    WritingCrew(const WritingCrew &) = delete;
    WritingCrew &operator=(const WritingCrew &) = delete;

private:
    std::unique_ptr<SyncSession> connect(int number) const
    {
        const auto &nodes = m_cluster.status().nodes;
        return openSession(m_io, m_cluster.settings(nodes.at(number % nodes.size()).name));
    }
    void write(int number, std::stop_token stop);
    void writeSlowly(int number, std::stop_token stop);
    void copySlowly(int number, std::stop_token stop);
    void writeAndTakeBack(int number, std::stop_token stop);

    IoThread &m_io;
    const LiveCluster &m_cluster;
    quint32 m_seed = 0;
    std::vector<std::jthread> m_threads; // the last member: joined before the rest goes
};

// Each row by itself, as most services do; now and then a few at once, prepared once and executed often.
inline void WritingCrew::write(int number, std::stop_token stop)
{
    QRandomGenerator random(m_seed + quint32(number));
    while (!stop.stop_requested()) {
        const auto session = connect(number);
        if (!session) {
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
            continue;
        }
        bool isUp = session->run(Query(u"PREPARE one AS "_s + insertOneSql())).isOk();
        while (isUp && !stop.stop_requested()) {
            const bool several = random.bounded(10) == 0;
            const auto inserted = session->run(Query(several ? insertSql(7) : u"EXECUTE one"_s));
            isUp = inserted.isOk() || !inserted.error().connectionLost;
            std::this_thread::sleep_for(std::chrono::milliseconds(random.bounded(10)));
        }
    }
}

inline void WritingCrew::writeSlowly(int number, std::stop_token stop)
{
    QRandomGenerator random(m_seed + quint32(number));
    while (!stop.stop_requested()) {
        const auto session = connect(number);
        if (session && session->run(Query(u"BEGIN"_s)) && session->run(Query(insertSql(20)))) {
            // Ten seconds now and then; mostly two, so that a short test has some of each.
            const auto pause = random.bounded(6) == 0 ? std::chrono::milliseconds(10000)
                                                      : std::chrono::milliseconds(random.bounded(500, 2500));
            QElapsedTimer waited;
            for (waited.start(); waited.elapsed() < pause.count() && !stop.stop_requested();)
                std::this_thread::sleep_for(std::chrono::milliseconds(50));
            if (session->run(Query(insertSql(20))))
                (void)session->run(Query(u"COMMIT"_s)); // whether it came through is for the raw table to say
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
}

inline void WritingCrew::copySlowly(int number, std::stop_token stop)
{
    QRandomGenerator random(m_seed + quint32(number));
    while (!stop.stop_requested()) {
        const auto session = connect(number);
        int blocks = 0;
        QByteArray block;
        const auto produce = [&]() -> Outcome<QByteArrayView> {
            block.clear();
            if (++blocks > 5)
                return QByteArrayView();
            std::this_thread::sleep_for(std::chrono::milliseconds(random.bounded(400)));
            for (int row = 0; row < 20; ++row)
                block += QByteArray::number(random.bounded(1, 41)) + "\t200\tDE\t10.9.8."
                    + QByteArray::number(random.bounded(99)) + '\n';
            return QByteArrayView(block);
        };
        if (session)
            (void)session->copyIn(
                u"COPY http_request (site_id, status_code, request_country, ip_address) FROM STDIN"_s, produce);
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
}

// Takes ids and gives up the rows: all of them, or those of a savepoint.
inline void WritingCrew::writeAndTakeBack(int number, std::stop_token stop)
{
    while (!stop.stop_requested()) {
        const auto session = connect(number);
        if (session && session->run(Query(u"BEGIN"_s)) && session->run(Query(insertSql(5)))
            && session->run(Query(u"SAVEPOINT half"_s)) && session->run(Query(insertSql(5)))) {
            std::this_thread::sleep_for(std::chrono::milliseconds(300));
            if (session->run(Query(u"ROLLBACK TO SAVEPOINT half"_s)) && session->run(Query(insertSql(5))))
                (void)session->run(Query(u"COMMIT"_s));
            (void)session->run(Query(u"BEGIN"_s));
            (void)session->run(Query(insertSql(5)));
            (void)session->run(Query(u"ROLLBACK"_s));
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
}

} // namespace Shardboard::Testing
