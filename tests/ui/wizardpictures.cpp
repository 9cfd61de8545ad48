// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/wizardpictures.h"

#include "admin/executor.h"
#include "admin/planner.h"
#include "admin/planning.h"
#include "connection/syncsession.h"
#include "ui/wizards/altershardingwizard.h"
#include "ui/wizards/distributewizard.h"
#include "ui/wizards/isolatetenantwizard.h"
#include "ui/wizards/partitionkeeppage.h"
#include "ui/wizards/partitionrangepage.h"
#include "ui/wizards/partitionwizard.h"
#include "ui/wizards/preflightpage.h"
#include "ui/wizards/rollupbackfillpage.h"
#include "ui/wizards/rollupdimensionspage.h"
#include "ui/wizards/rolluplevelspage.h"
#include "ui/wizards/rollupmeasurespage.h"
#include "ui/wizards/rollupwizard.h"
#include "ui/wizards/undistributewizard.h"

#include <QCheckBox>
#include <QListWidget>
#include <QPushButton>
#include <QtTest>

#include <future>

namespace Shardboard::Testing {

using namespace Qt::StringLiterals;

namespace {

constexpr QSize pageSize(1120, 720);

// A shop that has something of everything: a unique key without the column, a table that others point to, a trigger.
const QStringList shop{u"DROP SCHEMA IF EXISTS example CASCADE"_s, u"CREATE SCHEMA example"_s,
    u"CREATE TABLE example.country (code text PRIMARY KEY, name text)"_s,
    u"CREATE TABLE example.customer (customer_id bigint PRIMARY KEY, country text REFERENCES example.country, "
    "email text UNIQUE, created_at timestamptz DEFAULT now())"_s,
    u"CREATE TABLE example.orders (order_id bigserial PRIMARY KEY, "
    "customer_id bigint NOT NULL REFERENCES example.customer, status text, total numeric(10,2))"_s,
    u"CREATE TABLE example.visit (site_id int NOT NULL, at timestamptz NOT NULL, url text)"_s,
    u"INSERT INTO example.country SELECT 'C' || i, 'Country ' || i FROM generate_series(1, 200) i"_s,
    u"INSERT INTO example.customer SELECT i, 'C' || i % 200 + 1, 'customer' || i || '@example.com' "
    "FROM generate_series(1, 20000) i"_s,
    u"INSERT INTO example.orders (customer_id, status, total) SELECT least(i % 20000 + 1, i % 7919 + 1), "
    "CASE i % 3 WHEN 0 THEN 'open' ELSE 'paid' END, i % 997 FROM generate_series(1, 100000) i"_s,
    u"INSERT INTO example.visit SELECT sqrt(i % 2500)::int, now(), '/' || i % 100 FROM generate_series(1, 50000) i"_s,
    u"ANALYZE example.country, example.customer, example.orders, example.visit"_s};

bool run(const WizardContext &context, const QStringList &statements)
{
    return std::async(std::launch::async, [&] {
        SyncSession session(context.io, context.profile.settings, SessionPurpose::Job);
        bool isOk = session.open().isOk();
        for (const QString &statement : statements)
            isOk = isOk && session.run(Query(statement)).isOk();
        return isOk;
    }).get();
}

/// The button that leads on, whatever it says.
QPushButton *nextButton(const WizardFrame &wizard)
{
    const auto buttons = wizard.findChildren<QPushButton *>();
    for (QPushButton *button : buttons) {
        if (button->isDefault() && button->isVisibleTo(&wizard))
            return button;
    }
    return nullptr;
}

/// Waits until the page can be left, and leaves it.
bool goOn(const WizardFrame &wizard)
{
    const auto isReady = [&] {
        const QPushButton *next = nextButton(wizard);
        return next && next->isEnabled();
    };
    if (!QTest::qWaitFor(isReady, 15000))
        return false;
    nextButton(wizard)->click();
    return true;
}

template <typename Wizard>
void show(Wizard &wizard)
{
    wizard.resize(pageSize);
    wizard.show();
}

/// Ticks the first fix of everything that stands in the way.
void chooseFixes(ShardingWizard &wizard)
{
    for (int round = 0; round < 10; ++round) {
        QTest::qWait(500);
        const auto boxes = wizard.preflightPage().findChildren<QCheckBox *>();
        const auto open = std::find_if(boxes.begin(), boxes.end(),
            [](const QCheckBox *box) { return !box->isChecked() && !box->objectName().isEmpty(); });
        if (nextButton(wizard)->isEnabled() || open == boxes.end())
            return;
        (*open)->click();
    }
}

bool drawDistribute(const WizardContext &context, const SavePicture &save)
{
    const QString schema = u"example"_s;
    DistributeWizard wizard(
        DistributeDraft::ofTables({{schema, u"country"_s}, {schema, u"customer"_s}, {schema, u"orders"_s}}), context,
        nullptr);
    show(wizard);
    const auto settle = [&] { return QTest::qWaitFor([&] { return !wizard.isReading(); }, 15000); };
    bool isDrawn = settle() && save(wizard, u"distribute-tables"_s) && goOn(wizard) && settle();
    isDrawn = isDrawn && save(wizard, u"distribute-column"_s) && goOn(wizard);
    isDrawn = isDrawn && save(wizard, u"distribute-colocation"_s) && goOn(wizard);
    isDrawn = isDrawn && save(wizard, u"distribute-locks"_s) && goOn(wizard);
    QTest::qWait(1500);
    isDrawn = isDrawn && save(wizard, u"distribute-preflight"_s);
    chooseFixes(wizard);
    isDrawn = isDrawn && save(wizard, u"distribute-fixed"_s) && goOn(wizard);
    QTest::qWait(1500);
    isDrawn = isDrawn && save(wizard, u"distribute-plan"_s) && goOn(wizard);
    const bool isDone = QTest::qWaitFor([&] { return !wizard.isRunning(); }, 60000);
    QTest::qWait(200);
    return isDrawn && isDone && save(wizard, u"distribute-report"_s);
}

bool drawSchema(const WizardContext &context, const SavePicture &save)
{
    DistributeWizard wizard(DistributeDraft::ofSchema(u"example"_s), context, nullptr);
    show(wizard);
    return QTest::qWaitFor([&] { return !wizard.isReading(); }, 15000) && save(wizard, u"distribute-schema"_s);
}

bool drawOneQuestion(ShardingWizard &wizard, const QString &name, const SavePicture &save)
{
    show(wizard);
    QTest::qWait(1000);
    bool isDrawn = save(wizard, name) && goOn(wizard);
    QTest::qWait(1500);
    isDrawn = isDrawn && save(wizard, name + u"-preflight"_s);
    chooseFixes(wizard);
    isDrawn = isDrawn && goOn(wizard);
    QTest::qWait(1500);
    return isDrawn && save(wizard, name + u"-plan"_s);
}

} // namespace

bool drawShardingWizards(const WizardContext &context, const SavePicture &savePicture)
{
    const SavePicture save = [&](QWidget &page, const QString &name) {
        QTest::qWait(200); // until all is laid out
        return savePicture(page, name);
    };
    if (!run(context, shop))
        return false;
    const QualifiedName orders{u"example"_s, u"orders"_s};
    bool isDrawn = drawSchema(context, save);
    isDrawn = drawDistribute(context, save) && isDrawn;
    AlterShardingWizard change(orders, context, nullptr);
    change.setShardCount(48);
    isDrawn = drawOneQuestion(change, u"change-distribution"_s, save) && isDrawn;
    IsolateTenantWizard isolate(orders, context, nullptr);
    isolate.setTenant(u"17"_s);
    isDrawn = drawOneQuestion(isolate, u"isolate-tenant"_s, save) && isDrawn;
    UndistributeWizard local({{orders}, {}, true}, context, nullptr);
    isDrawn = drawOneQuestion(local, u"make-local"_s, save) && isDrawn;
    return run(context, {u"DROP SCHEMA example CASCADE"_s}) && isDrawn;
}

bool drawPartitionWizard(const WizardContext &context, const SavePicture &savePicture)
{
    const SavePicture save = [&](QWidget &page, const QString &name) {
        QTest::qWait(200); // until all is laid out
        return savePicture(page, name);
    };
    const QStringList visits{u"DROP SCHEMA IF EXISTS example CASCADE"_s, u"CREATE SCHEMA example"_s,
        u"CREATE TABLE example.visit (visit_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, site_id int NOT NULL, "
        "visited_at timestamptz NOT NULL, url text)"_s,
        u"CREATE VIEW example.visits_by_site AS SELECT site_id, count(*) AS visits FROM example.visit GROUP BY site_id"_s,
        u"INSERT INTO example.visit (site_id, visited_at, url) SELECT i % 50, now() - i * interval '1 minute', '/' || "
        u"i % 100 "
        "FROM generate_series(1, 60000) i"_s,
        u"ANALYZE example.visit"_s};
    if (!run(context, visits))
        return false;
    PartitionWizard wizard({u"example"_s, u"visit"_s}, context, nullptr);
    show(wizard);
    bool isDrawn = QTest::qWaitFor([&] { return !wizard.isReading(); }, 15000);
    isDrawn = isDrawn && save(wizard, u"partition-table"_s) && goOn(wizard);
    isDrawn = isDrawn && save(wizard, u"partition-ranges"_s) && goOn(wizard);
    wizard.keepPage().setRetention(u"90 days"_s);
    isDrawn = isDrawn && save(wizard, u"partition-old"_s) && goOn(wizard);
    QTest::qWait(1000);
    isDrawn = isDrawn && save(wizard, u"partition-preflight"_s);
    chooseFixes(wizard);
    isDrawn = isDrawn && goOn(wizard);
    QTest::qWait(1000);
    isDrawn = isDrawn && save(wizard, u"partition-plan"_s) && goOn(wizard);
    const bool isDone = QTest::qWaitFor([&] { return !wizard.isRunning(); }, 60000);
    isDrawn = isDrawn && isDone && save(wizard, u"partition-report"_s);
    return run(context,
               {u"SELECT cron.unschedule(jobid) FROM cron.job WHERE command LIKE '%example.visit%'"_s,
                   u"DELETE FROM shardboard.partitioning WHERE table_name = 'example.visit'"_s,
                   u"DELETE FROM shardboard.retention WHERE table_name = 'example.visit'"_s,
                   u"DELETE FROM shardboard.conversion WHERE table_name = 'example.visit'"_s,
                   u"DROP SCHEMA example CASCADE"_s})
        && isDrawn;
}

namespace {

/// Drops the family that was drawn, with its jobs.
bool dropFamily(const WizardContext &context, const QString &finest)
{
    return std::async(std::launch::async, [&] {
        SyncSession session(context.io, context.profile.settings, SessionPurpose::Job);
        if (!session.open())
            return false;
        const auto plan = makePlan(session, dropRollupIntent(finest));
        return plan && PlanExecutor(session).apply(*plan).isComplete();
    }).get();
}

bool drawRollupQuestions(RollupWizard &wizard, const SavePicture &save)
{
    const auto settle = [&] { return QTest::qWaitFor([&] { return !wizard.isReading(); }, 20000); };
    bool isDrawn = settle() && save(wizard, u"rollup-source"_s) && goOn(wizard);
    wizard.levelsPage().choosePreset({u"1 minute"_s, u"5 minutes"_s, u"1 hour"_s, u"1 day"_s});
    isDrawn = isDrawn && save(wizard, u"rollup-buckets"_s) && goOn(wizard);
    wizard.dimensionsPage().addExpression(u"is_mobile"_s, u"user_agent LIKE '%Mobile%'"_s);
    isDrawn = isDrawn && settle() && save(wizard, u"rollup-dimensions"_s) && goOn(wizard) && settle();
    isDrawn = isDrawn && QTest::qWaitFor([&] { return wizard.currentStep() == RollupWizard::Measures; }, 10000);
    wizard.measuresPage().list().setCurrentRow(wizard.measuresPage().list().count() - 2);
    isDrawn = isDrawn && settle() && save(wizard, u"rollup-figures"_s) && goOn(wizard);
    isDrawn = isDrawn && QTest::qWaitFor([&] { return wizard.currentStep() == RollupWizard::Preview; }, 10000);
    return isDrawn && settle() && save(wizard, u"rollup-preview"_s);
}

} // namespace

bool drawRollupWizard(const WizardContext &context, const SavePicture &savePicture)
{
    const SavePicture save = [&](QWidget &page, const QString &name) {
        QTest::qWait(200); // until all is laid out
        return savePicture(page, name);
    };
    QStringList requests{u"DROP SCHEMA IF EXISTS example CASCADE"_s, u"CREATE SCHEMA example"_s,
        u"CREATE TABLE example.request (request_id bigint GENERATED BY DEFAULT AS IDENTITY, site_id int NOT NULL, "
        "requested_at timestamptz NOT NULL, status_code int, took_ms int, country text, ip_address text, "
        "user_agent text)"_s};
    if (context.server.hasCitus())
        requests << u"SELECT create_distributed_table('example.request', 'site_id', colocate_with := 'none')"_s;
    requests << u"INSERT INTO example.request (site_id, requested_at, status_code, took_ms, country, ip_address, "
                u"user_agent) "
                "SELECT i % 7, now() - i * interval '300 milliseconds', (ARRAY[200, 200, 200, 204, 404, 500])[i % "
                "6 + 1], "
                "i % 997, (ARRAY['DE', 'FR', 'US', 'JP', NULL])[i % 5 + 1], '10.0.' || i % 50 || '.' || i % 200, "
                "CASE i % 3 WHEN 0 THEN 'Mobile Safari' ELSE 'Firefox' END FROM generate_series(1, 600000) AS i"_s
             << u"ANALYZE example.request"_s;
    if (!run(context, requests))
        return false;
    RollupWizard wizard({u"example"_s, u"request"_s}, context, nullptr);
    show(wizard);
    bool isDrawn = drawRollupQuestions(wizard, save) && goOn(wizard);
    QTest::qWait(1500);
    isDrawn = isDrawn && save(wizard, u"rollup-plan"_s) && goOn(wizard);
    isDrawn
        = isDrawn && QTest::qWaitFor([&] { return !wizard.isRunning(); }, 60000) && save(wizard, u"rollup-report"_s);
    isDrawn = isDrawn && goOn(wizard);
    QTest::qWait(1500);
    isDrawn = isDrawn && save(wizard, u"rollup-backfill"_s);
    const auto isFilled = [&] { return QTest::qWaitFor([&] { return !wizard.isBackfilling(); }, 120000); };
    wizard.backfillPage().cancelButton().click();
    isDrawn = isDrawn && isFilled() && save(wizard, u"rollup-stopped"_s) && goOn(wizard); // and resumed
    isDrawn = isDrawn && isFilled() && save(wizard, u"rollup-filled"_s);
    return dropFamily(context, u"example.request_1min"_s) && run(context, {u"DROP SCHEMA example CASCADE"_s})
        && isDrawn;
}

} // namespace Shardboard::Testing
