// SPDX-License-Identifier: GPL-3.0-or-later
// When a schedule of pg_cron is due, what it says in words, and that the builder makes none that is wrong.
#include "admin/jobs/schedulepattern.h"
#include "tests/support/testmain.h"

using namespace Shardboard;
using namespace Qt::StringLiterals;

namespace {

QDateTime at(const QString &text)
{
    QDateTime moment = QDateTime::fromString(text, u"yyyy-MM-dd HH:mm"_s);
    moment.setTimeSpec(Qt::UTC);
    return moment;
}

QStringList minutesText(const QList<QDateTime> &moments)
{
    QStringList list;
    for (const QDateTime &moment : moments)
        list << moment.toString(u"yyyy-MM-dd HH:mm"_s);
    return list;
}

} // namespace

class TestCronSchedule : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u"."_s)); }
    void isDueWhenPgCronSaysSo_data();
    void isDueWhenPgCronSaysSo();
    void saysItInWords_data();
    void saysItInWords();
    void refusesWhatIsWrong_data();
    void refusesWhatIsWrong();
    void knowsWhatOlderServersLack();
    void skipsTheHourThatIsLeftOutInSpring();
    void runsTwiceInTheHourThatComesTwiceInAutumn();
    void readsItsZone();
    void bothDaysMayHaveToFit();
    void neverDueIsKnown();
    void intervalsCountFromTheLastStart();
    void betweenGivesTheLatest();
    void everyPatternIsAValidSchedule();
    void patternsAreFoundAgain();
};

void TestCronSchedule::isDueWhenPgCronSaysSo_data()
{
    QTest::addColumn<QString>("schedule");
    QTest::addColumn<QString>("after");
    QTest::addColumn<QStringList>("due");
    const auto row = [](const char *schedule, const char *after, const QStringList &due) {
        QTest::newRow(schedule) << QString::fromLatin1(schedule) << QString::fromLatin1(after) << due;
    };
    row("* * * * *", "2026-02-28 23:58", {u"2026-02-28 23:59"_s, u"2026-03-01 00:00"_s});
    row("*/7 * * * *", "2026-01-01 10:54", {u"2026-01-01 10:56"_s, u"2026-01-01 11:00"_s});
    row("17 3 * * *", "2026-01-01 03:17", {u"2026-01-02 03:17"_s, u"2026-01-03 03:17"_s});
    row("0 9-17/4 * * 1-5", "2026-01-02 13:30", {u"2026-01-02 17:00"_s, u"2026-01-05 09:00"_s});
    row("0 0 * * 7", "2026-01-01 00:00", {u"2026-01-04 00:00"_s, u"2026-01-11 00:00"_s});
    row("0 0 * jan-feb Mon,wed", "2026-02-24 00:00", {u"2026-02-25 00:00"_s, u"2027-01-04 00:00"_s});
    // Day and weekday both given: either will do. With a star in front of one of them: both.
    row("0 0 13 * 5", "2026-01-01 00:00", {u"2026-01-02 00:00"_s, u"2026-01-09 00:00"_s, u"2026-01-13 00:00"_s});
    row("0 0 */10 * 5", "2026-01-01 00:00", {u"2026-05-01 00:00"_s, u"2026-07-31 00:00"_s});
    row("30 12 $ * *", "2026-01-31 12:30", {u"2026-02-28 12:30"_s, u"2026-03-31 12:30"_s});
    row("0 0 29 2 *", "2026-01-01 00:00", {u"2028-02-29 00:00"_s, u"2032-02-29 00:00"_s});
    row("@hourly", "2026-01-01 10:00", {u"2026-01-01 11:00"_s, u"2026-01-01 12:00"_s});
    row("@weekly", "2026-01-01 10:00", {u"2026-01-04 00:00"_s});
    row("@monthly", "2026-01-01 10:00", {u"2026-02-01 00:00"_s});
    row("  5   4\t* * *  ", "2026-01-01 10:00", {u"2026-01-02 04:05"_s});
    // What pg_cron passes over.
    row("5 4 * * * 2030", "2026-01-01 10:00", {u"2026-01-02 04:05"_s});
    row("5 4 * * * select 1", "2026-01-01 10:00", {u"2026-01-02 04:05"_s});
    row("5;x 4-4-9 *? * *#1", "2026-01-01 10:00", {u"2026-01-02 04:05"_s});
    row("\n# at night\n5 4 * * *", "2026-01-01 10:00", {u"2026-01-02 04:05"_s});
    row("4294967301 4 * * *", "2026-01-01 10:00", {u"2026-01-02 04:05"_s});
    row("@daily x", "2026-01-01 10:00", {u"2026-01-02 00:00"_s});
    row("30-10,5 4 * * *", "2026-01-01 10:00", {u"2026-01-02 04:05"_s});
    row("0 0 * * fri-SAT,Sun", "2026-01-01 00:00",
        {u"2026-01-02 00:00"_s, u"2026-01-03 00:00"_s, u"2026-01-04 00:00"_s});
}

