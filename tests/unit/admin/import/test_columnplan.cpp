// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/import/columnplan.h"
#include "tests/support/testmain.h"

using namespace Shardboard;

namespace {

TargetTable tableOf(const QStringList &columns)
{
    TargetTable table;
    table.name = {QStringLiteral("public"), QStringLiteral("t")};
    for (const QString &name : columns) {
        TargetColumn column;
        column.name = name;
        column.check.column = name;
        column.isGenerated = name == QStringLiteral("made");
        table.columns.append(column);
    }
    return table;
}

/// "field>column field>-" and, after a bar, the constants.
QString describe(const ColumnPlan &plan, const TargetTable &table)
{
    QStringList parts;
    for (const auto &field : plan.fields)
        parts.append(field.name + u'>' + (field.target ? table.columns[*field.target].name : QStringLiteral("-")));
    if (!plan.constants.empty())
        parts.append(QStringLiteral("|"));
    for (const auto &constant : plan.constants)
        parts.append(table.columns[constant.target].name + u'=' + constant.value);
    return parts.join(u' ');
}

} // namespace

class TestColumnPlan : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral("."))); }

    void namesFindTheirColumn()
    {
        const auto table
            = tableOf({QStringLiteral("id"), QStringLiteral("Name"), QStringLiteral("name"), QStringLiteral("Über")});
        const auto plan
            = planCsvColumns({}, {QStringLiteral("ID"), QStringLiteral("Name"), QStringLiteral("über")}, table);
        QCOMPARE(describe(plan, table), QStringLiteral("ID>id Name>Name über>Über"));
        QCOMPARE(plan.problems, QStringList());
        QCOMPARE(plan.columnNames(table).join(u' '), QStringLiteral("id \"Name\" \"Über\""));
        // Two columns differ in case only: a third spelling could mean either.
        QCOMPARE(planCsvColumns({}, {QStringLiteral("NAME")}, table).problems.size(), 1);
    }

    void columnsWithoutAHomeAreAProblemUntilMappedAway()
    {
        const auto table = tableOf({QStringLiteral("id")});
        const QStringList file{QStringLiteral("id"), QStringLiteral("colour"), QStringLiteral("size")};
        const auto plan = planCsvColumns({}, file, table);
        QCOMPARE(plan.problems.size(), 1);
        QVERIFY2(plan.problems[0].contains(QStringLiteral("\"colour\", \"size\"")), qPrintable(plan.problems[0]));
        ImportSettings settings;
        settings.columnMap = {{QStringLiteral("Colour"), QString()}, {QStringLiteral("SIZE"), QString()}};
        const auto mapped = planCsvColumns(settings, file, table);
        QCOMPARE(mapped.problems, QStringList());
        QCOMPARE(describe(mapped, table), QStringLiteral("id>id colour>- size>-"));
        QCOMPARE(mapped.notes.size(), 2);
    }

    void mistakesInTheMapping_data()
    {
        QTest::addColumn<QString>("from");
        QTest::addColumn<QString>("to");
        QTest::addColumn<QString>("words");
        QTest::newRow("no such column of the file")
            << QStringLiteral("nope") << QStringLiteral("id") << QStringLiteral("The file has no column");
        QTest::newRow("no such column of the table")
            << QStringLiteral("a") << QStringLiteral("nope") << QStringLiteral("has no column \"nope\"");
        QTest::newRow("two to one") << QStringLiteral("a") << QStringLiteral("id")
                                    << QStringLiteral("More than one column");
        QTest::newRow("computed by the server")
            << QStringLiteral("a") << QStringLiteral("made") << QStringLiteral("computes \"made\" itself");
    }

    void mistakesInTheMapping()
    {
        QFETCH(QString, from);
        QFETCH(QString, to);
        QFETCH(QString, words);
        const auto table = tableOf({QStringLiteral("id"), QStringLiteral("a"), QStringLiteral("made")});
        ImportSettings settings;
        settings.columnMap = {{from, to}};
        const auto plan = planCsvColumns(settings, {QStringLiteral("id"), QStringLiteral("a")}, table);
        QCOMPARE(plan.problems.size(), 1);
        QVERIFY2(plan.problems[0].contains(words), qPrintable(plan.problems[0]));
    }

    void constantWinsOverTheFileAndIsSaid()
    {
        const auto table = tableOf({QStringLiteral("id"), QStringLiteral("site")});
        ImportSettings settings;
        settings.constants = {{QStringLiteral("SITE"), QStringLiteral("7")}};
        const auto plan = planCsvColumns(settings, {QStringLiteral("id"), QStringLiteral("site")}, table);
        QCOMPARE(describe(plan, table), QStringLiteral("id>id site>- | site=7"));
        QCOMPARE(plan.problems, QStringList());
        QCOMPARE(plan.notes.size(), 1);
    }

    void withoutHeaderThePositionsCount()
    {
        const auto table = tableOf({QStringLiteral("id"), QStringLiteral("made"), QStringLiteral("name")});
        ImportSettings settings;
        settings.hasHeader = false;
        const QStringList file{QStringLiteral("1"), QStringLiteral("2")};
        QCOMPARE(describe(planCsvColumns(settings, file, table), table), QStringLiteral("1>id 2>name"));
        QCOMPARE(planCsvColumns(settings, {QStringLiteral("1")}, table).problems.size(), 1);
        settings.columnMap
            = {{QStringLiteral("1"), QStringLiteral("name")}, {QStringLiteral("2"), QStringLiteral("id")}};
        QCOMPARE(describe(planCsvColumns(settings, file, table), table), QStringLiteral("1>name 2>id"));
    }

    void logTakesWhatTheTableHas()
    {
        const auto table = tableOf({QStringLiteral("site_id"), QStringLiteral("ingest_time"), QStringLiteral("url"),
            QStringLiteral("client")});
        ImportSettings settings;
        settings.columnMap = {{QStringLiteral("ip_address"), QStringLiteral("client")}};
        const auto plan = planLogColumns(settings, table);
        QCOMPARE(plan.problems, QStringList());
        QCOMPARE(plan.columnNames(table),
            (QStringList{QStringLiteral("client"), QStringLiteral("ingest_time"), QStringLiteral("url"),
                QStringLiteral("site_id")}));
        QCOMPARE(plan.constants.size(), size_t(1));
        QCOMPARE(plan.constants[0].value, QStringLiteral("1"));
        QVERIFY(plan.notes.join(u' ').contains(QStringLiteral("user_agent")));
        settings.constants = {{QStringLiteral("site_id"), QStringLiteral("9")}};
        QCOMPARE(planLogColumns(settings, table).constants[0].value, QStringLiteral("9"));
        QVERIFY(!planLogColumns({}, tableOf({QStringLiteral("x")})).problems.isEmpty());
    }
};

SHARDBOARD_TEST_MAIN(TestColumnPlan)
#include "test_columnplan.moc"
