// SPDX-License-Identifier: GPL-3.0-or-later
// The pages of the wizards about how tables are spread: what they advise, what they let choose, and that the choice is
// what becomes of it. tests/live/test_shardingintents.cpp holds the outcome against servers.
#include "admin/job.h"
#include "connection/iothread.h"
#include "tests/support/testmain.h"
#include "tests/support/widecatalogue.h"
#include "ui/common/theme.h"
#include "ui/tables/shardsizebars.h"
#include "ui/wizards/altershardingwizard.h"
#include "ui/wizards/distributecolumnpage.h"
#include "ui/wizards/distributegrouppage.h"
#include "ui/wizards/distributehowpage.h"
#include "ui/wizards/distributetablespage.h"
#include "ui/wizards/distributewizard.h"
#include "ui/wizards/isolatetenantwizard.h"
#include "ui/wizards/preflightpage.h"
#include "ui/wizards/undistributewizard.h"
#include "ui/workbench/runningwork.h"

#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QRegularExpression>
#include <QScopeGuard>
#include <QSpinBox>
#include <QTableWidget>

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;

namespace {

constexpr quint32 bigintOid = 20, textOid = 25;

QualifiedName shop(const QString &name)
{
    return {u"shop"_s, name};
}

ShardingColumn column(const QString &name, double distinctValues, quint32 type = bigintOid)
{
    ShardingColumn made;
    made.name = name;
    made.type = type == bigintOid ? u"bigint"_s : u"text"_s;
    made.typeOid = type;
    made.collation = type == bigintOid ? u"0"_s : u"100"_s;
    made.isHashable = made.isNotNull = true;
    made.nullFraction = 0;
    made.distinctValues = distinctValues;
    return made;
}

ShardingTable table(const QString &name, const QList<ShardingColumn> &columns, qint64 rows, qint64 bytes)
{
    ShardingTable made;
    made.name = shop(name);
    made.relkind = u"r"_s;
    made.columns = columns;
    made.rows = rows;
    made.bytes = bytes;
    made.hasRows = rows > 0;
    return made;
}

/// Orders of customers, both large; countries, small and pointed to.
ShardingFacts facts()
{
    ShardingFacts facts;
    facts.cluster.defaultShardCount = 32;
    ShardingColumn customer = column(u"customer_id"_s, 1e6);
    customer.companions = {u"shop.customer"_s};
    ShardingColumn status = column(u"status"_s, 3, textOid);
    status.commonValues = {u"paid"_s, u"open"_s};
    status.commonFrequencies = {0.7, 0.25};
    facts.tables << table(u"orders"_s, {column(u"order_id"_s, 1e7), customer, status}, 10'000'000, qint64(3) << 30)
                 << table(u"customer"_s, {column(u"customer_id"_s, 1e6)}, 1'000'000, qint64(200) << 20)
                 << table(u"country"_s, {column(u"code"_s, 200, textOid)}, 200, 16384);
    ShardingForeignKey ofCustomer;
    ofCustomer.name = u"of_customer"_s;
    ofCustomer.table = shop(u"orders"_s);
    ofCustomer.referenced = shop(u"customer"_s);
    ofCustomer.columns = ofCustomer.referencedColumns = QStringList{u"customer_id"_s};
    ShardingForeignKey inCountry = ofCustomer;
    inCountry.name = u"in_country"_s;
    inCountry.table = shop(u"customer"_s);
    inCountry.referenced = shop(u"country"_s);
    inCountry.columns = {u"country"_s};
    inCountry.referencedColumns = {u"code"_s};
    facts.foreignKeys = {ofCustomer, inCountry};
    GroupFacts group;
    group.group.id = 7;
    group.group.shardCount = 16;
    group.columnTypeOid = bigintOid;
    group.columnCollation = u"0"_s;
    group.members = {u"public.event"_s};
    facts.cluster.groups = {group};
    return facts;
}

DistributeDraft ordersByCustomer()
{
    DistributeDraft draft = DistributeDraft::ofTables({shop(u"orders"_s), shop(u"customer"_s)});
    for (DistributeDraft::Table &table : draft.tables)
        table.column = u"customer_id"_s;
    return draft;
}

/// All of one value in a shard, or evenly over all.
HashSample sample(bool isEven)
{
    HashSample made;
    if (isEven) {
        made.slices.assign(HashSample::sliceCount, {1, 10});
        made.rows = double(made.slices.size());
    } else {
        made.add(4711, {1000, 10000});
    }
    return made;
}

QString allTexts(const QWidget &page)
{
    QStringList texts;
    const auto labels = page.findChildren<QLabel *>();
    for (const QLabel *label : labels) {
        if (label->isVisibleTo(&page))
            texts << label->text();
    }
    return texts.join(u'\n');
}

template <typename Button>
Button *buttonSaying(const QWidget &page, const QString &words)
{
    const auto buttons = page.findChildren<Button *>();
    for (Button *button : buttons) {
        if (QString(button->text()).remove(u'&').contains(words))
            return button;
    }
    return nullptr;
}

int rowOf(const QTableWidget &list, const QString &name)
{
    for (int row = 0; row < list.rowCount(); ++row) {
        if (list.item(row, 0)->text() == name)
            return row;
    }
    return -1;
}

/// Leads nowhere, at once.
Profile nowhere()
{
    Profile profile;
    profile.settings.keywords = {{u"host"_s, u"127.0.0.1"_s}, {u"port"_s, u"1"_s}, {u"user"_s, u"ada"_s}};
    return profile;
}

Finding blockingKey()
{
    Finding finding;
    finding.code = u"unique-key"_s;
    finding.table = shop(u"orders"_s);
    finding.problem = u"The primary key does not contain customer_id."_s;
    finding.rule = u"Each shard can only see its own rows."_s;
    Fix wider;
    wider.id = u"composite-key shop.orders.pkey"_s;
    wider.title = u"Make the primary key (customer_id, order_id)"_s;
    wider.consequence = u"order_id is then unique together with customer_id."_s;
    Fix dropped;
    dropped.id = u"drop-key shop.orders.pkey"_s;
    dropped.title = u"Drop the primary key"_s;
    finding.fixes = {wider, dropped};
    return finding;
}

} // namespace

