// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/import/logline.h"
#include "tests/support/testmain.h"

using namespace Shardboard;

namespace {

const QByteArray agent = "\"Mozilla/5.0 (X11; Linux x86_64)\"";

/// "ip|time|method|url|status|bytes|referrer|agent" with NULL for what there is not, or the fault.
/// " +" behind it: the line holds more, " ?": the client has no address.
QByteArray readLine(const QByteArray &text, ImportFormat format = ImportFormat::Combined)
{
    LogLine line;
    if (const char *fault = parseLogLine(text, line, format))
        return QByteArray("! ") + fault;
    QByteArrayList values;
    for (size_t field = 0; field < LogLine::fieldCount(format); ++field) {
        const auto &value = line.values[field];
        values.append(value ? QByteArray(value->data(), qsizetype(value->size())) : QByteArray("NULL"));
    }
    return values.join('|') + (line.hasMore ? " +" : "") + (line.hasNoAddress ? " ?" : "");
}

QByteArray withRequest(const QByteArray &request)
{
    return "::2 - - [17/May/2015:10:05:03 +0000] \"" + request + "\" 200 5";
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
            << QByteArray("::2 - John [x] Doe [01/Jan/2024:00:00:00 +0000] \"GET / HTTP/1.1\" 200 1")
            << QByteArray("::2|2024-01-01 00:00:00+0000|GET|/|200|1|NULL|NULL");
        QTest::newRow("leap second") << QByteArray("::2 - - [31/Dec/2016:23:59:60 +0000] \"GET / HTTP/1.1\" 200 1")
                                     << QByteArray("::2|2016-12-31 23:59:60+0000|GET|/|200|1|NULL|NULL");
        QTest::newRow("leap day") << QByteArray("::2 - - [29/Feb/2024:12:00:00 +0000] \"GET / HTTP/1.1\" 200 1")
                                  << QByteArray("::2|2024-02-29 12:00:00+0000|GET|/|200|1|NULL|NULL");
    }

