// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: plain citus
// What every function and procedure of schema shardboard must be like, read from the catalogue of a server that has
// them: one that is added later and is not fails here.
#include "tests/support/engine.h"

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;

namespace {

/// pg_partman changes the search_path of the session: this one calls it, and qualifies every name itself.
const QString withoutPath = u"extend_partitions"_s;

/// What in the body resolves by search_path; empty when nothing does.
QString unqualifiedIn(QString body)
{
    body.remove(QRegularExpression(u"--[^\\n]*"_s));
    body.remove(QRegularExpression(u"'[^']*'"_s));
    body.remove(QRegularExpression(u"(?m)^#variable_conflict error$"_s));
    body.remove(QRegularExpression(u"GET STACKED DIAGNOSTICS [^;]*;"_s));
    const auto call = QRegularExpression(u"(?<![.\\w])[A-Za-z_]\\w*\\s*\\("_s).match(body);
    if (call.hasMatch())
        return call.captured();
    const auto query = QRegularExpression(u"\\b(SELECT|FROM|INSERT|UPDATE|DELETE)\\b"_s).match(body);
    if (query.hasMatch())
        return query.captured();
    const auto declared = QRegularExpression(u"(?s)DECLARE(.*?)BEGIN"_s).match(body).captured(1);
    for (const QString &line : declared.split(u';')) {
        const QStringList words = line.simplified().split(u' ', Qt::SkipEmptyParts);
        static const QStringList keywords{u"bigint"_s, u"int"_s, u"boolean"_s};
        if (words.size() > 1 && !words.at(1).startsWith(u"pg_catalog."_s) && !keywords.contains(words.at(1)))
            return words.join(u' ');
    }
    body.remove(u":="_s);
    const auto sign = QRegularExpression(u"[=<>+*/|~!@#%^&?-]"_s).match(body);
    return sign.hasMatch() ? body.mid(std::max<qsizetype>(0, sign.capturedStart() - 20), 40) : QString();
}

} // namespace

class TestPins : public QObject
{
    Q_OBJECT

public:
    explicit TestPins(LiveCluster &cluster) : m_cluster(cluster) {}

private Q_SLOTS:
    void initTestCase()
    {
        const auto session = openSession(m_io, m_cluster.settings());
        QVERIFY(session);
        const PlanReport applied = applyHttpTraffic(*session);
        QVERIFY2(applied.isComplete(), whyNot(applied));
    }
    void init() { QTest::failOnWarning(QRegularExpression(u"."_s)); }

    void everyFunctionPinsItsSettings()
    {
        for (const LocalCluster::Node &node : m_cluster.status().nodes) {
            const ResultSet rows
                = m_cluster.sql(u"SELECT proname, coalesce(proconfig::text, '') FROM pg_proc "
                                "WHERE pronamespace = 'shardboard'::regnamespace AND prokind <> 'p' ORDER BY 1"_s,
                    node.name);
            QVERIFY2(rows.rowCount() > 90, qPrintable(node.name));
            for (qsizetype row = 0; row < rows.rowCount(); ++row) {
                QStringList pins{u"standard_conforming_strings=on"_s, u"row_security=off"_s};
                if (rows.text(row, 0) != withoutPath)
                    pins << u"search_path=pg_catalog, pg_temp"_s;
                for (const QString &pin : pins)
                    QVERIFY2(rows.text(row, 1).contains(pin),
                        qPrintable(rows.text(row, 0) + u" lacks "_s + pin + u" on "_s + node.name));
            }
        }
    }

    /// Functions that are not immutable read or write times, intervals and names as text.
    void functionsThatReadTextPinItsForm()
    {
        const ResultSet rows
            = m_cluster.sql(u"SELECT proname, coalesce(proconfig::text, '') FROM pg_proc "
                            "WHERE pronamespace = 'shardboard'::regnamespace AND prokind <> 'p' AND provolatile <> 'i' "
                            "AND proname NOT LIKE 'bucket%' ORDER BY 1"_s);
        QVERIFY(rows.rowCount() > 60);
        for (qsizetype row = 0; row < rows.rowCount(); ++row)
            for (const char *pin : {"DateStyle=ISO, MDY", "IntervalStyle=postgres", "TimeZone=UTC",
                     "extra_float_digits=1", "quote_all_identifiers=off"})
                QVERIFY2(rows.text(row, 1).contains(QLatin1String(pin)),
                    qPrintable(rows.text(row, 0) + u" lacks "_s + QLatin1String(pin)));
    }

    void namesInBodiesMeanOneThing()
    {
        const ResultSet rows
            = m_cluster.sql(u"SELECT proname, prosrc FROM pg_proc JOIN pg_language AS l ON l.oid = prolang "
                            "WHERE pronamespace = 'shardboard'::regnamespace AND l.lanname = 'plpgsql'"_s);
        QVERIFY(rows.rowCount() > 60);
        for (qsizetype row = 0; row < rows.rowCount(); ++row)
            QVERIFY2(rows.text(row, 1).startsWith(u"\n#variable_conflict error\n"_s), qPrintable(rows.text(row, 0)));
    }

    /// A plain string constant with a backslash means another thing with standard_conforming_strings off.
    void noBodyHoldsABackslash()
    {
        QCOMPARE(m_cluster.value(u"SELECT string_agg(proname, ' ') FROM pg_proc "
                                 "WHERE pronamespace = 'shardboard'::regnamespace AND strpos(prosrc, chr(92)) > 0"_s),
            QString());
    }

    /// They commit, so they cannot pin anything: all that resolves by search_path is in functions.
    void proceduresOnlyCallFunctions()
    {
        const ResultSet rows = m_cluster.sql(
            u"SELECT proname, prosrc, proconfig IS NULL FROM pg_proc WHERE pronamespace = 'shardboard'::regnamespace "
            "AND (prokind = 'p' OR proname = %1)"_s.arg(quoteLiteral(withoutPath)));
        QVERIFY(rows.rowCount() >= 6);
        for (qsizetype row = 0; row < rows.rowCount(); ++row) {
            const QString found = unqualifiedIn(rows.text(row, 1));
            QVERIFY2(found.isEmpty(), qPrintable(rows.text(row, 0) + u": "_s + found));
        }
    }

    void theLinterFindsWhatItIsFor_data()
    {
        QTest::addColumn<QString>("body");
        QTest::newRow("a call") << u"BEGIN PERFORM format('%s', 1); END"_s;
        QTest::newRow("an operator") << u"BEGIN IF a = b THEN RETURN; END IF; END"_s;
        QTest::newRow("a query") << u"BEGIN SELECT x INTO y; END"_s;
        QTest::newRow("a type") << u"DECLARE x text; BEGIN COMMIT; END"_s;
        QTest::newRow("json") << u"BEGIN x := shardboard.f(run -> 'a'); END"_s;
    }
    void theLinterFindsWhatItIsFor()
    {
        QFETCH(QString, body);
        QVERIFY(!unqualifiedIn(body).isEmpty());
        QVERIFY(
            unqualifiedIn(u"DECLARE x pg_catalog.text; BEGIN x := shardboard.f(x); COMMIT AND CHAIN; END"_s).isEmpty());
    }

private:
    LiveCluster &m_cluster;
    IoThread m_io;
};

SHARDBOARD_LIVE_TEST_MAIN(TestPins)
#include "test_pins.moc"
