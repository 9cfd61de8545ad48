// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/import/valuecheck.h"
#include "tests/support/testmain.h"

using namespace Shardboard;

class TestValueCheck : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral("."))); }

    void values_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<int>("limit");
        QTest::addColumn<QByteArrayList>("right");
        QTest::addColumn<QByteArrayList>("wrong");

        const auto row
            = [](const char *name, CheckedKind kind, int limit, const QByteArrayList &right,
                  const QByteArrayList &wrong) { QTest::newRow(name) << int(kind) << limit << right << wrong; };
        row("int2", CheckedKind::Int2, -1, {"0", "-32768", "32767", " 7 ", "+5", "007"},
            {"", "32768", "-32769", "1.5", "abc", "1 2", "-", "1e3"});
        row("int4", CheckedKind::Int4, -1, {"2147483647", "-2147483648", "0x1F", "1_000"},
            {"2147483648", "-2147483649", "0x", "99999999999999999999"});
        row("int8", CheckedKind::Int8, -1, {"9223372036854775807", "-9223372036854775808", "0000000000000000000000001"},
            {"9223372036854775808", "-9223372036854775809", "99999999999999999999999"});
        row("numeric", CheckedKind::Numeric, -1,
            {"1", "-1.5", ".5", "1.", "1e10", "NaN", "Infinity", "123456789012345678901234567890.5"},
            {"", ".", "1,5", "abc", "1e", "--1"});
        row("numeric(5,2)", CheckedKind::Numeric, 3, {"999.99", "0001.5", "-999"}, {"1000", "12345.6"});
        row("float", CheckedKind::Float, -1, {"1", "1e-5", "inf", "nan", " 2.5 ", "0x1p3"}, {"x", "", "1.2.3"});
        row("bool", CheckedKind::Bool, -1, {"t", "TRUE", "f", "no", "y", "on", "of", "1", "0", " true "},
            {"", "o", "2", "maybe", "truely"});
        row("timestamp", CheckedKind::Timestamp, -1,
            {"2024-02-29", "2024-02-29 23:59:60", "2024-01-01T00:00:00Z", "2024-01-01 00:00:00.123456+05:30",
                "2024-01-01 24:00:00", "now", "infinity", "Jan 5 2024", "5/1/2024 8:00", "20240105T080000",
                "2024-01-01 12:00 America/New_York", "0001-02-29 BC"},
            {"", "2023-02-29", "2024-13-01", "2024-00-10", "2024-01-32", "2024-01-01 25:00", "2024-01-01 10:60:00",
                "n/a", "abc", "0000-01-01"});
        row("date", CheckedKind::Date, -1, {"2024-02-29", "epoch", "Feb 3 2024"}, {"2024-02-30", "never", ""});
        row("time", CheckedKind::Time, -1, {"10:00", "10:00:00.5", "24:00:00", "allballs", "10 PM"},
            {"25:00", "10:61", "noonish", ""});
        row("uuid", CheckedKind::Uuid, -1,
            {"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "{A0EEBC999C0B4EF8BB6D6BB9BD380A11}",
                "a0ee-bc99-9c0b-4ef8-bb6d-6bb9-bd38-0a11"},
            {"", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1g",
                "{a0eebc999c0b4ef8bb6d6bb9bd380a11", "a0eebc99--9c0b4ef8bb6d6bb9bd380a11"});
        row("json", CheckedKind::Json, -1,
            {"1", "null", "\"a\\u0041\\n\"", " {\"a\": [1, -2.5e3, true], \"b\": {}} ", "[]", "1e400"},
            {"", "{", "{a:1}", "[1,]", "01", "'x'", "{\"a\":1} x", "\"\\q\"", "nul", "-", "\"tab\there\""});
        row("bytea", CheckedKind::Bytea, -1, {"\\xDEADbeef", "\\x", "plain", "\\x de ad"}, {"\\xDEA", "\\xZZ"});
        row("varchar(3)", CheckedKind::Varchar, 3, {"", "abc", "\xc3\xa4\xc3\xb6\xc3\xbc", "abc   "},
            {"abcd", "abc d"});
        row("anything", CheckedKind::Unchecked, -1, {"", "whatever"}, {});
    }

    /// Refused here only what the server is certain to refuse; what it might take is let through.
    void values()
    {
        QFETCH(int, kind);
        QFETCH(int, limit);
        QFETCH(QByteArrayList, right);
        QFETCH(QByteArrayList, wrong);
        ValueCheck check;
        check.kind = CheckedKind(kind);
        check.limit = limit;
        for (const QByteArray &text : right)
            QVERIFY2(valueFits(check, text), text.constData());
        for (const QByteArray &text : wrong)
            QVERIFY2(!valueFits(check, text), text.constData());
    }

    void labelsOfAnEnum()
    {
        ValueCheck check;
        check.kind = CheckedKind::Enum;
        check.labels = {"red", "light green"};
        QVERIFY(valueFits(check, "light green"));
        QVERIFY(!valueFits(check, "Red"));
    }

    void deepJsonIsTheServersToJudge()
    {
        ValueCheck check;
        check.kind = CheckedKind::Json;
        QVERIFY(valueFits(check, QByteArray(100000, '[')));
    }

    void reasonsNameColumnAndValue()
    {
        ValueCheck check;
        check.kind = CheckedKind::Int4;
        check.column = QStringLiteral("status_code");
        check.type = QStringLiteral("integer");
        QCOMPARE(describeMisfit(check, "abc"), QByteArray("column \"status_code\": \"abc\" is not an integer"));
        QCOMPARE(describeMisfit(check, "99999999999"),
            QByteArray("column \"status_code\": \"99999999999\" is out of range for integer"));
        QCOMPARE(describeMisfit(check, ""), QByteArray("column \"status_code\": \"\" is not an integer"));
        QCOMPARE(describeMissing(check), QByteArray("column \"status_code\" has no value but needs one"));
        QVERIFY(describeMisfit(check, QByteArray(5000, 'x')).size() < 200);
    }
};

SHARDBOARD_TEST_MAIN(TestValueCheck)
#include "test_valuecheck.moc"
