// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/values/outcome.h"
#include "tests/support/testmain.h"

using namespace Shardboard;

class TestOutcome : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isExactlyOneOfThree()
    {
        const Outcome<int> value = 5;
        QVERIFY(value.isOk() && !value.isError() && !value.isCancelled());
        QCOMPARE(*value, 5);
        const Outcome<int> error = ServerError::usage(QStringLiteral("no"));
        QVERIFY(!error && error.isError());
        const Outcome<int> cancelled = Cancelled{};
        QVERIFY(!cancelled && !cancelled.isError() && cancelled.isCancelled());
    }

    void failureKeepsItsKindUnderAnotherType()
    {
        const Outcome<int> error = ServerError::connection(QStringLiteral("gone"));
        QCOMPARE(error.failure<QString>().error().message, QStringLiteral("gone"));
        QVERIFY(error.failure<QString>().error().connectionLost);
        QVERIFY(Outcome<int>(Cancelled{}).failure<QString>().isCancelled());
    }

    void errorTextHasEveryPartTheServerGave()
    {
        auto error = ServerError::usage(QStringLiteral("message"), QStringLiteral("do this"));
        error.detail = QStringLiteral("because");
        error.sqlState = QStringLiteral("42P01");
        QCOMPARE(error.toText(), QStringLiteral("message\nDetail: because\nHint: do this\nSQLSTATE: 42P01"));
    }
};

SHARDBOARD_TEST_MAIN(TestOutcome)
#include "test_outcome.moc"
