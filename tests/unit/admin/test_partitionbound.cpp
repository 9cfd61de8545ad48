// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/catalogue/partitionbound.h"
#include "tests/support/testmain.h"

using namespace Shardboard;
using namespace Qt::StringLiterals;

class TestPartitionBound : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u"."_s)); }

    void boundsReadAsThePersonWroteThem_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("display");
        QTest::newRow("time range") << u"FOR VALUES FROM ('2024-01-01 00:00:00+00') TO ('2024-01-02 00:00:00+00')"_s
                                    << u"2024-01-01 00:00:00+00 … 2024-01-02 00:00:00+00"_s;
        QTest::newRow("numbers") << u"FOR VALUES FROM (-5) TO (10)"_s << u"-5 … 10"_s;
        QTest::newRow("open ends") << u"FOR VALUES FROM (MINVALUE) TO ('b')"_s << u"MINVALUE … b"_s;
        QTest::newRow("several columns") << u"FOR VALUES FROM (1, 'a') TO (2, MAXVALUE)"_s << u"1, a … 2, MAXVALUE"_s;
        QTest::newRow("list") << u"FOR VALUES IN ('it''s', NULL, 'a, b)')"_s << u"it's, NULL, a, b)"_s;
        QTest::newRow("hash") << u"FOR VALUES WITH (modulus 8, remainder 3)"_s << u"3 of 8"_s;
        QTest::newRow("default") << u"DEFAULT"_s << u"default"_s;
    }
    void boundsReadAsThePersonWroteThem()
    {
        QFETCH(QString, text);
        const auto bound = parsePartitionBound(text);
        QVERIFY(bound);
        QTEST(bound->display(), "display");
    }

    void whatIsNoBoundIsRefused()
    {
        for (const QString &text : {QString(), u"FOR VALUES"_s, u"FOR VALUES FROM ('a') TO"_s, u"FOR VALUES IN ('a"_s,
                 u"FOR VALUES WITH (modulus x)"_s, u"PRIMARY KEY (a)"_s})
            QVERIFY2(!parsePartitionBound(text), qPrintable(text));
    }

    void partitionsAreInTheOrderOfTheirValues()
    {
        QStringList texts{u"DEFAULT"_s, u"FOR VALUES FROM (10) TO (20)"_s, u"FOR VALUES FROM (9) TO (10)"_s,
            u"FOR VALUES FROM (MINVALUE) TO (9)"_s, u"FOR VALUES FROM (20) TO (MAXVALUE)"_s};
        std::sort(texts.begin(), texts.end(), [](const QString &left, const QString &right) {
            return isBefore(*parsePartitionBound(left), *parsePartitionBound(right));
        });
        QStringList displays;
        for (const QString &text : texts)
            displays << parsePartitionBound(text)->display();
        QCOMPARE(displays.join(u" | "_s), u"MINVALUE … 9 | 9 … 10 | 10 … 20 | 20 … MAXVALUE | default"_s);
    }
};

SHARDBOARD_TEST_MAIN(TestPartitionBound)
#include "test_partitionbound.moc"
