// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/import/csvgrammar.h"
#include "admin/import/rowencoder.h"
#include "tests/support/testmain.h"

using namespace Shardboard;

namespace {

ValueCheck column(const char *name, CheckedKind kind, bool isRequired = false)
{
    ValueCheck check;
    check.kind = kind;
    check.column = QString::fromLatin1(name);
    check.type = QStringLiteral("integer");
    check.isRequired = isRequired;
    return check;
}

EncoderSettings csv(std::vector<ValueCheck> fields, std::vector<QByteArray> constants = {})
{
    EncoderSettings settings;
    settings.table = QStringLiteral("t");
    settings.columns = QStringLiteral("a, b");
    settings.fields = std::move(fields);
    settings.constants = std::move(constants);
    return settings;
}

struct Encoded
{
    QByteArray data;
    QByteArrayList rejects; ///< "line: reason: text"
    QByteArrayList places; ///< "line: text -> data"
};

Encoded encode(const EncoderSettings &settings, const QByteArray &content, bool wantsPlaces = true)
{
    Chunk chunk;
    chunk.bytes.append(content.constData(), content.size());
    chunk.range = {0, content.size(), 10};
    EncodedChunk out;
    const auto encoder = makeEncoder(settings);
    encoder->encode(chunk, out, wantsPlaces);
    Encoded result;
    result.data = out.data.toByteArray();
    for (const auto &reject : out.rejects)
        result.rejects.append(QByteArray::number(reject.line) + ": " + reject.reason + ": " + reject.text);
    for (const auto &place : out.places)
        result.places.append(
            QByteArray::number(place.line) + ": " + place.text.toByteArray() + " -> " + place.data.toByteArray());
    return result;
}

} // namespace

