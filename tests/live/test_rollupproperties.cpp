// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: plain citus
// Random rollups of random tables: what is made from them is what the raw rows say, and Verify finds whatever is not.
// SHARDBOARD_PROPERTY_ROUNDS says how many (3); SHARDBOARD_PROPERTY_SEED repeats them.
#include "tests/support/engine.h"

#include <QJsonArray>
#include <QRandomGenerator>

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;

namespace {

int environmentNumber(const char *name, int fallback)
{
    const int number = qEnvironmentVariableIntValue(name);
    return number > 0 ? number : fallback;
}

/// A family of rollups and the table it is made from.
struct Family
{
    QualifiedName table;
    QJsonObject intent;
    QStringList levels; ///< names in the registry, finest first
    bool isBySequence = true;
};

} // namespace

class TestRollupProperties : public QObject
{
    Q_OBJECT

public:
    explicit TestRollupProperties(LiveCluster &cluster) : m_cluster(cluster) {}

private Q_SLOTS:
    void initTestCase()
    {
        m_session = openSession(m_io, m_cluster.settings());
        QVERIFY(m_session);
        // A blueprint keeps the server-side objects there between families.
        const PlanReport applied = applyHttpTraffic(*m_session);
        QVERIFY2(applied.isComplete(), whyNot(applied));
        m_cluster.sql(u"CREATE SCHEMA \"Odd %1$s 'one'\""_s);
    }
    void init() { QTest::failOnWarning(QRegularExpression(u"."_s)); }
    void cleanupTestCase() { m_session.reset(); }

    void theRollupSaysWhatTheRawRowsSay_data();
    void theRollupSaysWhatTheRawRowsSay();

private:
    int below(int bound) { return int(m_random.bounded(bound)); }
    bool perhaps(int percent) { return below(100) < percent; }
    template <typename T>
    T oneOf(const QList<T> &list)
    {
        return list.at(below(int(list.size())));
    }
    Family makeFamily(int number);
    QJsonArray randomMeasures(bool canBeExact);
    QJsonArray randomLevels();
    void insertRows(const Family &family, int count);
    void runAll(const Family &family);
    void expectClean(const Family &family, const char *when);
    void expectAllRowsIn(const QStringList &levels, const QualifiedName &table, const char *suffix);
    void plantAndFind(const Family &family);
    QString target(const QString &rollup) const
    {
        return m_cluster.value(u"SELECT target FROM shardboard.rollup WHERE name = "_s + quoteLiteral(rollup));
    }
    QByteArray story() const { return QJsonDocument(m_intent).toJson(QJsonDocument::Compact); }

    LiveCluster &m_cluster;
    IoThread m_io;
    std::unique_ptr<SyncSession> m_session;
    QRandomGenerator m_random;
    QJsonObject m_intent;
};

QJsonArray TestRollupProperties::randomMeasures(bool canBeExact)
{
    // Each with the change to its column that Verify has to find.
    const auto measure = [](const char *column, const char *kind, const QString &expression, QJsonObject more = {}) {
        more.insert(u"column"_s, QLatin1String(column));
        more.insert(u"kind"_s, QLatin1String(kind));
        more.insert(u"expression"_s, expression);
        return more;
    };
    QList<QJsonObject> pool{
        measure("Good ones", "count", u"flag"_s),
        measure("timed", "count-of", u"amount"_s),
        measure("total", "sum", u"amount"_s),
        measure("total of some", "sum", u"amount"_s, {{u"filter"_s, u"flag IS NOT TRUE"_s}}),
        measure("weight", "sum", u"weight"_s),
        measure("lowest", "min", u"amount"_s),
        measure("highest", "max", u"price"_s),
        measure("people", "distinct", u"person"_s, {{u"log2m"_s, 8 + below(6)}}),
        measure(
            "words", "distinct", u"\"the \"\"word\"\"\""_s, {{u"regwidth"_s, 4 + below(3)}, {u"filter"_s, u"flag"_s}}),
        measure("by word", "counters", u"\"the \"\"word\"\"\""_s),
        measure("top", "top-n", u"\"the \"\"word\"\"\""_s, {{u"size"_s, 1000}}),
        measure("top 900", "top-n", u"person"_s, {{u"size"_s, 900}, {u"filter"_s, u"amount > 3"_s}}),
        measure("top 3", "top-n", u"person"_s, {{u"size"_s, 3}}),
    };
    if (m_cluster.value(u"SELECT count(*) FROM pg_extension WHERE extname = 'tdigest'"_s) == u"1"_s)
        pool << measure("spread", "percentiles", u"amount"_s, {{u"compression"_s, 20 + below(100)}});
    if (canBeExact)
        pool << measure("exactly", "exact-distinct", u"person"_s)
             << measure("p90", "exact-percentile", u"price"_s, {{u"fraction"_s, 0.9}});
    QJsonArray chosen{QJsonObject{{u"column"_s, u"n %s"_s}, {u"kind"_s, u"count"_s}}};
    for (const QJsonObject &one : std::as_const(pool))
        if (perhaps(55))
            chosen.append(one);
    return chosen;
}

