// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/values/resulttext.h"
#include "tests/support/testmain.h"

using namespace Shardboard;

class TestResultText : public QObject
{
    Q_OBJECT

private:
    static ResultSet sample(const QList<std::optional<QByteArray>> &secondColumn)
    {
        ResultSet result;
        result.fields = {{QStringLiteral("id"), 23, -1, 0}, {QStringLiteral("note, \"quoted\""), 25, -1, 0}};
        auto batch = std::make_shared<RowBatch>(2);
        int id = 1;
        for (const auto &cell : secondColumn) {
            const QByteArray number = QByteArray::number(id++);
            batch->appendCell(number.constData(), number.size());
            if (cell)
                batch->appendCell(cell->constData(), cell->size());
            else
                batch->appendNull();
        }
        result.append(batch);
        return result;
    }

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral("."))); }

    void csvQuotesWhatWouldBeReadDifferently()
    {
        const ResultSet result = sample({QByteArray("plain"), QByteArray("a,b"), QByteArray("say \"hi\""),
            QByteArray("two\nlines"), QByteArray(" led by a space"), QByteArray("Zürich")});
        QCOMPARE(toCsv(result),
            QByteArray("id,\"note, \"\"quoted\"\"\"\n1,plain\n2,\"a,b\"\n3,\"say \"\"hi\"\"\"\n4,\"two\nlines\"\n"
                       "5,\" led by a space\"\n6,Zürich\n"));
    }

    void csvTellsNullFromEmpty()
    {
        QCOMPARE(
            toCsv(sample({std::nullopt, QByteArray("")})), QByteArray("id,\"note, \"\"quoted\"\"\"\n1,\n2,\"\"\n"));
    }

    void tabSeparatedKeepsOneLinePerRow()
    {
        QCOMPARE(toTabSeparated(sample({QByteArray("a\tb\nc"), std::nullopt})),
            QByteArray("id\tnote, \"quoted\"\n1\ta b c\n2\t\n"));
    }
};

SHARDBOARD_TEST_MAIN(TestResultText)
#include "test_resulttext.moc"
