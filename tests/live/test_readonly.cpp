// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: plain citus
// What dashboards and connections marked read-only run changes nothing, whatever it is: the server itself refuses it or
// takes it back.
#include "connection/iothread.h"
#include "connection/session.h"
#include "connection/sqlinspection.h"
#include "tests/support/livecluster.h"

#include <QElapsedTimer>
#include <QSignalSpy>

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;

namespace {

QString describe(const Outcome<ResultSet> &outcome)
{
    if (outcome.isCancelled())
        return u"cancelled"_s;
    if (outcome.isError())
        return outcome.error().sqlState + u' ' + outcome.error().message;
    return outcome->rowCount() > 0 ? outcome->text(0, 0) : outcome->commandTag;
}

} // namespace

class TestReadOnly : public QObject
{
    Q_OBJECT

public:
    explicit TestReadOnly(LiveCluster &cluster) : m_cluster(cluster) {}

private Q_SLOTS:
    void initTestCase()
    {
        m_cluster.sql(
            u"CREATE TABLE important (n int PRIMARY KEY, word text); CREATE SEQUENCE ids;"
            "CREATE PROCEDURE wipe() LANGUAGE plpgsql AS $$BEGIN COMMIT; DELETE FROM important; END$$;"
            "CREATE FUNCTION wiping() RETURNS int LANGUAGE plpgsql AS $$BEGIN DELETE FROM important; RETURN 1; END$$"_s);
        if (m_cluster.hasCitus())
            m_cluster.sql(u"SELECT create_distributed_table('important', 'n', shard_count := 4)"_s);
        m_cluster.sql(u"INSERT INTO important SELECT g, 'word' FROM generate_series(1, 10) AS g"_s);
    }

    void init() { QTest::failOnWarning(QRegularExpression(u"."_s)); }
    void cleanup() { m_session.reset(); }

    void nothingIsChanged_data()
    {
        QTest::addColumn<QStringList>("statements");
        const auto row = [](const char *name, const QStringList &statements) { QTest::newRow(name) << statements; };
        const QString wipe = u"DELETE FROM important"_s;
        row("plain", {wipe});
        row("in a WITH part", {u"WITH d AS (DELETE FROM important RETURNING 1) SELECT count(*) FROM d"_s});
        row("in a function", {u"SELECT wiping()"_s});
        row("in a function on the rows", {u"SELECT wiping() FROM important"_s});
        row("in XML", {u"SELECT query_to_xml($$DELETE FROM important RETURNING 1$$, false, false, '')"_s});
        row("in XML on the rows",
            {u"SELECT count(query_to_xml('DELETE FROM important WHERE n = ' || n, false, false, '')) FROM important"_s});
        row("session setting", {u"SELECT set_config('default_transaction_read_only', 'off', false)"_s, wipe});
        row("escaped setting", {uR"(SELECT U&"set\005fconfig"('transaction_read_only', 'off', false))"_s, wipe});
        row("SET", {u"SET default_transaction_read_only = off"_s, wipe});
        row("SET TRANSACTION", {u"SET TRANSACTION READ WRITE"_s, wipe});
        row("SET SESSION CHARACTERISTICS", {u"SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE"_s, wipe});
        row("RESET ALL", {u"RESET ALL"_s, u"DISCARD ALL"_s, wipe});
        row("COMMIT", {u"COMMIT"_s, wipe});
        row("COMMIT AND CHAIN", {u"COMMIT AND CHAIN"_s, wipe});
        row("ROLLBACK", {u"ROLLBACK"_s, wipe, u"END"_s, wipe});
        row("BEGIN", {u"BEGIN READ WRITE"_s, wipe, u"COMMIT"_s});
        row("several commands", {u"COMMIT; DELETE FROM important"_s, u"; DELETE FROM important; COMMIT"_s});
        row("PREPARE TRANSACTION", {u"PREPARE TRANSACTION 'x'"_s, u"/**/prepare  Transaction 'x'"_s, wipe});
        row("procedure", {u"CALL wipe()"_s});
        row("block", {u"DO $$BEGIN COMMIT; DELETE FROM important; COMMIT; END$$"_s});
        row("savepoint", {u"SAVEPOINT s"_s, u"ROLLBACK TO s"_s, wipe});
        row("COPY FROM", {u"COPY important FROM PROGRAM 'echo 11,x' (FORMAT csv)"_s});
        row("COPY TO", {u"/* /* */ */ -- x\n ; COPY (SELECT 1) TO PROGRAM 'cat > /tmp/should-not-be-there'"_s});
        row("sequence", {u"SELECT setval('ids', 100), nextval('ids')"_s});
        row("DDL", {u"DROP TABLE important"_s, u"CREATE TABLE t (i int)"_s, u"TRUNCATE important"_s});
        row("prepared", {u"PREPARE p AS DELETE FROM important"_s, u"EXECUTE p"_s});
        row("cursor", {u"DECLARE c CURSOR WITH HOLD FOR SELECT wiping()"_s, u"FETCH c"_s});
        row("LISTEN", {u"NOTIFY shardboard_rollup, '{}'"_s, wipe});
    }
    void nothingIsChanged()
    {
        QFETCH(QStringList, statements);
        ConnectionSettings marked = m_cluster.settings();
        marked.isReadOnly = true;
        for (const auto &[settings, purpose] : {std::pair(m_cluster.settings(), SessionPurpose::Dashboard),
                 std::pair(marked, SessionPurpose::Interactive), std::pair(marked, SessionPurpose::Job)}) {
            open(settings, purpose);
            QStringList said;
            for (const Outcome<ResultSet> &outcome : pipelineOf(statements)) // in one round trip …
                said << describe(outcome);
            for (const QString &statement : statements) // … and one by one
                said << describe(run(statement));
            const QString all = said.join(u" | "_s);
            QVERIFY2(state() == u"10 false f 0"_s, qPrintable(state() + u": "_s + all));
            QVERIFY2(describe(run(u"SELECT 1"_s)) == u"1"_s, qPrintable(all));
            QVERIFY(!QFile::exists(u"/tmp/should-not-be-there"_s));
        }
    }