void TestCronSchedule::isDueWhenPgCronSaysSo()
{
    QFETCH(QString, schedule);
    QFETCH(QString, after);
    QFETCH(QStringList, due);
    const auto parsed = CronSchedule::parse(schedule);
    QVERIFY2(parsed.isOk(), qPrintable(parsed.isError() ? parsed.error().toText() : QString()));
    QCOMPARE(minutesText(parsed->next(at(after), int(due.size()))), due);
}

void TestCronSchedule::saysItInWords_data()
{
    QTest::addColumn<QString>("schedule");
    QTest::addColumn<QString>("words");
    const auto row = [](const char *schedule, const char *words) {
        QTest::newRow(schedule) << QString::fromLatin1(schedule) << QString::fromLatin1(words);
    };
    row("* * * * *", "every minute");
    row("*/5 * * * *", "every 5 minutes");
    row("0 * * * *", "every hour");
    row("17 * * * *", "every hour at minute 17");
    row("17 */6 * * *", "at 00:17, 06:17, 12:17, 18:17 every day");
    row("17 */2 * * *", "every 2 hours at minute 17");
    row("17 3 * * *", "at 03:17 every day");
    row("17 3 * * 1-5", "at 03:17 on Monday to Friday");
    row("17 3 * * 0,6", "at 03:17 on Saturday and Sunday");
    row("0 0 1 * *", "at 00:00 on day 1 of the month");
    row("0 0 $ * *", "at 00:00 on the last day of the month");
    row("0 0 1 1,7 *", "at 00:00 on day 1 of the month in January and July");
    row("0 0 13 * 5", "at 00:00 on day 13 of the month and on Friday");
    row("*/10 8-17 * * *", "every 10 minutes from 08:00 to 17:50");
    row("*/7 * * * *", "at minutes 0, 7, 14, 21, 28, 35, 42, 49 and 56 of every hour");
    row("10 seconds", "every 10 seconds");
    row("@reboot", "once, when the server starts");
    row("@daily", "at 00:00 every day");
    row("@yearly", "never");
    row("30-10 * * * *", "never");
    row("30seconds", "every 30 seconds");
    row(" +5 Second", "every 5 seconds");
    row("0 0 31 2 *", "at 00:00 on day 31 of the month in February, which never comes");
}

void TestCronSchedule::saysItInWords()
{
    QFETCH(QString, schedule);
    QFETCH(QString, words);
    const auto parsed = CronSchedule::parse(schedule);
    QVERIFY(parsed.isOk());
    QCOMPARE(parsed->toWords(), words);
}

void TestCronSchedule::refusesWhatIsWrong_data()
{
    QTest::addColumn<QString>("schedule");
    QTest::addColumn<QString>("why");
    const auto row = [](const char *schedule, const char *why) {
        QTest::newRow(schedule) << QString::fromLatin1(schedule) << QString::fromLatin1(why);
    };
    row("", "five fields");
    row("* * * *", "five fields");
    row("60 * * * *", "no minute");
    row("-1 * * * *", "no minute");
    row("99 99 * * *", "no minute");
    row("*/90 * * * *", "no minute");
    row("* * *\n* *", "no month");
    row("1, * * * *", "no minute");
    row("1- * * * *", "no minute");
    row("* * * * 1-", "no weekday");
    row("* * * * sunday", "no weekday");
    row("* * * */jan *", "no month");
    row("# only a comment", "five fields");
    row("@Daily", "does not know");
    row("@every 5m", "does not know");
    row("30 second ", "no hour");
    row("30 secs", "no hour");
    row("4294967400 * * * *", "no minute");
    row("* 24 * * *", "no hour");
    row("* * 0 * *", "no day");
    row("* * 32 * *", "no day");
    row("* * * 13 *", "no month");
    row("* * * * 8", "no weekday");
    row("5/10 * * * *", "no minute");
    row("*/0 * * * *", "no minute");
    row("1,,2 * * * *", "no minute");
    row("1x * * * *", "no minute");
    row("* * $,1 * *", "no day");
    row("* * * * moonday", "no weekday");
    row("0 seconds", "1 to 59");
    row("60 seconds", "1 to 59");
    row("@fortnightly", "does not know");
}

