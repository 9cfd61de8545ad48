// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/import/logline.h"
#include "tests/support/testmain.h"

using namespace Shardboard;

namespace {

const QByteArray agent = "\"Mozilla/5.0 (X11; Linux x86_64)\"";

/// "ip|time|method|url|status|bytes|referrer|agent" with NULL for what there is not, or the fault.
QByteArray readLine(const QByteArray &text)
{
    LogLine line;
    if (const char *fault = parseLogLine(text, line))
        return QByteArray("! ") + fault;
    QByteArrayList values;
    for (const auto &value : line.values)
        values.append(value ? QByteArray(value->data(), qsizetype(value->size())) : QByteArray("NULL"));
    return values.join('|');
}

QByteArray withRequest(const QByteArray &request)
{
    return "h - - [17/May/2015:10:05:03 +0000] \"" + request + "\" 200 5";
}

} // namespace

class TestLogLine : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral("."))); }

    void wholeLines_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("expected");

        QTest::newRow("combined")
            << "192.0.2.9 - - [17/May/2015:10:05:03 +0200] \"GET /a?b=c HTTP/1.1\" 200 203 \"http://x/\" " + agent
            << QByteArray("192.0.2.9|2015-05-17 10:05:03+0200|GET|/a?b=c|200|203|http://x/|"
                          "Mozilla/5.0 (X11; Linux x86_64)");
        QTest::newRow("common") << QByteArray("::1 - - [01/Jan/2024:00:00:00 -0330] \"HEAD / HTTP/1.0\" 304 -")
                                << QByteArray("::1|2024-01-01 00:00:00-0330|HEAD|/|304|NULL|NULL|NULL");
        QTest::newRow("dashes are NULL") << QByteArray("- - - [01/Jan/2024:00:00:00 +0000] \"-\" 408 - \"-\" \"-\"")
                                         << QByteArray("NULL|2024-01-01 00:00:00+0000|NULL|NULL|408|NULL|NULL|NULL");
        QTest::newRow("user with spaces and brackets")
            << QByteArray("h - John [x] Doe [01/Jan/2024:00:00:00 +0000] \"GET / HTTP/1.1\" 200 1")
            << QByteArray("h|2024-01-01 00:00:00+0000|GET|/|200|1|NULL|NULL");
        QTest::newRow("leap second") << QByteArray("h - - [31/Dec/2016:23:59:60 +0000] \"GET / HTTP/1.1\" 200 1")
                                     << QByteArray("h|2016-12-31 23:59:60+0000|GET|/|200|1|NULL|NULL");
        QTest::newRow("leap day") << QByteArray("h - - [29/Feb/2024:12:00:00 +0000] \"GET / HTTP/1.1\" 200 1")
                                  << QByteArray("h|2024-02-29 12:00:00+0000|GET|/|200|1|NULL|NULL");
    }

    void wholeLines()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, expected);
        QCOMPARE(readLine(text), expected);
    }

    void requests_data()
    {
        QTest::addColumn<QByteArray>("request");
        QTest::addColumn<QByteArray>("methodAndUrl");

        QTest::newRow("without protocol") << QByteArray("GET /old") << QByteArray("GET|/old");
        QTest::newRow("url with spaces") << QByteArray("GET /a b c HTTP/1.1") << QByteArray("GET|/a b c");
        QTest::newRow("escaped quote") << QByteArray(R"(GET /say\"hi\" HTTP/1.1)") << QByteArray("GET|/say\"hi\"");
        QTest::newRow("quote as nginx writes it")
            << QByteArray(R"(GET /say\x22hi HTTP/1.1)") << QByteArray("GET|/say\"hi");
        QTest::newRow("escaped backslash") << QByteArray(R"(GET /a\\b HTTP/1.1)") << QByteArray(R"(GET|/a\b)");
        QTest::newRow("escaped UTF-8") << QByteArray(R"(GET /\xc3\xa9 HTTP/1.1)") << QByteArray("GET|/\xc3\xa9");
        QTest::newRow("escaped Latin-1 stays as logged")
            << QByteArray(R"(GET /\xe4\xe5 HTTP/1.1)") << QByteArray(R"(GET|/\xe4\xe5)");
        QTest::newRow("a TLS handshake is no method")
            << QByteArray(R"(\x16\x03\x01\x00)") << QByteArray(R"(NULL|\x16\x03\x01\x00)");
        QTest::newRow("no request at all") << QByteArray() << QByteArray("NULL|NULL");
    }

    void requests()
    {
        QFETCH(QByteArray, request);
        QFETCH(QByteArray, methodAndUrl);
        QCOMPARE(readLine(withRequest(request)), "h|2015-05-17 10:05:03+0000|" + methodAndUrl + "|200|5|NULL|NULL");
    }

    void brokenLinesSayWhatIsWrong_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("fault");

        const QByteArray start = "h - - [17/May/2015:10:05:03 +0000] ";
        QTest::newRow("empty") << QByteArray() << QByteArray("the line is empty");
        QTest::newRow("no such day") << QByteArray("h - - [30/Feb/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200 1")
                                     << QByteArray("no valid time");
        QTest::newRow("no such month") << QByteArray("h - - [17/Mai/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200 1")
                                       << QByteArray("no valid time");
        QTest::newRow("no such hour") << QByteArray("h - - [17/May/2015:25:05:03 +0000] \"GET / HTTP/1.1\" 200 1")
                                      << QByteArray("no valid time");
        QTest::newRow("no offset") << QByteArray("h - - [17/May/2015:10:05:03] \"GET / HTTP/1.1\" 200 1")
                                   << QByteArray("no valid time");
        QTest::newRow("no user") << QByteArray("h - [17/May/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200 1")
                                 << QByteArray("no ident and user");
        QTest::newRow("request without quotes") << start + "GET / 200 1" << QByteArray("no quoted request");
        QTest::newRow("request not closed")
            << start + "\"GET / HTTP/1.1 200 1" << QByteArray("the quote of the request");
        QTest::newRow("status") << start + "\"GET / HTTP/1.1\" 20x 1" << QByteArray("the status");
        QTest::newRow("size") << start + "\"GET / HTTP/1.1\" 200 12k" << QByteArray("the size");
        QTest::newRow("referrer not closed")
            << start + "\"GET / HTTP/1.1\" 200 1 \"http://x" << QByteArray("the quote of the referrer");
        QTest::newRow("no agent") << start + "\"GET / HTTP/1.1\" 200 1 \"-\"" << QByteArray("no quoted user agent");
        QTest::newRow("agent cut off") << start + "\"GET / HTTP/1.1\" 200 1 \"-\" \"Mozilla/5.0 (comp"
                                       << QByteArray("the quote of the user agent is never closed");
        QTest::newRow("more at the end") << start + "\"GET / HTTP/1.1\" 200 1 \"-\" \"x\" 0.003"
                                         << QByteArray("more text after");
    }

    void brokenLinesSayWhatIsWrong()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, fault);
        const QByteArray result = readLine(text);
        QVERIFY2(result.startsWith("! " + fault), result.constData());
    }
};

SHARDBOARD_TEST_MAIN(TestLogLine)
#include "test_logline.moc"
