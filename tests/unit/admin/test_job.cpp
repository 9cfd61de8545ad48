// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/job.h"
#include "admin/latestop.h"
#include "tests/support/testmain.h"

#include <QElapsedTimer>
#include <QPointer>
#include <QSignalSpy>

#include <atomic>

using namespace Shardboard;
using namespace std::chrono_literals;

namespace {

void waitForStop(const std::stop_token &stop)
{
    while (!stop.stop_requested())
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

} // namespace

class TestJob : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral("."))); }
    void cleanup() { Job::stopAll(); }
    void theResultArrivesOnTheCallersThread();
    void onlyTheLatestProgressIsReported();
    void cancelReachesTheWork();
    void aDestroyedJobDropsItsResult();
    void theJobGoesWhenItIsDone();
    void stopAllEndsWhatIsLeft();
    void stopAllGivesUpOnWhatDoesNotEnd();
    void aLateStopFollowsTheFirst();
};

void TestJob::theResultArrivesOnTheCallersThread()
{
    QThread *workedOn = nullptr;
    QThread *deliveredOn = nullptr;
    int result = 0;
    Job::start<int>(
        this,
        [&](std::stop_token, const ProgressSink &) {
            workedOn = QThread::currentThread();
            return 42;
        },
        [&](int value) {
            deliveredOn = QThread::currentThread();
            result = value;
        });
    QTRY_COMPARE(result, 42);
    QCOMPARE(deliveredOn, QThread::currentThread());
    QVERIFY(workedOn != QThread::currentThread());
}

void TestJob::onlyTheLatestProgressIsReported()
{
    std::atomic_bool mayEnd = false;
    Job *job = Job::start<int>(
        this,
        [&](std::stop_token, const ProgressSink &progress) {
            for (int i = 1; i <= 10000; ++i)
                progress({QStringLiteral("counting"), i, 10000});
            while (!mayEnd)
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
            return 0;
        },
        [](int) {});
    QSignalSpy progressed(job, &Job::progressed);
    QSignalSpy finished(job, &Job::finished);
    QTRY_VERIFY(!progressed.isEmpty() && progressed.last().first().value<Progress>().done == 10000);
    QVERIFY2(progressed.size() < 100, qPrintable(QString::number(progressed.size())));
    mayEnd = true;
    QVERIFY(finished.wait());
}

void TestJob::cancelReachesTheWork()
{
    bool isDone = false;
    Job *job = Job::start<int>(
        this,
        [](std::stop_token stop, const ProgressSink &) {
            waitForStop(stop);
            return 1;
        },
        [&](int) { isDone = true; });
    QVERIFY(job->isRunning());
    job->cancel();
    QTRY_VERIFY(isDone);
}

void TestJob::aDestroyedJobDropsItsResult()
{
    bool isDone = false;
    auto hasEnded = std::make_shared<std::atomic_bool>(false);
    Job *job = Job::start<int>(
        this,
        [hasEnded](std::stop_token stop, const ProgressSink &progress) {
            waitForStop(stop);
            progress({QStringLiteral("to nobody"), 1, 1});
            *hasEnded = true;
            return 1;
        },
        [&](int) { isDone = true; });
    delete job;
    QTRY_VERIFY(hasEnded->load());
    QTest::qWait(20);
    QVERIFY(!isDone);
}

void TestJob::theJobGoesWhenItIsDone()
{
    QPointer<Job> job = Job::start<int>(
        this, [](std::stop_token, const ProgressSink &) { return 1; }, [](int) {});
    QTRY_VERIFY(!job);
}

void TestJob::stopAllEndsWhatIsLeft()
{
    auto hasEnded = std::make_shared<std::atomic_bool>(false);
    Job *job = Job::start<int>(
        this,
        [hasEnded](std::stop_token stop, const ProgressSink &) {
            waitForStop(stop);
            *hasEnded = true;
            return 1;
        },
        [](int) {});
    Job::stopAll();
    QVERIFY(hasEnded->load());
    delete job;
}

// As a job that waits for a server which does not answer.
void TestJob::stopAllGivesUpOnWhatDoesNotEnd()
{
    auto mayEnd = std::make_shared<std::atomic_bool>(false);
    auto hasEnded = std::make_shared<std::atomic_bool>(false);
    const QPointer<Job> job = Job::start<int>(
        this,
        [mayEnd, hasEnded](std::stop_token, const ProgressSink &) {
            while (!mayEnd->load())
                std::this_thread::sleep_for(1ms);
            *hasEnded = true;
            return 1;
        },
        [](int) {});
    QElapsedTimer time;
    time.start();
    QVERIFY(!Job::stopAll(100ms));
    QVERIFY(time.elapsed() < 2000);
    *mayEnd = true;
    QTRY_VERIFY(hasEnded->load());
    QTRY_VERIFY(!job);
    QVERIFY(Job::stopAll(100ms)); // nothing is left to wait for
}

void TestJob::aLateStopFollowsTheFirst()
{
    std::stop_source first;
    QElapsedTimer time;
    {
        const LateStop late(first.get_token(), 50ms);
        std::this_thread::sleep_for(20ms);
        QVERIFY(!late.token().stop_requested());
        time.start();
        first.request_stop();
        QVERIFY(!late.token().stop_requested());
        while (!late.token().stop_requested() && time.elapsed() < 5000)
            std::this_thread::sleep_for(1ms);
        QVERIFY(late.token().stop_requested());
        QVERIFY(time.elapsed() >= 50);
    }
    std::stop_token token;
    {
        const LateStop ended(std::stop_source().get_token(), 10s);
        token = ended.token();
    }
    QVERIFY(!token.stop_requested());
    const LateStop unused(first.get_token(), 10s); // ends at once, without its stop
    QVERIFY(!unused.token().stop_requested());
}

SHARDBOARD_TEST_MAIN(TestJob)
#include "test_job.moc"