QJsonArray TestRollupProperties::randomLevels()
{
    const QList<QStringList> families{{u"1 minute"_s, u"5 minutes"_s, u"1 hour"_s, u"1 day"_s},
        {u"15 minutes"_s, u"1 day"_s, u"1 week"_s}, {u"1 hour"_s, u"6 hours"_s},
        {u"1 day"_s, u"1 month"_s, u"1 year"_s}, {u"1 week"_s}, {u"90 seconds"_s, u"3 hours"_s}};
    QJsonArray levels;
    for (const QString &bucket : oneOf(families))
        levels.append(QJsonObject{{u"bucket"_s, bucket}, {u"schedule"_s, u"0 0 31 2 *"_s}});
    return levels;
}

Family TestRollupProperties::makeFamily(int number)
{
    Family family;
    family.isBySequence = perhaps(70);
    const QString odd
        = oneOf<QString>({u"plain"_s, u"Mixed Case"_s, u"it's %1$s \\ $$"_s, u"größe \"q\""_s, u"select"_s});
    family.table = {perhaps(50) ? u"public"_s : u"Odd %1$s 'one'"_s, odd + QString::number(number)};
    const QString tenant = perhaps(50) ? u"bigint"_s : u"text"_s;
    m_cluster.sql(
        u"CREATE TABLE %1 (\"Tenant\" %2 NOT NULL, %3, \"when\" timestamptz %4, country text, flag boolean, "
        "amount int, price numeric(9,2), weight double precision, person bigint, \"the \"\"word\"\"\" text)"_s.arg(
            family.table.quoted(), tenant,
            family.isBySequence ? u"id bigint GENERATED ALWAYS AS IDENTITY"_s : u"nothing int"_s,
            perhaps(70) ? u"NOT NULL"_s : QString()));
    if (m_cluster.hasCitus())
        m_cluster.sql(u"SELECT create_distributed_table(%1, 'Tenant', shard_count := 3, colocate_with := 'none')"_s.arg(
            quoteLiteral(family.table.quoted())));
    QJsonArray dimensions{u"Tenant"_s};
    if (perhaps(60))
        dimensions.append(u"country"_s);
    if (perhaps(40))
        dimensions.append(u"flag"_s);
    if (perhaps(40))
        dimensions.append(QJsonObject{{u"column"_s, u"How \"much\""_s}, {u"type"_s, u"text"_s},
            {u"expression"_s, u"CASE WHEN amount > 50 THEN 'much %' WHEN amount > 5 THEN 'some' END"_s}});
    family.intent = {{u"table"_s, family.table.quoted()}, {u"dimensions"_s, dimensions},
        {u"measures"_s, randomMeasures(false)}, {u"levels"_s, randomLevels()},
        {u"timeZone"_s, oneOf<QString>({u"UTC"_s, u"Europe/Berlin"_s, u"America/New_York"_s, u"Australia/Sydney"_s})}};
    if (!family.isBySequence && perhaps(50)) { // what cannot be merged has no coarser levels
        family.intent.insert(u"measures"_s, randomMeasures(true));
        family.intent.insert(u"levels"_s, QJsonArray{family.intent.value(u"levels"_s).toArray().first()});
    }
    return family;
}

