// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/blueprint.h"
#include "tests/support/testmain.h"

using namespace Shardboard;

namespace {

QString http()
{
    return QStringLiteral("http-traffic");
}

} // namespace

class TestBlueprint : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral("."))); }
    void everyDefaultIsAccepted();
    void settingsNotGivenTakeTheirDefaults();
    void badValuesAreNamed_data();
    void badValuesAreNamed();
    void goodValuesAreTaken_data();
    void goodValuesAreTaken();
    void allThatIsWrongIsSaidAtOnce();
    void anUnknownSettingIsAnsweredWithTheKnownOnes();
    void anUnknownBlueprintIsAnsweredWithTheKnownOnes();
};

void TestBlueprint::everyDefaultIsAccepted()
{
    for (const BlueprintInfo &info : blueprints())
        for (const BlueprintSetting &setting : info.settings)
            QCOMPARE(checkSetting(setting, setting.defaultValue), QString());
}

void TestBlueprint::settingsNotGivenTakeTheirDefaults()
{
    const Outcome<Intent> intent = blueprintIntent(http(), {{QStringLiteral("shard_count"), QStringLiteral("8")}});
    QVERIFY(intent);
    QCOMPARE(intent->kind, QStringLiteral("blueprint"));
    QCOMPARE(intent->settings.value(QStringLiteral("blueprint")).toString(), http());
    QCOMPARE(intent->settings.value(QStringLiteral("shard_count")).toString(), QStringLiteral("8"));
    QCOMPARE(intent->settings.value(QStringLiteral("raw_retention")).toString(), QStringLiteral("1 day"));
    QCOMPARE(intent->settings.value(QStringLiteral("schema")).toString(), QStringLiteral("public"));
}

void TestBlueprint::badValuesAreNamed_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("value");
    QTest::newRow("no unit") << "raw_retention"
                             << "7";
    QTest::newRow("nothing") << "raw_retention"
                             << "";
    QTest::newRow("zero") << "raw_retention"
                          << "0 days";
    QTest::newRow("negative") << "raw_retention"
                              << "-1 day";
    QTest::newRow("SQL") << "rollup_retention"
                         << "1 day'; drop table x";
    QTest::newRow("no shards") << "shard_count"
                               << "0";
    QTest::newRow("too many shards") << "shard_count"
                                     << "100000";
    QTest::newRow("not a number") << "shard_count"
                                  << "many";
    QTest::newRow("unknown choice") << "error_definition"
                                    << "5xx";
    QTest::newRow("four fields") << "schedule"
                                 << "* * * *";
    QTest::newRow("a quote") << "schedule"
                             << "* * * * '";
    QTest::newRow("no schema") << "schema"
                               << "";
    QTest::newRow("64 bytes") << "schema" << QString(64, QLatin1Char('s'));
    QTest::newRow("coarse HLL") << "hll_log2m"
                                << "3";
}

void TestBlueprint::badValuesAreNamed()
{
    QFETCH(QString, name);
    QFETCH(QString, value);
    const Outcome<Intent> intent = blueprintIntent(http(), {{name, value}});
    QVERIFY(intent.isError());
    QCOMPARE(intent.error().kind, ServerError::Kind::Usage);
    QVERIFY2(intent.error().message.startsWith(name), qPrintable(intent.error().message));
}

void TestBlueprint::goodValuesAreTaken_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("value");
    QTest::newRow("never") << "raw_retention"
                           << "never";
    QTest::newRow("minutes") << "raw_retention"
                             << "90 minutes";
    QTest::newRow("two units") << "rollup_retention"
                               << "1 month 2 days";
    QTest::newRow("hostile schema") << "schema"
                                    << "\"; drop table x; --";
    QTest::newRow("63 bytes") << "schema" << QString(63, QLatin1Char('s'));
    QTest::newRow("every five minutes") << "schedule"
                                        << "*/5 * * * *";
    QTest::newRow("weekdays") << "schedule"
                              << "0 8-18 * * mon-fri";
    QTest::newRow("not 2xx") << "error_definition"
                             << "not-2xx";
}

void TestBlueprint::goodValuesAreTaken()
{
    QFETCH(QString, name);
    QFETCH(QString, value);
    const Outcome<Intent> intent = blueprintIntent(http(), {{name, value}});
    QVERIFY2(intent, qPrintable(intent.isError() ? intent.error().message : QString()));
    QCOMPARE(intent->settings.value(name).toString(), value);
}

void TestBlueprint::allThatIsWrongIsSaidAtOnce()
{
    const Outcome<Intent> intent = blueprintIntent(http(),
        {{QStringLiteral("shard_count"), QStringLiteral("0")},
            {QStringLiteral("raw_retention"), QStringLiteral("soon")}});
    QVERIFY(intent.isError());
    QVERIFY(intent.error().message.contains(QStringLiteral("shard_count")));
    QVERIFY(intent.error().message.contains(QStringLiteral("raw_retention")));
}

void TestBlueprint::anUnknownSettingIsAnsweredWithTheKnownOnes()
{
    const Outcome<Intent> intent = blueprintIntent(http(), {{QStringLiteral("shards"), QStringLiteral("8")}});
    QVERIFY(intent.isError());
    for (const BlueprintSetting &setting : findBlueprint(http())->settings)
        QVERIFY2(intent.error().message.contains(setting.name), qPrintable(setting.name));
}

void TestBlueprint::anUnknownBlueprintIsAnsweredWithTheKnownOnes()
{
    const Outcome<Intent> applied = blueprintIntent(QStringLiteral("nope"), {});
    QVERIFY(applied.isError());
    QVERIFY(applied.error().message.contains(http()));
    QVERIFY(removeBlueprintIntent(QStringLiteral("nope")).isError());
}

SHARDBOARD_TEST_MAIN(TestBlueprint)
#include "test_blueprint.moc"
