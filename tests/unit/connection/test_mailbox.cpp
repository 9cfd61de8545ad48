// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/iothread.h"
#include "connection/mailbox.h"
#include "tests/support/testmain.h"

#include <thread>

using namespace Shardboard;
using namespace Qt::StringLiterals;

class TestMailbox : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u"."_s)); }

    void workRunsInOrderOnTheOwnersThread()
    {
        QObject owner;
        const SharedMailbox mailbox = Mailbox::create(&owner);
        QList<int> done;
        std::jthread poster([&] {
            for (int i = 0; i < 100; ++i) {
                mailbox->post([&done, i] {
                    QCOMPARE(QThread::currentThread(), qApp->thread());
                    done << i;
                });
            }
        });
        QTRY_COMPARE(done.size(), 100);
        QVERIFY(std::is_sorted(done.begin(), done.end()));
    }

    void workForADeadOwnerIsDropped()
    {
        int runs = 0;
        auto owner = std::make_unique<QObject>();
        const SharedMailbox mailbox = Mailbox::create(owner.get());
        mailbox->post([&] { ++runs; });
        owner.reset();
        mailbox->post([&] { ++runs; });
        QCoreApplication::processEvents();
        QCOMPARE(runs, 0);
    }

    void workMayEndItsOwner()
    {
        auto *owner = new QObject;
        const SharedMailbox mailbox = Mailbox::create(owner);
        bool hasRun = false;
        mailbox->post([&] {
            delete owner;
            hasRun = true;
        });
        mailbox->post([] { QFAIL("the owner is gone"); });
        QCoreApplication::processEvents();
        QVERIFY(hasRun);
    }

    void ioThreadDoesWhatWasPostedBeforeItsEnd()
    {
        std::atomic<int> runs{0};
        {
            IoThread io;
            for (int i = 0; i < 100; ++i)
                io.post([&] { ++runs; });
        }
        QCOMPARE(runs.load(), 100);
    }
};

SHARDBOARD_TEST_MAIN(TestMailbox)
#include "test_mailbox.moc"