// Around days of 23 and of 25 hours, some of them without a time where there may be none.
void TestRollupProperties::insertRows(const Family &family, int count)
{
    const bool mayBeNull
        = m_cluster.value(
              u"SELECT count(*) FROM information_schema.columns WHERE table_schema = %1 AND table_name = %2 "
              "AND column_name = 'when' AND is_nullable = 'YES'"_s.arg(
                  quoteLiteral(family.table.schema), quoteLiteral(family.table.name)))
        == u"1"_s;
    const QString moment
        = u"(ARRAY['2021-03-14', '2021-03-28', '2021-04-04', '2021-10-03', '2021-10-31', '2021-11-07', "
          "'2020-12-31', '2020-02-29'])[ceil(random() * 8)]::timestamptz + random() * interval '30 hours'"_s;
    m_cluster.sql(
        u"SELECT setseed(%1); INSERT INTO %2 (\"Tenant\", \"when\", country, flag, amount, price, weight, person, "
        "\"the \"\"word\"\"\") SELECT ceil(random() * 4)::int::%5, CASE WHEN %3 AND random() < 0.05 THEN NULL ELSE %6 "
        "END, "
        "(ARRAY['DE', 'FR', '', NULL])[ceil(random() * 4)], (ARRAY[true, false, NULL])[ceil(random() * 3)], "
        "nullif(floor(random() * 100)::int, 7), (random() * 1000)::numeric(9,2), random() * 1e6, floor(random() * "
        "300), "
        "(ARRAY['a', 'B %', 'it''s', '\"q\"', 'ü', NULL])[ceil(random() * 6)] FROM generate_series(1, %4)"_s.arg(
            QString::number(m_random.bounded(1.0), 'f', 6), family.table.quoted(), mayBeNull ? u"true"_s : u"false"_s,
            QString::number(count),
            m_cluster.value(u"SELECT data_type FROM information_schema.columns WHERE table_schema = "
                            "%1 AND table_name = %2 AND column_name = 'Tenant'"_s.arg(
                                quoteLiteral(family.table.schema), quoteLiteral(family.table.name))),
            moment));
}

void TestRollupProperties::runAll(const Family &family)
{
    for (const QString &level : family.levels) {
        const auto run = runRollup(*m_session, level);
        QVERIFY2(run, whyNot(run) + story());
        QVERIFY2(run->message.isEmpty(), qPrintable(run->message));
    }
}

void TestRollupProperties::expectClean(const Family &family, const char *when)
{
    for (const QString &level : family.levels) {
        const auto verification = verifyRollup(*m_session, level);
        QVERIFY2(verification, whyNot(verification) + story());
        QVERIFY2(verification->isClean(),
            when + QByteArray(", ") + level.toUtf8() + ": " + verification->differences.value(0).toText().toUtf8()
                + '\n' + story());
    }
}

/// Each row with a time once, in every level; in the finest live view already before the run that takes it.
void TestRollupProperties::expectAllRowsIn(const QStringList &levels, const QualifiedName &table, const char *suffix)
{
    const QString raw = m_cluster.value(u"SELECT count(*) FROM %1 WHERE \"when\" IS NOT NULL"_s.arg(table.quoted()));
    for (const QString &level : levels) {
        QualifiedName name = parseQualifiedName(target(level));
        name.name = makeIdentifier(name.name, QLatin1String(suffix));
        const QString sum = m_cluster.value(u"SELECT coalesce(sum(\"n %s\"), 0) FROM %1"_s.arg(name.quoted()));
        QVERIFY2(sum == raw, qPrintable(name.display() + u": "_s + sum + u" of "_s + raw + QString::fromUtf8(story())));
    }
}

void TestRollupProperties::plantAndFind(const Family &family)
{
    const QString level = oneOf(family.levels);
    const QString table = target(level);
    QList<std::pair<QString, QString>> changes; // column, its new value
    for (const QJsonValue &value : family.intent.value(u"measures"_s).toArray()) {
        const QString kind = value[u"kind"_s].toString();
        const QString column = quoteIdentifier(value[u"column"_s].toString());
        if (value[u"size"_s].toInt() == 3) // cut: only told as such
            continue;
        if (kind == u"counters"_s || kind == u"top-n"_s)
            changes.append({column, column + u" || '{\"planted\": 1}'"_s});
        else if (kind == u"distinct"_s || kind == u"percentiles"_s)
            changes.append(
                {column, u"CASE WHEN %1 IS NULL THEN (SELECT %1 FROM %2 WHERE %1 IS NOT NULL LIMIT 1) END"_s});
        else
            changes.append({column, u"coalesce(%1, 0) + 1"_s.arg(column)});
    }
    const auto [column, newValue] = oneOf(changes);
    const QString keys = m_cluster.value(
        u"SELECT string_agg(format('%I', d ->> 'column'), ', ') || format(', %I', bucket_column) FROM "
        u"shardboard.rollup, "
        "jsonb_array_elements(dimensions) AS d WHERE name = %1 GROUP BY bucket_column"_s.arg(quoteLiteral(level)));
    const QString chosen = m_cluster.value(
        u"SELECT string_agg(format('%I IS NOT DISTINCT FROM %L', key, value), ' AND ') FROM "
        "jsonb_each_text((SELECT to_jsonb(r) FROM (SELECT %1 FROM %2 WHERE %4 IS NOT NULL ORDER BY %1 OFFSET %3 LIMIT 1) AS r))"_s
            .arg(keys, table, QString::number(below(3)), column));
    if (chosen.isEmpty())
        return;
    QString value = newValue;
    if (value.startsWith(u"CASE"_s))
        value = u"NULL"_s;
    const auto planted = m_cluster.trySql(u"UPDATE %1 SET %2 = %3 WHERE %4"_s.arg(table, column, value, chosen));
    QVERIFY2(planted, whyNot(planted) + story());
    const auto found = verifyRollup(*m_session, level);
    QVERIFY2(found, whyNot(found) + story());
    QVERIFY2(found->differenceCount == 1,
        QByteArray::number(found->differenceCount) + " for " + column.toUtf8() + " = " + value.toUtf8() + " in "
            + table.toUtf8() + " where " + chosen.toUtf8() + story());
    m_cluster.sql(u"DELETE FROM %1 WHERE %2"_s.arg(table, chosen));
    const auto gone = verifyRollup(*m_session, level);
    QVERIFY2(gone && gone->differenceCount == 1, whyNot(gone) + story());
    // Made anew, it is as it was; so are the levels made from it.
    m_cluster.sql(u"CALL shardboard.rebuild_rollup(%1)"_s.arg(quoteLiteral(level)));
    runAll(family);
    expectClean(family, "rebuilt");
}