void TestCronSchedule::refusesWhatIsWrong()
{
    QFETCH(QString, schedule);
    QFETCH(QString, why);
    const auto parsed = CronSchedule::parse(schedule);
    QVERIFY(parsed.isError());
    QVERIFY2(parsed.error().message.contains(why), qPrintable(parsed.error().message));
}

void TestCronSchedule::knowsWhatOlderServersLack()
{
    CronDialect old;
    old.hasSeconds = old.hasLastDay = false;
    QVERIFY(CronSchedule::parse(u"10 seconds"_s, old).error().message.contains(u"seconds"_s));
    QVERIFY(CronSchedule::parse(u"0 0 $ * *"_s, old).error().message.contains(u"last day"_s));
    QVERIFY(CronSchedule::parse(u"*/90 * * * *"_s).isError());
    old.limitsSteps = false;
    QCOMPARE(CronSchedule::parse(u"*/90 * * * *"_s, old)->toWords(), u"every hour"_s);
    QVERIFY(!SchedulePattern::isPossible(SchedulePattern::Kind::Seconds, old));
    QVERIFY(!SchedulePattern::isPossible(SchedulePattern::Kind::LastDay, old));
    QVERIFY(SchedulePattern::isPossible(SchedulePattern::Kind::Minutes, old));
}

void TestCronSchedule::skipsTheHourThatIsLeftOutInSpring()
{
    CronDialect dialect;
    dialect.zone = QTimeZone("Europe/Berlin");
    const auto schedule = CronSchedule::parse(u"30 2 * * *"_s, dialect);
    // On the 29th of March 2026 there is no half past two in Berlin.
    QCOMPARE(minutesText(schedule->next(at(u"2026-03-27 12:00"_s), 2)),
        (QStringList{u"2026-03-28 01:30"_s, u"2026-03-30 00:30"_s}));
}

void TestCronSchedule::runsTwiceInTheHourThatComesTwiceInAutumn()
{
    CronDialect dialect;
    dialect.zone = QTimeZone("Europe/Berlin");
    const auto schedule = CronSchedule::parse(u"30 2 * * *"_s, dialect);
    QCOMPARE(minutesText(schedule->next(at(u"2026-10-24 12:00"_s), 3)),
        (QStringList{u"2026-10-25 00:30"_s, u"2026-10-25 01:30"_s, u"2026-10-26 01:30"_s}));
}

void TestCronSchedule::readsItsZone()
{
    CronDialect dialect;
    dialect.zone = QTimeZone("Asia/Kathmandu"); // 5:45 ahead
    const auto schedule = CronSchedule::parse(u"0 0 1 * *"_s, dialect);
    QCOMPARE(minutesText(schedule->next(at(u"2026-01-15 00:00"_s), 1)), QStringList{u"2026-01-31 18:15"_s});
    QVERIFY(cronZone(u"GMT"_s) == QTimeZone::utc());
    QVERIFY(cronZone(QString()) == QTimeZone::utc());
    QVERIFY(!cronZone(u"Nowhere/Land"_s).isValid());
}

void TestCronSchedule::bothDaysMayHaveToFit()
{
    CronDialect dialect;
    dialect.matchesBothDays = true;
    const auto schedule = CronSchedule::parse(u"0 0 13 * 5"_s, dialect);
    QCOMPARE(minutesText(schedule->next(at(u"2026-01-01 00:00"_s), 2)),
        (QStringList{u"2026-02-13 00:00"_s, u"2026-03-13 00:00"_s}));
    QCOMPARE(schedule->toWords(), u"at 00:00 on day 13 of the month that fall on Friday"_s);
}

