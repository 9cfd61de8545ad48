// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/values/resultset.h"
#include "tests/support/testmain.h"

using namespace Shardboard;
using namespace Qt::StringLiterals;

namespace {

std::shared_ptr<RowBatch> makeBatch(int columns, const QList<std::optional<QByteArray>> &cells)
{
    auto batch = std::make_shared<RowBatch>(columns);
    for (const auto &cell : cells) {
        if (cell)
            batch->appendCell(cell->constData(), cell->size());
        else
            batch->appendNull();
    }
    return batch;
}

} // namespace

class TestResultSet : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u"."_s)); }

    void batchKeepsCellsAndTellsNullFromEmpty()
    {
        const auto batch = makeBatch(2, {"a", std::nullopt, "", "größe", QByteArray(3000, 'x'), std::nullopt});
        QCOMPARE(batch->rowCount(), 3);
        QCOMPARE(batch->cell(0, 0), QByteArrayView("a"));
        QVERIFY(batch->isNull(0, 1) && batch->cell(0, 1).isEmpty());
        QVERIFY(!batch->isNull(1, 0) && batch->cell(1, 0).isEmpty());
        QCOMPARE(batch->cell(1, 1), QByteArrayView("größe"));
        QCOMPARE(batch->cell(2, 0).size(), 3000);
        QVERIFY(batch->isNull(2, 1));
        QCOMPARE(batch->byteCount(), 1 + 7 + 3000);
    }

    void batchWithoutColumnsHasNoRows() { QCOMPARE(RowBatch(0).rowCount(), 0); }

    void squeezeGivesBackWhatWasReservedTooMuch()
    {
        RowBatch batch(1);
        batch.reserve(1 << 20, 1 << 16);
        for (int i = 0; i < 1000; ++i)
            batch.appendCell("0123456789", 10);
        QVERIFY(batch.allocatedBytes() > 1 << 20);
        batch.squeeze();
        QVERIFY(batch.allocatedBytes() < 15 * 1000);
        QCOMPARE(batch.cell(999, 0), QByteArrayView("0123456789"));
    }

    void rowsAreFoundAcrossBatches()
    {
        ResultSet rows;
        rows.fields = {{u"a"_s, 23, -1, 0}, {u"b"_s, 25, -1, 0}};
        rows.append(makeBatch(2, {"1", "one"}));
        rows.append(makeBatch(2, {})); // nothing in it
        rows.append(makeBatch(2, {"2", "two", "3", std::nullopt}));
        QCOMPARE(rows.rowCount(), 3);
        QCOMPARE(rows.batches().size(), 2U);
        QCOMPARE(rows.columnCount(), 2);
        QCOMPARE(rows.columnIndex(u"b"), 1);
        QCOMPARE(rows.columnIndex(u"B"), -1);
        QCOMPARE(rows.text(0, 1), u"one"_s);
        QCOMPARE(rows.integer(1, 0), 2);
        QVERIFY(rows.isNull(2, 1));
        const ResultSet copy = rows; // shares the batches
        QCOMPARE(copy.batches().front().get(), rows.batches().front().get());
    }

    void conveniencesFallBack()
    {
        ResultSet row;
        row.fields = QList<ResultField>(4);
        row.append(makeBatch(4, {"12", "1.5", "t", std::nullopt}));
        QCOMPARE(row.integer(0, 0), 12);
        QCOMPARE(row.integer(0, 1, -1), -1);
        QCOMPARE(row.integer(0, 3, 7), 7);
        QCOMPARE(row.real(0, 1), 1.5);
        QCOMPARE(row.real(0, 2, 0.5), 0.5);
        QVERIFY(row.boolean(0, 2) && !row.boolean(0, 3) && !row.boolean(0, 0));
        QCOMPARE(row.text(0, 3), QString());
    }
};

SHARDBOARD_TEST_MAIN(TestResultSet)
#include "test_resultset.moc"