    void settingsAreThoseOfEachTransaction()
    {
        open(m_cluster.settings(), SessionPurpose::Dashboard);
        const auto outcomes = pipelineOf(
            {u"SELECT set_config('statement_timeout', '0', false), set_config('DateStyle', 'German', false),"
             " set_config('TimeZone', 'Asia/Tokyo', false)"_s,
                u"SHOW statement_timeout"_s, u"SHOW DateStyle"_s, u"SHOW TimeZone"_s, u"SHOW transaction_read_only"_s});
        QCOMPARE(describe(outcomes[1]), u"30s"_s);
        QVERIFY2(describe(outcomes[2]).startsWith(u"ISO"_s), qPrintable(describe(outcomes[2])));
        QCOMPARE(describe(outcomes[3]), u"UTC"_s);
        QCOMPARE(describe(outcomes[4]), u"on"_s);
    }

    // What a pooler hands on to others is the session: it must be as the server made it.
    void nothingStaysInTheSession()
    {
        open(m_cluster.settings(), SessionPurpose::Dashboard);
        // Seen from within a transaction of ours, only what it made local itself is set.
        const QString names = describe(
            run(u"SELECT string_agg(name, ' ' ORDER BY lower(name)) FROM pg_settings WHERE source = 'session'"
                " AND name NOT IN ('client_encoding', 'transaction_read_only')"_s));
        QCOMPARE(names, u"bytea_output DateStyle extra_float_digits IntervalStyle statement_timeout TimeZone"_s);
    }

    void errorsStayWithTheirStatement()
    {
        open(m_cluster.settings(), SessionPurpose::Dashboard);
        const auto outcomes
            = pipelineOf({u"SELECT 1/0"_s, u"SELECT nonsense"_s, u"SELECT 'good'"_s, u"SELEC"_s, u"SELECT 'fine'"_s});
        QVERIFY(describe(outcomes[0]).startsWith(u"22012"_s));
        QVERIFY(describe(outcomes[1]).startsWith(u"42703"_s));
        QCOMPARE(describe(outcomes[2]), u"good"_s);
        QVERIFY(describe(outcomes[3]).startsWith(u"42601"_s));
        QCOMPARE(describe(outcomes[4]), u"fine"_s);
    }