void TestCronSchedule::neverDueIsKnown()
{
    for (const QString &never : {u"0 0 31 2 *"_s, u"0 0 30-31 2 *"_s, u"@yearly"_s, u"@annually"_s}) {
        const auto schedule = CronSchedule::parse(never);
        QVERIFY2(!schedule->isEverDue(), qPrintable(never));
        QVERIFY(schedule->next(at(u"2026-01-01 00:00"_s), 5).isEmpty());
    }
    QVERIFY(CronSchedule::parse(u"0 0 29 2 *"_s)->isEverDue());
    QVERIFY(CronSchedule::parse(u"0 0 31 2 1"_s)->isEverDue()); // on Mondays in February
    QVERIFY(CronSchedule::parse(u"@reboot"_s)->next(at(u"2026-01-01 00:00"_s), 5).isEmpty());
}

void TestCronSchedule::intervalsCountFromTheLastStart()
{
    const auto schedule = CronSchedule::parse(u"20 seconds"_s);
    QStringList seconds;
    for (const QDateTime &moment : schedule->next(at(u"2026-01-01 00:00"_s), 4))
        seconds << moment.toString(u"mm:ss"_s);
    QCOMPARE(seconds, (QStringList{u"00:20"_s, u"00:40"_s, u"01:00"_s, u"01:20"_s}));
}

void TestCronSchedule::betweenGivesTheLatest()
{
    const auto schedule = CronSchedule::parse(u"*/10 * * * *"_s);
    QCOMPARE(minutesText(schedule->between(at(u"2026-01-01 00:00"_s), at(u"2026-01-01 01:00"_s), 2)),
        (QStringList{u"2026-01-01 00:50"_s, u"2026-01-01 01:00"_s}));
    QCOMPARE(schedule->between(at(u"2026-01-01 00:00"_s), at(u"2026-01-01 01:00"_s), 100).size(), 6);
}

void TestCronSchedule::everyPatternIsAValidSchedule()
{
    using Kind = SchedulePattern::Kind;
    for (const Kind kind :
        {Kind::Seconds, Kind::Minutes, Kind::Hours, Kind::Days, Kind::Weekdays, Kind::MonthDay, Kind::LastDay}) {
        const QList<int> steps = SchedulePattern::steps(kind).isEmpty() ? QList<int>{1} : SchedulePattern::steps(kind);
        for (const int every : steps) {
            SchedulePattern pattern;
            pattern.kind = kind;
            pattern.every = every;
            pattern.minute = 59;
            pattern.hour = 23;
            pattern.monthDay = 31; // is kept within what every month has
            pattern.weekdays = {};
            const auto schedule = CronSchedule::parse(pattern.toExpression());
            QVERIFY2(schedule.isOk() && schedule->isEverDue(), qPrintable(pattern.toExpression()));
        }
    }
}

void TestCronSchedule::patternsAreFoundAgain()
{
    using Kind = SchedulePattern::Kind;
    const CronDialect dialect;
    for (const auto &[text, kind] : {std::pair(u"* * * * *"_s, Kind::Minutes), {u"*/5 * * * *"_s, Kind::Minutes},
             {u"17 */6 * * *"_s, Kind::Hours}, {u"17 3 * * *"_s, Kind::Days}, {u"17 3 * * 1,3"_s, Kind::Weekdays},
             {u"0 0 1 * *"_s, Kind::MonthDay}, {u"0 0 $ * *"_s, Kind::LastDay}, {u"10 seconds"_s, Kind::Seconds},
             {u"*/7 * * * *"_s, Kind::Expression}, {u"0 0 31 * *"_s, Kind::Expression},
             {u"0 0 1 1 *"_s, Kind::Expression}, {u"@daily"_s, Kind::Expression}, {u"nonsense"_s, Kind::Expression}}) {
        const SchedulePattern pattern = SchedulePattern::of(text, dialect);
        QVERIFY2(pattern.kind == kind, qPrintable(text));
        QCOMPARE(pattern.toExpression(), text);
    }
}

SHARDBOARD_TEST_MAIN(TestCronSchedule)
#include "test_cronschedule.moc"
