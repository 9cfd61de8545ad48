// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/cluster/waittree.h"
#include "tests/support/testmain.h"

using namespace Shardboard;
using namespace Qt::StringLiterals;

namespace {

ActivitySession session(qint64 gpid, qint64 queryMs = 0)
{
    ActivitySession one;
    one.gpid = gpid;
    one.nodeId = 1;
    one.pid = int(gpid);
    one.queryMs = queryMs;
    return one;
}

ActivitySession part(qint64 gpid, int node)
{
    ActivitySession one = session(gpid);
    one.nodeId = node;
    one.isWorkerPart = true;
    return one;
}

/// "1(2(3) 4)": a transaction with those that wait for it. ^ closes a circle, * stands in full elsewhere.
QString text(const QList<WaitNode> &nodes)
{
    QStringList words;
    for (const WaitNode &node : nodes) {
        QString word = QString::number(node.gpid);
        if (node.closesCycle)
            word += u'^';
        if (node.isRepeated)
            word += u'*';
        if (!node.blocked.isEmpty())
            word += u'(' + text(node.blocked) + u')';
        words << word;
    }
    return words.join(u' ');
}

} // namespace

class TestWaitTree : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u"."_s)); }

    void isEmptyWhereNothingRuns() { QVERIFY(waitTree({}).isEmpty()); }

    void hangsWhoWaitsBelowWhoBlocks_data()
    {
        QTest::addColumn<QList<LockWait>>("waits");
        QTest::addColumn<QString>("tree");
        using Waits = QList<LockWait>;
        QTest::newRow("nobody waits") << Waits{} << u"1 2 3 4"_s;
        QTest::newRow("a chain") << Waits{{2, 1}, {3, 2}, {4, 3}} << u"1(2(3(4)))"_s;
        QTest::newRow("a queue") << Waits{{2, 1}, {3, 1}, {4, 1}} << u"1(2 3 4)"_s;
        QTest::newRow("a queue whose waiters block each other too")
            << Waits{{2, 1}, {3, 1}, {3, 2}} << u"1(2(3) 3*) 4"_s;
        QTest::newRow("the same edge from two nodes") << Waits{{2, 1}, {2, 1}} << u"1(2) 3 4"_s;
        QTest::newRow("the worst blocker first") << Waits{{2, 1}, {1, 4}, {1, 3}, {2, 3}} << u"3(1(2) 2*) 4(1*)"_s;
        QTest::newRow("waits for itself") << Waits{{1, 1}} << u"1 2 3 4"_s;
        QTest::newRow("two in a circle") << Waits{{1, 2}, {2, 1}} << u"1(2(1^)) 3 4"_s;
        QTest::newRow("three in a circle with one behind")
            << Waits{{1, 2}, {2, 3}, {3, 1}, {4, 3}} << u"1(3(2(1^) 4))"_s;
        QTest::newRow("a circle that somebody outside blocks") << Waits{{1, 2}, {2, 1}, {1, 3}} << u"3(1(2(1^))) 4"_s;
        QTest::newRow("a blocker that is hidden") << Waits{{1, 77}} << u"77(1) 2 3 4"_s;
    }

    void hangsWhoWaitsBelowWhoBlocks()
    {
        QFETCH(QList<LockWait>, waits);
        ActivityFacts facts;
        facts.sessions = {session(1), session(2), session(3), session(4)};
        facts.waits = waits;
        QTEST(text(waitTree(facts)), "tree");
    }

    void foldsThePartsOfAStatementIntoIt()
    {
        ActivityFacts facts;
        facts.sessions = {part(7, 2), session(7), part(7, 3), part(8, 3)};
        const auto tree = waitTree(facts);
        QCOMPARE(text(tree), u"7 8"_s);
        QCOMPARE(tree.at(0).session, 1);
        QCOMPARE(tree.at(0).parts, (QList<int>{0, 2}));
        QCOMPARE(tree.at(1).session, 3); // whose own node told nothing
        QVERIFY(tree.at(1).parts.isEmpty());
    }

    void showsTheLongestRunningFirst()
    {
        ActivityFacts facts;
        facts.sessions = {session(1, 10), session(2, 5000), session(3, 200)};
        QCOMPARE(text(waitTree(facts)), u"2 3 1"_s);
    }

    void countsAllThatIsBlockedOnEveryLevel()
    {
        ActivityFacts facts;
        facts.sessions = {session(1), session(2), session(3)};
        facts.waits = {{2, 1}, {3, 2}};
        QCOMPARE(waitTree(facts).first().blockedCount(), 2);
    }
};

SHARDBOARD_TEST_MAIN(TestWaitTree)
#include "test_waittree.moc"
