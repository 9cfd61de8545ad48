// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testmain.h"
#include "ui/common/theme.h"
#include "ui/tables/tabledetailview.h"
#include "ui/wizards/newtableeditor.h"
#include "ui/wizards/partitionkeeppage.h"
#include "ui/wizards/partitionrangepage.h"
#include "ui/wizards/partitiontablepage.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTableWidget>

using namespace Shardboard;
using namespace Qt::StringLiterals;

namespace {

PartitionFacts someFacts()
{
    PartitionFacts facts;
    ConvertedTable table;
    table.name = {u"shop"_s, u"events"_s};
    table.relkind = u"r"_s;
    table.rows = 5'000'000;
    table.columns
        = {{u"id"_s, u"bigint"_s, true}, {u"born"_s, u"date"_s, false}, {u"at"_s, u"timestamp with time zone"_s, true}};
    facts.table = table;
    facts.catalogue.tables << TableFacts{table.name, {}, false, {}, 0, 0};
    return facts;
}

/// A table of daily partitions from so many days ago to so many days ahead.
Catalogue partitionedCatalogue(int from, int to, bool hasDefault)
{
    Catalogue catalogue;
    CatalogueTable table;
    table.oid = 7;
    table.name = {u"shop"_s, u"events"_s};
    table.partitionKey = u"RANGE (at)"_s;
    const QDate today = QDateTime::currentDateTimeUtc().date();
    for (int day = from; day <= to; ++day) {
        CatalogueTable partition;
        partition.bound = PartitionBound{PartitionBound::Kind::Range, {today.addDays(day).toString(Qt::ISODate)},
            {today.addDays(day + 1).toString(Qt::ISODate)}, {}, 0, 0};
        table.partitions << int(catalogue.tables.size());
        catalogue.tables << partition;
    }
    if (hasDefault) {
        CatalogueTable partition;
        partition.name = {u"shop"_s, u"events_default"_s};
        partition.bound = PartitionBound{};
        table.partitions << int(catalogue.tables.size());
        catalogue.tables << partition;
    }
    catalogue.tables << table;
    return catalogue;
}

/// What the detail says of a table, all labels together.
QString detailText(const Catalogue &catalogue, std::optional<qint64> defaultRows)
{
    TableDetailView view;
    view.setTable(catalogue.tables.last(), catalogue);
    TableDetail detail;
    detail.oid = 7;
    detail.defaultRows = defaultRows;
    view.setDetail(detail);
    QString text;
    for (const QLabel *label : view.findChildren<QLabel *>()) {
        if (label->isVisibleTo(&view))
            text += label->text() + u'\n';
    }
    return text;
}

} // namespace

