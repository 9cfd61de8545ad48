// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/guardfitness.h"
#include "tests/support/testmain.h"

using namespace Shardboard;

class TestGuardFitness : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void onlyCopyAndPrepareTransactionDoNotFit_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<bool>("fits");
        const auto row = [](const char *sql, bool fits) { QTest::newRow(sql) << QString::fromUtf8(sql) << fits; };
        row("", true);
        row("SELECT 'copy'", true);
        row("COPY t TO STDOUT", false);
        row("/* a /* nested */ one */ copy t FROM STDIN", false);
        row("-- a line\r;; Copy t TO STDOUT", false);
        row("copying", true);
        row("PREPARE q AS SELECT 1", true);
        row("PREPARE TRANSACTION 'x'", false);
        row("prepare/**/transaction 'x'", false);
        row("PREPARE transactions AS SELECT 1", true);
        row("/* not closed copy t", true);
    }

    void onlyCopyAndPrepareTransactionDoNotFit()
    {
        QFETCH(QString, sql);
        QFETCH(bool, fits);
        QCOMPARE(fitsGuard(sql), fits);
    }
};

SHARDBOARD_TEST_MAIN(TestGuardFitness)
#include "test_guardfitness.moc"
