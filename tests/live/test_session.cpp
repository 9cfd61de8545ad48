// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: plain
#include "connection/iothread.h"
#include "connection/session.h"
#include "connection/syncsession.h"
#include "tests/support/livecluster.h"

#include <QSignalSpy>

#include <thread>

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;

namespace {

QString describe(const Outcome<ResultSet> &outcome)
{
    if (outcome.isCancelled())
        return u"cancelled"_s;
    if (outcome.isError())
        return outcome.error().toText();
    return outcome->rowCount() > 0 ? outcome->text(0, 0) : outcome->commandTag;
}

} // namespace

class TestSession : public QObject
{
    Q_OBJECT

public:
    explicit TestSession(LiveCluster &cluster) : m_cluster(cluster) {}

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u"."_s)); }

    void syncRunsStatements()
    {
        SyncSession session(m_io, m_cluster.settings(), SessionPurpose::Job);
        const Completion opened = session.open();
        QVERIFY2(opened, qPrintable(opened.isError() ? opened.error().toText() : QString()));
        QCOMPARE(describe(session.run(u"SELECT 'a' || $1"_s)), u"there is no parameter $1\nSQLSTATE: 42P02"_s);
        QCOMPARE(describe(session.run({u"SELECT 'a' || $1::text"_s, {QByteArray("b")}})), u"ab"_s);
        QCOMPARE(describe(session.run(u"SELECT 1; SELECT 2"_s)), u"2"_s);
        QVERIFY(session.backendPid() > 0);
    }

private:
    LiveCluster &m_cluster;
    IoThread m_io;
};

SHARDBOARD_LIVE_TEST_MAIN(TestSession)
#include "test_session.moc"