    void moreThanIsKeptIsNotFetched()
    {
        open(m_cluster.settings(), SessionPurpose::Dashboard);
        Query endless(
            u"SELECT repeat('x', 1000) FROM generate_series(1, 1000) AS a, generate_series(1, 100000) AS b"_s);
        endless.limits = {.rows = 5000};
        Query wide(u"SELECT repeat('x', 1000) FROM generate_series(1, 1000) AS a, generate_series(1, 100000) AS b"_s);
        wide.limits = {.bytes = 1 << 20};
        Query cut(u"SELECT repeat('ä', 1000), 'short'"_s);
        cut.limits = {.rows = 10, .bytes = 1 << 20, .cellBytes = 101};
        QElapsedTimer elapsed;
        elapsed.start();
        const auto outcomes = pipeline(QList<Query>{endless, wide, cut, Query(u"SELECT 'last'"_s)});
        QVERIFY2(elapsed.elapsed() < 20'000, qPrintable(QString::number(elapsed.elapsed())));
        QVERIFY2(outcomes[0], qPrintable(describe(outcomes[0])));
        QCOMPARE(outcomes[0]->rowCount(), 5000);
        QVERIFY(outcomes[0]->hasMoreRows);
        // A request to stop that came late may have hit the next one: then it is to be asked for again, not an error.
        QVERIFY2(outcomes[1].isOk() || outcomes[1].isCancelled(), qPrintable(describe(outcomes[1])));
        if (outcomes[1]) {
            QCOMPARE(outcomes[1]->rowCount(), (1 << 20) / 1000);
            QVERIFY(outcomes[1]->hasMoreRows);
        }
        QVERIFY2(outcomes[2].isOk() || outcomes[2].isCancelled(), qPrintable(describe(outcomes[2])));
        if (outcomes[2]) {
            QCOMPARE(outcomes[2]->text(0, 0), QString(50, u'ä'));
            QVERIFY(outcomes[2]->hasCutCells && !outcomes[2]->hasMoreRows);
        }
        QCOMPARE(describe(run(u"SELECT 'usable'"_s)), u"usable"_s);
    }

    // A new version of PostgreSQL or Citus brings new ones: they are refused by what the server says of them; the names
    // that are known without a server are to follow.
    void functionsThatReachOutsideAreKnown()
    {
        m_cluster.sql(u"CREATE EXTENSION IF NOT EXISTS dblink; CREATE EXTENSION IF NOT EXISTS tablefunc;"
                      "CREATE EXTENSION IF NOT EXISTS adminpack"_s);
        open(m_cluster.settings(), SessionPurpose::Dashboard);
        const auto answer = run(volatileFunctionsQuery());
        QVERIFY2(answer, qPrintable(describe(answer)));
        const QSet<QString> outside = readOutsideFunctions(*answer);
        for (const QString &name :
            {u"pg_read_file"_s, u"lo_export"_s, u"dblink_exec"_s, u"pg_terminate_backend"_s, u"set_config"_s}) {
            QVERIFY2(outside.contains(name), qPrintable(name));
            QVERIFY(refuseBeyondReading(inspectSql(u"SELECT %1('x')"_s.arg(name)), outside));
        }
        QVERIFY(!outside.contains(u"random"_s) && !outside.contains(u"pg_relation_size"_s));
        const auto builtIn = m_cluster.sql(
            u"SELECT DISTINCT proname FROM pg_proc AS p WHERE provolatile = 'v' AND pronamespace = "
            u"'pg_catalog'::regnamespace"
            " AND prorettype NOT IN ('internal'::regtype, 'table_am_handler'::regtype, 'index_am_handler'::regtype,"
            " 'trigger'::regtype, 'event_trigger'::regtype, 'tsm_handler'::regtype, 'language_handler'::regtype)"
            " AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.objid = p.oid AND d.deptype = 'e') AND proname !~ '^(amvalidate|pg_stat_get_xact_|pg_get_|pg_nextoid|pg_stat_(clear|force)|pg_isolation_|pg_extension_config|pg_stop_making|pg_show_replication_origin)'"_s);
        QStringList unknown;
        for (const QString &name : readOutsideFunctions(builtIn)) {
            if (!reachesOutside(name))
                unknown << name;
        }
        unknown.sort();
        QCOMPARE(unknown, QStringList());
    }

private:
    void open(const ConnectionSettings &settings, SessionPurpose purpose)
    {
        m_session = std::make_unique<Session>(m_io, settings, purpose);
        QSignalSpy opened(m_session.get(), &Session::opened);
        m_session->open();
        QVERIFY(opened.wait(20000));
    }

    Outcome<ResultSet> run(const Query &query)
    {
        std::optional<Outcome<ResultSet>> answer;
        m_session->run(query, this, [&](const Outcome<ResultSet> &outcome) { answer = outcome; });
        if (!QTest::qWaitFor([&] { return answer.has_value(); }, 60000))
            return ServerError::usage(u"no answer"_s);
        return *answer;
    }

    QList<Outcome<ResultSet>> pipeline(const QList<Query> &queries)
    {
        QList<Outcome<ResultSet>> answers;
        bool isOver = false;
        m_session->runPipeline(
            queries, this, [&](qsizetype, const Outcome<ResultSet> &outcome) { answers << outcome; },
            [&] { isOver = true; });
        const bool came = QTest::qWaitFor([&] { return isOver; }, 60000);
        while (!came && answers.size() < queries.size())
            answers << ServerError::usage(u"no answer"_s);
        return answers;
    }
    QList<Outcome<ResultSet>> pipelineOf(const QStringList &statements)
    {
        return pipeline(QList<Query>(statements.begin(), statements.end()));
    }

    QString state() const
    {
        return m_cluster.value(u"SELECT count(*) || ' ' || bool_or(word <> 'word')::text FROM important"_s) + u' '
            + m_cluster.value(u"SELECT is_called FROM ids"_s) + u' '
            + m_cluster.value(u"SELECT count(*) FROM pg_prepared_xacts WHERE gid = 'x'"_s);
    }

    LiveCluster &m_cluster;
    IoThread m_io;
    std::unique_ptr<Session> m_session;
};

SHARDBOARD_LIVE_TEST_MAIN(TestReadOnly)
#include "test_readonly.moc"
