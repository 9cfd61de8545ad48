// SPDX-License-Identifier: GPL-3.0-or-later
// Lines for crontab lead to the server they were made for, whatever it and its tables are called.
#include "admin/crontab.h"
#include "admin/facts.h"
#include "tests/support/hostilenames.h"
#include "tests/support/testmain.h"

#include <QProcess>

using namespace Shardboard;
using namespace Qt::StringLiterals;

class TestCrontab : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u"."_s)); }

    void theLineNamesTheServer()
    {
        CatalogueFacts facts;
        facts.host = u"db.example"_s;
        facts.port = u"54991"_s;
        facts.user = u"ann"_s;
        facts.capabilities.database = u"h2"_s;
        QCOMPARE(crontabLine(u"*/5 * * * *"_s, callWords(u"maintain_partitions"_s, u"public.\"Orders\""_s, facts)),
            u"*/5 * * * * psql -X -q -d 'host=db.example port=54991 dbname=h2 user=ann' -c "
            "'CALL shardboard.maintain_partitions('\\''public.\"Orders\"'\\'')'"_s);
        QCOMPARE(crontabLine(u"30 seconds"_s, callWords(u"run_rollup"_s, u"it's 100%"_s, facts)),
            u"* * * * * psql -X -q -d 'host=db.example port=54991 dbname=h2 user=ann' -c "
            "'CALL shardboard.run_rollup('\\''it'\\'''\\''s 100\\%'\\'')'"_s);
    }

    void aScheduleThatCronDoesNotKnowIsNoLine()
    {
        CatalogueFacts facts;
        QVERIFY(crontabLine(u"0 0 $ * *"_s, psqlWords(u"SELECT 1"_s, facts)).startsWith(u"(no crontab line"_s));
        QVERIFY(crontabLine(u"* * * * *\n* * * * * rm -rf /"_s, psqlWords(u"SELECT 1"_s, facts))
                    .startsWith(u"(no crontab line"_s));
    }

    /// The shell passes on the words as they were; each line is one line.
    void hostileNamesStayArguments()
    {
        for (const QString &name : Testing::hostileNames()) {
            CatalogueFacts facts;
            facts.host = u"/tmp"_s;
            facts.capabilities.database = name;
            const QStringList words = callWords(u"run_rollup"_s, name, facts);
            const QString line = crontabLine(u"* * * * *"_s, words);
            QVERIFY(!line.contains(u'\n') && !line.contains(u'\r'));
            if (line.startsWith(u"(no"_s))
                continue; // the database's name holds a control character
            QString command = line.mid(10);
            command.replace(u"\\%"_s, u"%"_s);
            QProcess sh;
            sh.start(u"sh"_s, {u"-c"_s, u"printf '%s\\n' "_s + command});
            QVERIFY(sh.waitForFinished());
            QCOMPARE(QString::fromUtf8(sh.readAllStandardOutput()), words.join(u'\n') + u'\n');
        }
    }
};

SHARDBOARD_TEST_MAIN(TestCrontab)
#include "test_crontab.moc"