class TestRowEncoder : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral("."))); }

    void csvIsForwardedWithoutItsBadRecords_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QByteArray>("data");
        QTest::addColumn<QByteArrayList>("rejects");

        QTest::newRow("all good") << QByteArray("1,x\n2,y\n") << QByteArray("1,x\n2,y\n") << QByteArrayList();
        QTest::newRow("first, middle and last bad")
            << QByteArray("a,x\n1,y\nb,z\n2,w\nc,v\n") << QByteArray("1,y\n2,w\n")
            << QByteArrayList{"10: column \"a\": \"a\" is not an integer: a,x",
                   "12: column \"a\": \"b\" is not an integer: b,z", "14: column \"a\": \"c\" is not an integer: c,v"};
        QTest::newRow("carriage returns go")
            << QByteArray("1,x\r\n2,y\n3,\"z\r\n\"\r\n") << QByteArray("1,x\n2,y\n3,\"z\r\n\"\n") << QByteArrayList();
        QTest::newRow("too few and too many")
            << QByteArray("1\n2,x,y\n3,z\n") << QByteArray("3,z\n")
            << QByteArrayList{"10: 1 fields instead of 2: 1", "11: 3 fields instead of 2: 2,x,y"};
        QTest::newRow("empty line") << QByteArray("1,x\n\r\n2,y\n") << QByteArray("1,x\n2,y\n")
                                    << QByteArrayList{"11: the line is empty: "};
        QTest::newRow("quoted fields, newline between quotes")
            << QByteArray("\"1\",\"a \"\"b\"\"\nc\"\nx,y\n") << QByteArray("\"1\",\"a \"\"b\"\"\nc\"\n")
            << QByteArrayList{"12: column \"a\": \"x\" is not an integer: x,y"};
        QTest::newRow("stray quote")
            << QByteArray("1,5\" disk\n2,y\n") << QByteArray("2,y\n")
            << QByteArrayList{"10: a quote inside an unquoted field that the line does not close: 1,5\" disk"};
        QTest::newRow("quote never closed") << QByteArray("1,\"x\n2,y\n") << QByteArray("2,y\n")
                                            << QByteArrayList{"10: a quote that is never closed: 1,\"x"};
        QTest::newRow("quoted parts of a field, as COPY takes them")
            << QByteArray("1,\"x\"z\n\"2\" ,a\"b\"c\n 3\"\"4 ,\"a\",\n\"5\"\"\",y\n1\"2\"3,\"a\"\"b\" \"c,d\"\r\n")
            << QByteArray("1,\"x\"z\n\"2\" ,a\"b\"c\n1\"2\"3,\"a\"\"b\" \"c,d\"\n")
            << QByteArrayList{"12: 3 fields instead of 2:  3\"\"4 ,\"a\",",
                   "13: column \"a\": \"5\"\" is not an integer: \"5\"\"\",y"};
        QTest::newRow("blanks behind a quoted part of several lines")
            << QByteArray("1,\"x\ny\" \t\n2,\"x\ny\" z\n") << QByteArray("1,\"x\ny\" \t\n")
            << QByteArrayList{"12: text after a quoted part of several lines: 2,\"x",
                   "13: a quote inside an unquoted field that the line does not close: y\" z"};
        QTest::newRow("carriage return inside a field")
            << QByteArray("1,x\ry\n2,y\n") << QByteArray("2,y\n")
            << QByteArrayList{"10: a carriage return that ends no line: 1,x\ry"};
        QTest::newRow("NUL") << QByteArray("1,x\0y\n2,y\n", 10) << QByteArray("2,y\n")
                             << QByteArrayList{
                                    "10: field 2: a NUL byte at line 10, column 4, which no text can hold: 1,x"
                                    + QByteArray("\0y", 2)};
        QTest::newRow("not UTF-8") << QByteArray("1,\xe4\n2,\xc3\xa4\n") << QByteArray("2,\xc3\xa4\n")
                                   << QByteArrayList{
                                          "10: field 2: byte 0xE4 at line 10, column 3 is not valid UTF-8: 1,\xe4"};
        QTest::newRow("NULL is no integer but fine") << QByteArray(
            ",x\n\"\",y\n") << QByteArray(",x\n") << QByteArrayList{"11: column \"a\": \"\" is not an integer: \"\",y"};
    }

    void csvIsForwardedWithoutItsBadRecords()
    {
        QFETCH(QByteArray, content);
        QFETCH(QByteArray, data);
        QFETCH(QByteArrayList, rejects);
        const auto settings = csv({column("a", CheckedKind::Int4), column("b", CheckedKind::Text)});
        for (const bool wantsPlaces : {false, true}) {
            const Encoded result = encode(settings, content, wantsPlaces);
            QCOMPARE(result.data, data);
            QCOMPARE(result.rejects, rejects);
        }
    }

    /// The same records, whether their bytes are forwarded or put together anew.
    void forwardingAndRebuildingAgree()
    {
        const QByteArray content = "1,x\r\nbad,y\n2,\"a\nb\"\n3,\"q\"\"q\"\n4\n5,\xc3\xa4\n";
        const auto forwarded = encode(csv({column("a", CheckedKind::Int4), column("b", CheckedKind::Text)}), content);
        const auto rebuilt
            = encode(csv({column("a", CheckedKind::Int4), column("b", CheckedKind::Text)}, {"7"}), content);
        QCOMPARE(rebuilt.rejects, forwarded.rejects);
        QCOMPARE(rebuilt.data, QByteArray("1,x,\"7\"\n2,\"a\nb\",\"7\"\n3,\"q\"\"q\",\"7\"\n5,\xc3\xa4,\"7\"\n"));
        QCOMPARE(forwarded.data, QByteArray("1,x\n2,\"a\nb\"\n3,\"q\"\"q\"\n5,\xc3\xa4\n"));
    }

    /// The fast way through a chunk against the grammar read field by field, on lines of nothing but trouble.
    void fastWayIsTheGrammar()
    {
        const auto settings = csv({column("a", CheckedKind::Int4), column("b", CheckedKind::Text)});
        const QByteArray alphabet = "11223,,,\"\n\n\nx-\r";
        quint32 seed = 1;
        for (int round = 0; round < 3000; ++round) {
            QByteArray content;
            for (int i = 0; i < 120; ++i) {
                seed = seed * 1664525 + 1013904223;
                content += alphabet[int(seed >> 16) % alphabet.size()];
            }
            content += round % 2 == 0 ? "\n" : "\r\n";
            ByteBuffer bytes;
            bytes.append(content.constData(), content.size());
            QByteArray expected;
            int rejects = 0;
            const char *end = bytes.data() + bytes.size();
            for (const char *p = bytes.data(); p != end;) {
                const CsvRecord record = readCsvRecord(p, end, ',');
                const bool isRow = record.fault == CsvFault::None && record.fields.size() == 2
                    && (record.fields[0].raw.isEmpty() || valueFits(settings.fields[0], record.fields[0].value()));
                if (isRow)
                    expected += record.fields[0].raw.toByteArray() + ',' + record.fields[1].raw.toByteArray() + '\n';
                else
                    ++rejects;
                p = record.end;
            }
            const Encoded result = encode(settings, content, round % 3 == 0);
            QCOMPARE(result.data, expected);
            QCOMPARE(result.rejects.size(), rejects);
        }
    }

    void fewDigits()
    {
        for (const char *digits : {"0", "12345678", "90", "1234567"})
            QVERIFY(areFewDigits(QByteArray(digits).append(16, 'x').constData(), qsizetype(strlen(digits))));
        for (const char *others : {"", "123456789", "1a", "a1", "12345/78", "1234567:", "-1", "1\xb2"})
            QVERIFY(!areFewDigits(QByteArray(others).append(16, '1').constData(), qsizetype(strlen(others))));
    }

    void placesLeadFromRowToLine()
    {
        const auto settings = csv({column("a", CheckedKind::Int4), column("b", CheckedKind::Text)});
        const Encoded result = encode(settings, "bad,x\r\n1,\"a\nb\"\r\n2,y\r\n");
        QCOMPARE(result.places, (QByteArrayList{"11: 1,\"a\nb\" -> 1,\"a\nb\"\n", "13: 2,y -> 2,y\n"}));
    }

    void fieldsAreLeftOutAndFilledIn()
    {
        const auto settings
            = csv({column("a", CheckedKind::Int4), column("x", CheckedKind::Ignored), column("b", CheckedKind::Text)},
                {"say \"hi\"", ""});
        QCOMPARE(encode(settings, "1,anything,z\n").data, QByteArray("1,z,\"say \"\"hi\"\"\",\"\"\n"));
    }

    void markerThatWouldEndTheDataIsQuoted()
    {
        const auto settings = csv({column("a", CheckedKind::Text)});
        QCOMPARE(encode(settings, "x\n\\.\ny\n").data, QByteArray("x\n\"\\.\"\ny\n"));
    }

    void requiredColumnsNeedAValue()
    {
        auto settings = csv({column("a", CheckedKind::Int4), column("b", CheckedKind::Text, true)});
        settings.nullText = "NULL";
        const Encoded result = encode(settings, "NULL,\n1,NULL\n2,\"NULL\"\n");
        QCOMPARE(result.data, QByteArray("NULL,\n2,\"NULL\"\n"));
        QCOMPARE(result.rejects, QByteArrayList{"11: column \"b\" has no value but needs one: 1,NULL"});
        QVERIFY(makeEncoder(settings)->copyStatement().contains(QStringLiteral("NULL 'NULL'")));
    }

    void logLinesBecomeCopyText()
    {
        EncoderSettings settings;
        settings.format = ImportFormat::Combined;
        settings.fields = {column("ip", CheckedKind::Text), column("time", CheckedKind::Timestamp),
            column("method", CheckedKind::Ignored), column("url", CheckedKind::Text),
            column("status", CheckedKind::Int4), column("bytes", CheckedKind::Int8),
            column("referrer", CheckedKind::Text), column("agent", CheckedKind::Text)};
        settings.constants = {"7"};
        const Encoded result = encode(settings,
            "192.0.2.1 - - [17/May/2015:10:05:03 +0000] \"GET /a\\\\b HTTP/1.1\" 200 - \"-\" \"a\tb\"\r\n"
            "nonsense\n"
            "192.0.2.1 - - [17/May/2015:10:05:03 +0000] \"GET /\xe4 HTTP/1.1\" 200 -\n");
        QCOMPARE(result.data, QByteArray("192.0.2.1\t2015-05-17 10:05:03+0000\t/a\\\\b\t200\t\\N\t\\N\ta\\tb\t7\n"));
        QCOMPARE(result.rejects.size(), 2);
        QVERIFY(result.rejects[0].startsWith("11: "));
        QVERIFY(result.rejects[1].startsWith("12: byte 0xE4 at line 12, column 50 is not valid UTF-8"));
    }
};

SHARDBOARD_TEST_MAIN(TestRowEncoder)
#include "test_rowencoder.moc"