class TestDistributeWizard : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { Theme::instance().apply(Theme::Mode::Light); }
    void init() { QTest::failOnWarning(QRegularExpression(u"^(?!This plugin does not support propagateSizeHints)"_s)); }

    void theKindOfEachTableCanBeChosen()
    {
        DistributeTablesPage page;
        DistributeDraft draft = DistributeDraft::ofTables({shop(u"orders"_s), shop(u"country"_s)});
        draft.tables[1].spread = Spread::Reference;
        page.setDraft(draft, facts());
        const auto &list = *page.findChild<QTableWidget *>();
        QCOMPARE(list.rowCount(), 2);
        auto *kind = qobject_cast<QComboBox *>(list.cellWidget(rowOf(list, u"shop.country"_s), 3));
        QCOMPARE(kind->currentText(), u"Reference table"_s);
        QCOMPARE(kind->count(), 4);
        QSignalSpy chosen(&page, &DistributeTablesPage::spreadChosen);
        kind->setCurrentIndex(kind->findData(int(Spread::LocalManaged)));
        Q_EMIT kind->activated(kind->currentIndex());
        QCOMPARE(chosen.first().first().value<QualifiedName>(), shop(u"country"_s));
        QCOMPARE(chosen.first().at(1).value<Spread>(), Spread::LocalManaged);
    }

    void whatForeignKeysConnectIsSuggestedAtOnce()
    {
        DistributeTablesPage page;
        page.setDraft(DistributeDraft::ofTables({shop(u"orders"_s)}), facts());
        QVERIFY2(allTexts(page).contains(u"shop.customer, shop.country"_s), qPrintable(allTexts(page)));
        QSignalSpy added(&page, &DistributeTablesPage::tablesAdded);
        buttonSaying<QPushButton>(page, u"Add these too"_s)->click();
        QCOMPARE(added.first().first().value<QList<QualifiedName>>(),
            (QList<QualifiedName>{shop(u"customer"_s), shop(u"country"_s)}));
        page.setDraft(DistributeDraft::ofTables({shop(u"orders"_s), shop(u"customer"_s), shop(u"country"_s)}), facts());
        QVERIFY(!allTexts(page).contains(u"Foreign keys connect"_s));
    }

    void columnsStandBestFirstWithTheirReasons()
    {
        DistributeColumnPage page;
        DistributeDraft draft = ordersByCustomer();
        page.setTables(draft.distributed(), facts(), 32);
        const auto &list = *page.findChild<QTableWidget *>();
        QCOMPARE(list.item(0, 0)->text(), u"customer_id"_s); // it keeps the foreign key
        QCOMPARE(list.item(list.rowCount() - 1, 0)->text(), u"status"_s); // three values for 32 shards
        QVERIFY(list.item(rowOf(list, u"status"_s), 4)->text().startsWith(u"paid (70 %)"_s));
        QVERIFY2(allTexts(page).contains(u"foreign keys stay possible"_s), qPrintable(allTexts(page)));
        QCOMPARE(page.currentColumn(), u"customer_id"_s);
    }

    void anotherColumnIsChosenByGoingToIt()
    {
        DistributeColumnPage page;
        page.setTables(ordersByCustomer().distributed(), facts(), 32);
        auto &list = *page.findChild<QTableWidget *>();
        QSignalSpy chosen(&page, &DistributeColumnPage::columnChosen);
        list.setCurrentCell(rowOf(list, u"status"_s), 0);
        QCOMPARE(chosen.first().first().value<QualifiedName>(), shop(u"orders"_s));
        QCOMPARE(chosen.first().at(1).toString(), u"status"_s);
        QVERIFY2(allTexts(page).contains(u"3 values cannot fill 32 shards"_s), qPrintable(allTexts(page)));
    }

    void shardsAreForetoldFromWhatIsKnown()
    {
        DistributeColumnPage page;
        page.setTables(ordersByCustomer().distributed(), facts(), 32);
        const auto &bars = *page.findChild<ShardSizeBars *>();
        page.addSamples(shop(u"orders"_s), {{u"customer_id"_s, sample(true)}});
        QVERIFY2(bars.summary().startsWith(u"Skew 1.00"_s), qPrintable(bars.summary()));
        page.addSamples(shop(u"orders"_s), {{u"customer_id"_s, sample(false)}});
        QVERIFY2(bars.summary().startsWith(u"Skew 32.00"_s), qPrintable(bars.summary()));
        // A guess from the statistics does not take the place of what the rows told.
        HashSample guess = sample(true);
        guess.isFromStatistics = true;
        page.addSamples(shop(u"orders"_s), {{u"customer_id"_s, guess}});
        QVERIFY2(bars.summary().startsWith(u"Skew 32.00"_s), qPrintable(bars.summary()));
    }

    void groupsThatFitAreOfferedWithWhatBecomesJoinable()
    {
        DistributeGroupPage page;
        DistributeDraft draft = ordersByCustomer();
        page.setDraft(draft, facts());
        QVERIFY2(allTexts(page).contains(u"shop.orders.customer_id, shop.customer.customer_id"_s),
            qPrintable(allTexts(page)));
        QVERIFY2(allTexts(page).contains(u"Advised: 32."_s), qPrintable(allTexts(page)));
        QSignalSpy chosen(&page, &DistributeGroupPage::groupChosen);
        buttonSaying<QRadioButton>(page, u"With the tables of this group"_s)->click();
        QCOMPARE(chosen.first().at(0).value<DistributeDraft::Group>(), DistributeDraft::Group::Existing);
        QCOMPARE(chosen.first().at(1).value<QualifiedName>().display(), u"public.event"_s);
        draft.group = DistributeDraft::Group::Existing;
        draft.mate = {u"public"_s, u"event"_s};
        page.setDraft(draft, facts());
        QVERIFY(!page.findChild<QSpinBox *>()->isEnabled()); // the group has its count already
        QVERIFY2(allTexts(page).contains(u"public.event"_s), qPrintable(allTexts(page)));
    }

    void withoutAFittingGroupThereIsNoneToChoose()
    {
        DistributeGroupPage page;
        ShardingFacts none = facts();
        none.cluster.groups.clear();
        page.setDraft(ordersByCustomer(), none);
        QVERIFY(!buttonSaying<QRadioButton>(page, u"With the tables of this group"_s)->isEnabled());
        QVERIFY2(allTexts(page).contains(u"There is no group yet"_s), qPrintable(allTexts(page)));
    }

    void theShardCountIsTakenAsItIsSet()
    {
        DistributeGroupPage page;
        page.setDraft(ordersByCustomer(), facts());
        QSignalSpy chosen(&page, &DistributeGroupPage::groupChosen);
        page.findChild<QSpinBox *>()->setValue(64);
        QCOMPARE(chosen.last().at(2).toInt(), 64);
        page.findChild<QSpinBox *>()->setValue(32);
        QCOMPARE(chosen.last().at(2).toInt(), 0); // the server's own
    }

    void bothWaysSayWhatTheyLockAndNeed()
    {
        DistributeHowPage page;
        page.setDraft(ordersByCustomer(), facts());
        const QString texts = allTexts(page);
        for (const QString &words : {u"EXCLUSIVE on each table"_s, u"wal_level = logical"_s, u"replica identity"_s,
                 u"replication slot"_s, u"11 M rows"_s})
            QVERIFY2(QString(texts).replace(QChar::Nbsp, u' ').contains(words), qPrintable(words + u'\n' + texts));
        QSignalSpy chosen(&page, &DistributeHowPage::wayChosen);
        buttonSaying<QRadioButton>(page, u"Let writes go on"_s)->click();
        QCOMPARE(chosen.last(), (QList<QVariant>{true, true}));
        buttonSaying<QCheckBox>(page, u"Free the old copy"_s)->click();
        QCOMPARE(chosen.last(), (QList<QVariant>{true, false}));
    }

    void writesCanOnlyGoOnWhereAColumnSpreads()
    {
        DistributeHowPage page;
        page.setDraft(DistributeDraft::ofSchema(u"shop"_s), facts());
        QVERIFY(!buttonSaying<QRadioButton>(page, u"Let writes go on"_s)->isEnabled());
    }

    void aFixIsOneTickAndRulesOutTheOthers()
    {
        PreflightPage page;
        page.showVerdict({{blockingKey()}, {}, {}});
        QVERIFY2(allTexts(page).contains(u"Each shard can only see its own rows."_s), qPrintable(allTexts(page)));
        QSignalSpy toggled(&page, &PreflightPage::fixToggled);
        page.findChild<QCheckBox *>(u"composite-key shop.orders.pkey"_s)->click();
        QCOMPARE(toggled.first(),
            (QList<QVariant>{u"composite-key shop.orders.pkey"_s, QStringList{u"drop-key shop.orders.pkey"_s}, true}));
        Finding fixed = blockingKey();
        fixed.fixedBy = u"composite-key shop.orders.pkey"_s;
        page.showVerdict({{fixed}, {}, {}});
        QVERIFY(page.findChild<QCheckBox *>(u"composite-key shop.orders.pkey"_s)->isChecked());
        QVERIFY(!page.findChild<QCheckBox *>(u"drop-key shop.orders.pkey"_s)->isChecked());
        QVERIFY2(page.summary().startsWith(u"Nothing in the way"_s), qPrintable(page.summary()));
    }

    void aFailureOfThePreflightIsShownWithRetry()
    {
        PreflightPage page;
        page.showError(ServerError::connection(u"The server closed the connection."_s));
        QVERIFY2(allTexts(page).contains(u"The server closed the connection."_s), qPrintable(allTexts(page)));
        QSignalSpy retry(&page, &PreflightPage::retryRequested);
        buttonSaying<QPushButton>(page, u"Retry"_s)->click();
        QCOMPARE(retry.size(), 1);
    }

    void theLargestTenantsAreOfferedAndAnyOtherCanBeNamed()
    {
        IoThread io;
        // Jobs outlive the wizards that began them: they end before what they use.
        const auto jobsEnd = qScopeGuard([] { QVERIFY(Job::stopAll(std::chrono::seconds(20))); });
        RunningWork work;
        IsolateTenantWizard wizard(shop(u"orders"_s), {io, work, nowhere(), citusCapabilities()}, nullptr);
        wizard.show();
        auto *next = buttonSaying<QPushButton>(wizard, u"Next"_s);
        QVERIFY(!next->isEnabled());
        QTRY_VERIFY(allTexts(wizard).contains(u"could not be counted"_s)); // nobody is there
        wizard.showTenants(QList<TenantShare>{{u"4711"_s, 90'000, 0.9}, {u"5"_s, 100, 0.001}});
        auto &list = *wizard.findChild<QTableWidget *>();
        QCOMPARE(list.item(0, 2)->text().replace(QChar::Nbsp, u' '), u"90.0 %"_s);
        list.setCurrentCell(0, 0);
        QCOMPARE(wizard.findChild<QLineEdit *>()->text(), u"4711"_s);
        QVERIFY(next->isEnabled());
        wizard.findChild<QLineEdit *>()->clear();
        QVERIFY(!next->isEnabled());
    }

    void comingBackNamesItsTablesAndTakesThoseAlongThatForeignKeysConnect()
    {
        IoThread io;
        // Jobs outlive the wizards that began them: they end before what they use.
        const auto jobsEnd = qScopeGuard([] { QVERIFY(Job::stopAll(std::chrono::seconds(20))); });
        RunningWork work;
        const WizardContext context{io, work, nowhere(), citusCapabilities()};
        UndistributeWizard tables({{shop(u"orders"_s), shop(u"customer"_s)}, {}, true}, context, nullptr);
        QVERIFY2(allTexts(tables).contains(u"shop.orders, shop.customer"_s), qPrintable(allTexts(tables)));
        QVERIFY(buttonSaying<QCheckBox>(tables, u"What foreign keys connect"_s)->isChecked());
        UndistributeWizard schema({{}, u"shop"_s, true}, context, nullptr);
        QVERIFY2(allTexts(schema).contains(u"All tables of the schema shop"_s), qPrintable(allTexts(schema)));
        QVERIFY(buttonSaying<QCheckBox>(schema, u"What foreign keys connect"_s)->isHidden());
    }

    void aTableIsSpreadAnewOnlyWhenSomethingChanges()
    {
        IoThread io;
        // Jobs outlive the wizards that began them: they end before what they use.
        const auto jobsEnd = qScopeGuard([] { QVERIFY(Job::stopAll(std::chrono::seconds(20))); });
        RunningWork work;
        AlterShardingWizard wizard(shop(u"orders"_s), {io, work, nowhere(), citusCapabilities()}, nullptr);
        wizard.show();
        ShardingFacts known = facts();
        ShardingTable &orders = known.tables[0];
        orders.kind = TableKind::Distributed;
        orders.distributionColumn = u"customer_id"_s;
        orders.shardCount = 32;
        orders.colocationId = 9;
        GroupFacts own = known.cluster.groups.first();
        own.group.id = 9;
        own.members = {u"shop.orders"_s, u"shop.invoice"_s};
        known.cluster.groups << own;
        wizard.showFacts(known);
        auto *next = buttonSaying<QPushButton>(wizard, u"Next"_s);
        QVERIFY(!next->isEnabled());
        QVERIFY2(allTexts(wizard).contains(u"shop.invoice"_s), qPrintable(allTexts(wizard)));
        wizard.setShardCount(64);
        QVERIFY(next->isEnabled());
        QCOMPARE(wizard.settings().shardCount, 64);
        QVERIFY(wizard.settings().cascade); // or its foreign keys to the others would be lost
        wizard.setShardCount(32);
        QVERIFY(!next->isEnabled());
        QCOMPARE(wizard.settings(), (AlterShardingSettings{shop(u"orders"_s), {}, 0, {}, true, {}}));
    }

    void withoutCitusTheWizardSaysWhatItTakes()
    {
        IoThread io;
        // Jobs outlive the wizards that began them: they end before what they use.
        const auto jobsEnd = qScopeGuard([] { QVERIFY(Job::stopAll(std::chrono::seconds(20))); });
        RunningWork work;
        DistributeWizard wizard(DistributeDraft::ofTables({shop(u"orders"_s)}), {io, work, {}, {}}, nullptr);
        wizard.show();
        QVERIFY2(allTexts(wizard).contains(u"does not have the citus extension"_s), qPrintable(allTexts(wizard)));
        QVERIFY(!buttonSaying<QPushButton>(wizard, u"Next"_s)->isEnabled());
    }

    void aServerThatIsNotThereIsSaidAndTriedAgain()
    {
        IoThread io;
        // Jobs outlive the wizards that began them: they end before what they use.
        const auto jobsEnd = qScopeGuard([] { QVERIFY(Job::stopAll(std::chrono::seconds(20))); });
        RunningWork work;
        DistributeWizard wizard(
            DistributeDraft::ofTables({shop(u"orders"_s)}), {io, work, nowhere(), citusCapabilities()}, nullptr);
        wizard.show();
        QTRY_VERIFY(allTexts(wizard).contains(u"The tables could not be read"_s));
        QVERIFY(!buttonSaying<QPushButton>(wizard, u"Next"_s)->isEnabled());
        buttonSaying<QPushButton>(wizard.tablesPage(), u"Retry"_s)->click();
        QVERIFY(wizard.isReading());
    }
};

SHARDBOARD_UI_TEST_MAIN(TestDistributeWizard)
#include "test_distributewizard.moc"