void TestRollupProperties::theRollupSaysWhatTheRawRowsSay_data()
{
    QTest::addColumn<quint32>("seed");
    const int rounds = environmentNumber("SHARDBOARD_PROPERTY_ROUNDS", 3);
    const int given = environmentNumber("SHARDBOARD_PROPERTY_SEED", 0);
    const quint32 first = given > 0 ? quint32(given) : QRandomGenerator::global()->bounded(1u << 30) + 1;
    for (int round = 0; round < rounds; ++round)
        QTest::addRow("seed %u", first + quint32(round)) << first + quint32(round);
}

void TestRollupProperties::theRollupSaysWhatTheRawRowsSay()
{
    QFETCH(quint32, seed);
    m_random.seed(seed);
    Family family = makeFamily(int(seed % 1000));
    m_intent = family.intent;
    if (perhaps(50))
        insertRows(family, 300); // there before the rollup is
    const PlanReport made = carryOut(*m_session, Outcome<Intent>(Intent{u"rollup"_s, family.intent}));
    QVERIFY2(made.isComplete(), whyNot(made) + story());
    const PlanReport again = carryOut(*m_session, Outcome<Intent>(Intent{u"rollup"_s, family.intent}));
    QVERIFY2(again.isComplete(), whyNot(again) + story());
    const ResultSet names = m_cluster.sql(
        u"WITH RECURSIVE f AS (SELECT name, 0 AS depth FROM shardboard.rollup WHERE source = %1 UNION ALL SELECT "
        u"r.name, "
        "f.depth + 1 FROM shardboard.rollup AS r JOIN f ON r.parent = f.name) SELECT name FROM f ORDER BY depth"_s.arg(
            quoteLiteral(family.table.quoted())));
    for (qsizetype row = 0; row < names.rowCount(); ++row)
        family.levels << names.text(row, 0);
    QCOMPARE(family.levels.size(), family.intent.value(u"levels"_s).toArray().size());
    // In small transactions, as a long backlog would be done.
    m_cluster.sql(u"UPDATE shardboard.rollup SET batch_ids = %1"_s.arg(50 + below(500)));
    for (int round = 0; round < (family.isBySequence ? 3 : 1); ++round) {
        insertRows(family, 50 + below(300));
        expectAllRowsIn(family.levels.first(1), family.table, "_live");
        runAll(family);
        expectAllRowsIn(family.levels, family.table, "");
        expectAllRowsIn(family.levels, family.table, "_live");
        expectClean(family, "after a run");
    }
    for (int round = 0; round < 3; ++round)
        plantAndFind(family);
    const PlanReport dropped = carryOut(*m_session, Outcome<Intent>(dropRollupIntent(family.levels.constFirst())));
    QVERIFY2(dropped.isComplete(), whyNot(dropped) + story());
    QCOMPARE(m_cluster.value(u"SELECT count(*) FROM shardboard.rollup"_s), u"1"_s);
    m_cluster.sql(u"DROP TABLE "_s + family.table.quoted());
}

SHARDBOARD_LIVE_TEST_MAIN(TestRollupProperties)
#include "test_rollupproperties.moc"
