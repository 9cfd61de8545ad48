// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/rollupdefinition.h"
#include "connection/sqlsplit.h"
#include "tests/support/testmain.h"

#include <QJsonObject>

using namespace Shardboard;
using Kind = RollupMeasure::Kind;

namespace {

RollupDefinition everyKind()
{
    RollupDefinition rollup;
    rollup.name = QStringLiteral("hits_5min");
    rollup.source = {QStringLiteral("My Data"), QStringLiteral("hits")};
    rollup.target = {QStringLiteral("My Data"), QStringLiteral("hits_5min")};
    rollup.idColumn = QStringLiteral("id");
    rollup.timeColumn = QStringLiteral("At");
    rollup.bucket = QStringLiteral("5 minutes");
    rollup.extensions.hll = QStringLiteral("ext");
    rollup.dimensions = {{QStringLiteral("Kunde"), QStringLiteral("customer"), QStringLiteral("bigint")}};
    rollup.measures = {
        {QStringLiteral("n"), Kind::Count, {}, QStringLiteral("bigint")},
        {QStringLiteral("bad"), Kind::Count, QStringLiteral("status > 399"), QStringLiteral("bigint")},
        {QStringLiteral("timed"), Kind::CountOf, QStringLiteral("ms"), QStringLiteral("bigint")},
        {QStringLiteral("total"), Kind::Sum, QStringLiteral("ms"), QStringLiteral("bigint")},
        {QStringLiteral("low"), Kind::Minimum, QStringLiteral("ms"), QStringLiteral("int")},
        {QStringLiteral("high"), Kind::Maximum, QStringLiteral("ms"), QStringLiteral("int")},
        {QStringLiteral("who"), Kind::Distinct, QStringLiteral("ip"), QStringLiteral("ext.hll"), 12},
        {QStringLiteral("per land"), Kind::Counters, QStringLiteral("country"), QStringLiteral("jsonb")},
    };
    return rollup;
}

} // namespace

class TestRollupDefinition : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral("."))); }
    void theTableHasAKeyOfItsDimensionsAndBucket();
    void aDimensionThatMayBeNullStillConflictsWithItself();
    void newRowsAreMergedMeasureByMeasure();
    void everyStatementParses();
    void theRegistryKeepsWhatTheMeasuresAre();
    void expressionsWithPlaceholdersOfOursAreLeftAlone();
};

void TestRollupDefinition::theTableHasAKeyOfItsDimensionsAndBucket()
{
    const QString sql = everyKind().createTargetSql();
    QVERIFY2(sql.contains(QStringLiteral("PRIMARY KEY (\"Kunde\", bucket)")), qPrintable(sql));
    QVERIFY(sql.startsWith(QStringLiteral("CREATE TABLE IF NOT EXISTS \"My Data\".hits_5min (")));
    QVERIFY(sql.contains(QStringLiteral("n bigint NOT NULL")));
    QVERIFY(sql.contains(QStringLiteral("low int,")));
}

void TestRollupDefinition::aDimensionThatMayBeNullStillConflictsWithItself()
{
    RollupDefinition rollup = everyKind();
    rollup.dimensions << RollupDimension{
        QStringLiteral("browser"), QStringLiteral("browser"), QStringLiteral("text"), false};
    const QString sql = rollup.createTargetSql();
    QVERIFY2(sql.contains(QStringLiteral("UNIQUE NULLS NOT DISTINCT (\"Kunde\", browser, bucket)")), qPrintable(sql));
    QVERIFY(!sql.contains(QStringLiteral("PRIMARY KEY")));
}

void TestRollupDefinition::newRowsAreMergedMeasureByMeasure()
{
    const QString expected = QStringLiteral(
        R"(INSERT INTO "My Data".hits_5min AS kept ("Kunde", bucket, n, bad, timed, total, low, high, who, "per land")
SELECT customer AS "Kunde",
       date_bin('5 minutes', "At", '2000-01-01 00:00:00+00') AS bucket,
       count(*) AS n,
       count(*) FILTER (WHERE status > 399) AS bad,
       count(ms) AS timed,
       sum(ms) AS total,
       min(ms) AS low,
       max(ms) AS high,
       ext.hll_add_agg(ext.hll_hash_text((ip)::text), 12) AS who,
       shardboard.count_values(array_agg(country)) AS "per land"
  FROM "My Data".hits
 WHERE %1$s
 GROUP BY 1, 2
    ON CONFLICT ("Kunde", bucket) DO UPDATE SET
       n = kept.n + excluded.n,
       bad = kept.bad + excluded.bad,
       timed = kept.timed + excluded.timed,
       total = coalesce(kept.total + excluded.total, kept.total, excluded.total),
       low = least(kept.low, excluded.low),
       high = greatest(kept.high, excluded.high),
       who = coalesce(ext.hll_union(kept.who, excluded.who), kept.who, excluded.who),
       "per land" = shardboard.merge_counters(kept."per land", excluded."per land"))");
    QCOMPARE(everyKind().aggregateSql(), expected);
}

void TestRollupDefinition::everyStatementParses()
{
    RollupDefinition rollup = everyKind();
    for (int i = 0; i < 120; ++i) // more than jsonb_build_object() takes at once
        rollup.measures << RollupMeasure{
            QStringLiteral("m%1").arg(i), Kind::Sum, QStringLiteral("ms"), QStringLiteral("bigint")};
    for (QString sql : {rollup.createTargetSql(), rollup.aggregateSql(), rollup.compareSql()}) {
        sql.replace(QStringLiteral("%1$s"), QStringLiteral("true"));
        sql.replace(QStringLiteral("%2$s"), QStringLiteral("BETWEEN '-infinity' AND 'infinity'"));
        const SqlScript script = splitSql(sql);
        QVERIFY2(!script.syntaxError, qPrintable(sql));
        QCOMPARE(script.statements.size(), 1);
    }
}

void TestRollupDefinition::theRegistryKeepsWhatTheMeasuresAre()
{
    const QJsonArray measures = everyKind().measuresToJson();
    QCOMPARE(measures.size(), 8);
    QCOMPARE(measures.at(6).toObject().value(QStringLiteral("kind")).toString(), QStringLiteral("distinct"));
    QCOMPARE(measures.at(6).toObject().value(QStringLiteral("log2m")).toInt(), 12);
    RollupDefinition other = everyKind();
    other.measures[6].log2m = 13;
    QVERIFY(other.measuresToJson() != measures);
}

void TestRollupDefinition::expressionsWithPlaceholdersOfOursAreLeftAlone()
{
    RollupDefinition rollup = everyKind();
    rollup.measures[6].expression = QStringLiteral("'%1 %4' || ip");
    // Doubled for format(), which halves them again.
    QVERIFY(rollup.aggregateSql().contains(QStringLiteral("ext.hll_hash_text(('%%1 %%4' || ip)::text), 12)")));
}

SHARDBOARD_TEST_MAIN(TestRollupDefinition)
#include "test_rollupdefinition.moc"
