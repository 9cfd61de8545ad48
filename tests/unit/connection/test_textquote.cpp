// SPDX-License-Identifier: GPL-3.0-or-later
// Text that leaves the program reaches its reader as it was: no name becomes a command.
#include "connection/values/textquote.h"
#include "tests/support/hostilenames.h"
#include "tests/support/testmain.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QProcess>

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;

namespace {

QStringList manyNames()
{
    QStringList names = hostileNames();
    QRandomGenerator random(20261130);
    for (int i = 0; i < 400; ++i)
        names << randomName(random);
    return names;
}

/// What the shell makes of the words.
QByteArray printedBySh(const QString &words)
{
    QProcess sh;
    sh.start(u"sh"_s, {u"-c"_s, u"printf '%s\\n' "_s + words});
    sh.waitForFinished();
    return sh.readAllStandardOutput();
}

/// The command as cron hands it to the shell. Debian's cron keeps two backslashes, others make one of them.
QString readByCron(const QString &line, bool foldsBackslashes)
{
    QString command;
    for (qsizetype i = 0; i < line.size(); ++i) {
        const bool isEscape = line[i] == u'\\' && i + 1 < line.size();
        if (isEscape && (line[i + 1] == u'%' || (foldsBackslashes && line[i + 1] == u'\\')))
            command += line[++i];
        else if (isEscape)
            command += line.mid(i++, 2);
        else if (line[i] == u'%')
            return command; // the rest is standard input
        else
            command += line[i];
    }
    return command;
}

} // namespace

class TestTextQuote : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u"."_s)); }

    void controlCharactersAreShownAsPsqlDoes()
    {
        QCOMPARE(visibleText(u"a\x1b[31m\r\n\tb\u0085\u2028\u202E"_s), u"a\\x1B[31m\\r\\n\\tb\\u0085\\u2028\\u202E"_s);
        QCOMPARE(visibleText(u"日本 e\u0301 \u200D😀"_s), u"日本 e\u0301 \u200D😀"_s);
        QCOMPARE(visibleText(QString(QChar(0xD800))), u"\\uD800"_s);
        QCOMPARE(terminalText(u"a\n\tb\x1b\r"_s), u"a\n\tb\\x1B\\r"_s);
    }

    void nothingInvisibleReachesATerminal()
    {
        for (const QString &name : manyNames()) {
            for (const QChar c : visibleText(name))
                QVERIFY2(c.unicode() >= 0x20 && c.unicode() != 0x7f && !(c.unicode() >= 0x80 && c.unicode() < 0xa0)
                        && c != QChar(0x2028) && c != QChar(0x202E),
                    qPrintable(name));
        }
    }

    void widthsCountColumns()
    {
        QCOMPARE(terminalWidth(u"日本"_s), 4);
        QCOMPARE(terminalWidth(u"e\u0301x"_s), 2);
        QCOMPARE(terminalWidth(u"😀"_s), 2);
        QCOMPARE(paddedRight(u"日"_s, 4), u"日  "_s);
        QCOMPARE(paddedLeft(u"abc"_s, 2), u"abc"_s);
    }

    void aCommentStaysAComment()
    {
        for (const QString &name : manyNames()) {
            const QString comment = sqlComment(u"Create table "_s + name, name);
            QVERIFY(comment.endsWith(u'\n'));
            for (const QString &line : comment.chopped(1).split(u'\n')) {
                QVERIFY2(line.startsWith(u"-- "_s), qPrintable(comment));
                QVERIFY2(!line.contains(QRegularExpression(u"[\\x00-\\x1f\\x7f-\\x9f\\x{2028}\\x{2029}]"_s)),
                    qPrintable(comment));
            }
        }
    }

    void theShellReadsTheWord()
    {
        for (const QString &name : manyNames())
            QCOMPARE(printedBySh(shellWord(name)), name.toUtf8() + '\n');
    }

    void cronAndTheShellReadTheWords()
    {
        for (const QString &name : manyNames()) {
            const auto command = crontabCommand({name, u"100%"_s, name});
            const bool hasControls = name.contains(QRegularExpression(u"[\\x00-\\x1f\\x7f-\\x9f]"_s));
            QCOMPARE(command.has_value(), !hasControls);
            if (!command)
                continue;
            QVERIFY(!command->contains(u'\n'));
            for (const bool foldsBackslashes : {false, true})
                QCOMPARE(printedBySh(readByCron(*command, foldsBackslashes)),
                    name.toUtf8() + "\n100%\n" + name.toUtf8() + '\n');
        }
    }

    void aLiteralOnOneLine()
    {
        QCOMPARE(oneLineLiteral(u"it's"_s), u"'it''s'"_s);
        QCOMPARE(oneLineLiteral(u"a\nb\\c'"_s), u"E'a\\nb\\\\c'''"_s);
        for (const QString &name : manyNames())
            QVERIFY(crontabCommand({oneLineLiteral(name)}));
    }

    void csvIsReadBack()
    {
        for (const QString &name : manyNames()) {
            QByteArray line;
            appendCsvField(line, name.toUtf8());
            if (line.startsWith('"'))
                line = line.mid(1, line.size() - 2).replace("\"\"", "\"");
            QCOMPARE(line, name.toUtf8());
        }
        QByteArray empty;
        appendCsvField(empty, {});
        QCOMPARE(empty, QByteArray("\"\""));
    }

    void jsonIsReadBack()
    {
        for (const QString &name : manyNames()) {
            QByteArray text = "[";
            appendJsonString(text, name.toUtf8());
            const QJsonDocument document = QJsonDocument::fromJson(text + ']');
            QCOMPARE(document.array().first().toString(), name);
        }
    }
};

SHARDBOARD_TEST_MAIN(TestTextQuote)
#include "test_textquote.moc"