class TestPartitionWizard : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { Theme::instance().apply(Theme::Mode::Light); }
    void init() { Testing::failOnWarnings(); }

    void rangesAreKeptAsTheyWereChosen()
    {
        PartitionRangePage page;
        PartitionSettings settings;
        settings.interval = u"6 hours"_s;
        settings.ahead = 12;
        settings.hasDefault = false;
        settings.method = PartitionMethod::Sql;
        PartitionSettings untouched = settings;
        page.store(untouched); // before anything was shown nothing is known
        QCOMPARE(untouched, settings);
        page.load(settings, someFacts());
        PartitionSettings stored;
        page.store(stored);
        QCOMPARE(stored.interval, u"6 hours"_s);
        QCOMPARE(stored.ahead, 12);
        QCOMPARE(stored.hasDefault, false);
        QCOMPARE(stored.method, PartitionMethod::Sql);
    }

    void onlyWhoIsThereIsOffered()
    {
        PartitionRangePage page;
        PartitionFacts facts = someFacts();
        page.load({}, facts);
        QCOMPARE(page.methodBox().findData(int(PartitionMethod::Partman)), -1);
        QCOMPARE(page.methodBox().findData(int(PartitionMethod::Citus)), -1);
        facts.catalogue.capabilities.pgPartman.state = Capability::State::Available;
        facts.catalogue.capabilities.partmanMajor = 4;
        PartitionSettings settings;
        settings.table = facts.table->name;
        settings.column = u"at"_s; // never NULL, as pg_partman demands
        page.load(settings, facts);
        QVERIFY(page.methodBox().findData(int(PartitionMethod::Partman)) > 0);
        QVERIFY(page.methodBox().itemText(0).contains(u"pg_partman"_s));
    }

    void neverIsAWordForPeople()
    {
        PartitionKeepPage page;
        PartitionSettings settings;
        page.load(settings, someFacts());
        PartitionSettings stored;
        stored.retention = u"1 day"_s;
        page.store(stored);
        QCOMPARE(stored.retention, u"never"_s);
        QSignalSpy changed(&page, &PartitionKeepPage::changed);
        page.setRetention(u"45 days"_s);
        QCOMPARE(changed.size(), 1);
        page.store(stored);
        QCOMPARE(stored.retention, u"45 days"_s);
    }

    void theColumnsThatHoldATimeAreOffered()
    {
        PartitionTablePage page({u"shop"_s, u"events"_s}, false);
        page.setFacts(someFacts(), u"at"_s);
        const auto boxes = page.findChildren<QComboBox *>();
        const auto column
            = std::ranges::find_if(boxes, [](const QComboBox *box) { return box->accessibleName() == u"Time"; });
        QVERIFY(column != boxes.cend());
        QCOMPARE((*column)->count(), 2);
        QCOMPARE((*column)->currentText(), u"at"_s);
    }

    void aTableIsChosenOrDescribed()
    {
        PartitionTablePage page({}, true);
        PartitionFacts facts = someFacts();
        facts.table.reset();
        page.setFacts(facts, {});
        QSignalSpy chosen(&page, &PartitionTablePage::tableChosen);
        page.chooseTable({u"shop"_s, u"events"_s});
        QCOMPARE(chosen.size(), 1);
        QCOMPARE(chosen.first().first().value<QualifiedName>(), (QualifiedName{u"shop"_s, u"events"_s}));
        QSignalSpy described(&page, &PartitionTablePage::newTableChanged);
        page.chooseTable({});
        QCOMPARE(described.size(), 1);
    }

    void aNewTableStartsWithOneThatWorks()
    {
        NewTableEditor editor(true);
        PartitionSettings settings;
        settings.table = editor.name();
        settings.newTable = editor.table();
        settings.column = editor.timeColumn();
        QCOMPARE(partitionProblems(settings), QStringList());
        QCOMPARE(settings.newTable->distributionColumn, u"customer_id"_s);
        QSignalSpy changed(&editor, &NewTableEditor::changed);
        editor.nameEdit().setText(u"Shop.\"We b\""_s);
        QCOMPARE(changed.size(), 1);
        QCOMPARE(editor.name(), (QualifiedName{u"shop"_s, u"We b"_s}));
        editor.findChild<QTableWidget *>()->item(1, 1)->setText(u"text"_s);
        QCOMPARE(editor.timeColumn(), QString());
    }

    void theDetailSaysHowFarPartitionsReach()
    {
        QVERIFY(detailText(partitionedCatalogue(-2, 3, true), 0).contains(u"3 partitions ready ahead"_s));
        QVERIFY(detailText(partitionedCatalogue(-2, 3, true), 0).contains(u"Nothing in the default partition"_s));
        QVERIFY(detailText(partitionedCatalogue(-2, 3, true), 12).contains(u"12 rows in the default partition"_s));
        QVERIFY(detailText(partitionedCatalogue(-2, 0, false), {}).contains(u"run out"_s));
        QVERIFY(detailText(partitionedCatalogue(-9, -5, false), {}).contains(u"new rows are refused"_s));
        QVERIFY(detailText(partitionedCatalogue(-9, -5, true), {}).contains(u"go to the default partition"_s));
    }
};

SHARDBOARD_UI_TEST_MAIN(TestPartitionWizard)
#include "test_partitionwizard.moc"