    void wholeLines()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, expected);
        QCOMPARE(readLine(text), expected);
    }

    void packagedFormats_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("expected");
        const QByteArray rest = " - - [17/May/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200 5 \"-\" \"x\"";
        const auto row = [](const char *name, const QByteArray &text, const QByteArray &ip, const QByteArray &marks) {
            QTest::newRow(name) << text << ip + "|2015-05-17 10:05:03+0000|GET|/|200|5|NULL|x" + marks;
        };
        row("nginx main", "192.0.2.7" + rest + " \"-\"", "192.0.2.7", " +");
        row("nginx main, behind a proxy", "192.0.2.7" + rest + " \"203.0.113.9, 10.0.0.1\"", "192.0.2.7", " +");
        row("times behind it", "192.0.2.7" + rest + " 0.003 rt=0.1 \"a \\\" b\" -", "192.0.2.7", " +");
        row("blanks behind it", "192.0.2.7" + rest + "  ", "192.0.2.7", "");
        row("vhost_combined", "www.example.com:443 192.0.2.7" + rest, "192.0.2.7", " +");
        row("vhost_combined, host without address", "www.example.com:443 -" + rest, "NULL", " + ?");
        row("vhost without port", "www.example.com 2001:db8::1" + rest, "2001:db8::1", " +");
        row("vhost and forwarded", "www.example.com:443 203.0.113.9, 10.0.0.1" + rest, "203.0.113.9", " +");
        row("forwarded list", "203.0.113.9, 10.0.0.1, 10.0.0.2" + rest, "203.0.113.9", " +");
        row("forwarded list with unknown", "unknown, 203.0.113.9" + rest, "203.0.113.9", " +");
        row("forwarded list without an address", "unknown, localhost" + rest, "NULL", " + ?");
        row("address with port", "192.0.2.7:51034" + rest, "192.0.2.7", "");
        row("IPv6 address with port", "[2001:db8::1]:443" + rest, "2001:db8::1", "");
        row("a name is no address", "crawler.example.com" + rest, "NULL", " ?");
        row("nearly an address", "192.0.2.700" + rest, "NULL", " ?");
        row("no client", "-" + rest, "NULL", "");
    }
    void packagedFormats()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, expected);
        QCOMPARE(readLine(text), expected);
    }

    void otherServers_data()
    {
        QTest::addColumn<ImportFormat>("format");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("expected");
        QTest::newRow("Caddy")
            << ImportFormat::Caddy
            << QByteArray(
                   R"({"level":"info","ts":1646861401.524102,"logger":"http.log.access","msg":"handled request",)"
                   R"("request":{"remote_ip":"192.0.2.7","remote_port":"41342","client_ip":"203.0.113.9",)"
                   R"("proto":"HTTP/2.0","method":"GET","host":"localhost","uri":"/a?b=\u00e9","headers":)"
                   R"({"User-Agent":["curl/7.82.0"],"Referer":["http://x/"]}},"bytes_read":0,"user_id":"",)"
                   R"("duration":0.0129675,"size":10900,"status":200})")
            << QByteArray(
                   "203.0.113.9|2022-03-09 21:30:01.524102+0000|GET|/a?b=\xc3\xa9|200|10900|http://x/|curl/7.82.0|13");
        QTest::newRow("Caddy, old and with a time as text")
            << ImportFormat::Caddy
            << QByteArray(
                   R"({"ts":"2022-03-09T21:30:01Z","request":{"remote_addr":"[::1]:80","method":"GET"},"status":0})")
            << QByteArray("::1|2022-03-09T21:30:01Z|GET|NULL|0|NULL|NULL|NULL|NULL");
        QTest::newRow("Caddy, something else")
            << ImportFormat::Caddy << QByteArray(R"({"ts":1646861401,"msg":"serving initial configuration"})")
            << QByteArray("! the entry is about no HTTP request");
        QTest::newRow("Caddy, NUL") << ImportFormat::Caddy
                                    << QByteArray(R"({"ts":1646861401,"request":{"uri":"/\u0000"}})")
                                    << QByteArray("! a value holds \\u0000, which no text value can hold");
        QTest::newRow("Caddy, cut off") << ImportFormat::Caddy << QByteArray(R"({"ts":1646861401,"requ)")
                                        << QByteArray("! the line is no JSON object");
        const QByteArray alb = "2018-07-02T22:23:00.186641Z app/my/50dc 192.0.2.7:2817 10.0.0.1:80 0.001 0.002 0.003 "
                               "200 201 34 366 \"GET http://www.example.com:80/ HTTP/1.1\" \"curl/7.46.0\"";
        const QByteArray albRow
            = "192.0.2.7|2018-07-02T22:23:00.186641Z|GET|http://www.example.com:80/|200|366|NULL|curl/7.46.0|6";
        QTest::newRow("ALB") << ImportFormat::Alb << "https " + alb + " - - arn:x \"Root=1\" \"-\"" << albRow;
        QTest::newRow("classic load balancer") << ImportFormat::Alb << alb + " - -" << albRow;
        QTest::newRow("ALB, refused")
            << ImportFormat::Alb
            << QByteArray("h2 2018-07-02T22:23:00.186641Z app/my/50dc [2001:db8::1]:2817 - -1 -1 -1 - - 34 366 \"- "
                          "http://x:80- \" \"-\"")
            << QByteArray("2001:db8::1|2018-07-02T22:23:00.186641Z|-|http://x:80- |NULL|366|NULL|NULL|NULL");
        QTest::newRow("ALB, cut off") << ImportFormat::Alb << QByteArray("h2 2018-07-02T22:23:00.186641Z app/my/50dc")
                                      << QByteArray("! fewer fields than a load balancer writes");
    }
    void otherServers()
    {
        QFETCH(ImportFormat, format);
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, expected);
        QCOMPARE(readLine(text, format), expected);
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
        QCOMPARE(readLine(withRequest(request)), "::2|2015-05-17 10:05:03+0000|" + methodAndUrl + "|200|5|NULL|NULL");
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
        QTest::newRow("more at the end, cut off")
            << start + "\"GET / HTTP/1.1\" 200 1 \"-\" \"x\" 0.003 \"y" << QByteArray("a quote behind the user agent");
        QTest::newRow("more at the end without a space")
            << start + "\"GET / HTTP/1.1\" 200 1 \"-\" \"x\"y" << QByteArray("text that no space separates");
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
