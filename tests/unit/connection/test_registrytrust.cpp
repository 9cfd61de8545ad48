// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/registrytrust.h"
#include "tests/support/results.h"
#include "tests/support/testmain.h"

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;

class TestRegistryTrust : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u"."_s)); }

    void noRowsMeansSafe()
    {
        QVERIFY(!RegistryTrust::refusal(resultOf(3, {})));
        QVERIFY(RegistryTrust::verdict(resultOf(3, {})).isOk());
    }

    void objectsOfOthersAreNamedWithTheirOwner()
    {
        const auto error = RegistryTrust::refusal(
            resultOf(3, {{u"function"_s, u"pwn"_s, u"app"_s}, {u"view"_s, u"rollup_status"_s, u"app"_s}}));
        QVERIFY(error);
        QVERIFY2(error->message.contains(u"\"app\""_s), qPrintable(error->toText()));
        QVERIFY2(error->detail.contains(u"function pwn (app), view rollup_status (app)"_s), qPrintable(error->detail));
        QVERIFY(!error->hint.isEmpty());
    }

    void longListsAreCut()
    {
        QList<QStringList> rows;
        for (int i = 0; i < 40; ++i)
            rows << QStringList{u"function"_s, u"f%1"_s.arg(i), u"app"_s};
        const auto error = RegistryTrust::refusal(resultOf(3, rows));
        QVERIFY(error);
        QVERIFY2(error->detail.endsWith(u"35 more."_s), qPrintable(error->detail));
    }

    void failedQueryIsAnError()
    {
        const ServerError error = ServerError::connection(u"gone"_s);
        QCOMPARE(RegistryTrust::verdict(error).error().message, u"gone"_s);
        QVERIFY(RegistryTrust::verdict(Cancelled{}).isCancelled());
    }

    void onlyTheSchemasOwnNameAsksForTheCheck()
    {
        for (const QString &sql : {u"CALL shardboard.run_rollup('x')"_s, u"SELECT 'shardboard.rollup'::regclass"_s,
                 u"SELECT * FROM \"shardboard\".rollup"_s, u"SET search_path = Shardboard, public"_s})
            QVERIFY2(RegistryTrust::isNeededFor(Query(sql)), qPrintable(sql));
        for (const QString &sql : {u"ROLLBACK TO SAVEPOINT shardboard_import"_s, u"LISTEN shardboard_rollup"_s,
                 u"SELECT s.shardboard_row FROM pg_temp.shardboard_import AS s"_s, RegistryTrust::query().sql})
            QVERIFY2(!RegistryTrust::isNeededFor(Query(sql)), qPrintable(sql));
    }

    /// Under any search_path: every function, relation, operator and type is qualified.
    void everyNameIsQualified()
    {
        const QString sql = RegistryTrust::query().sql;
        static const QRegularExpression bareCall(u"(?<![.\\w])(?!AS\\b|IN\\b|EXISTS\\b|ANY\\b|SELECT\\b|WHERE\\b|"
                                                 u"OPERATOR\\b|AND\\b|NOT\\b|who\\b|coalesce\\b)"
                                                 "[A-Za-z_]+ ?\\("_s);
        QString rest = sql;
        rest.remove(QRegularExpression(u"\\b(who|mine|trusted|home|relations|written|objects) AS \\("_s));
        const auto call = bareCall.match(rest);
        QVERIFY2(!call.hasMatch(), qPrintable(call.captured()));
        rest.remove(QRegularExpression(u"OPERATOR\\(pg_catalog\\.(=|<>)\\)"_s));
        const auto sign = QRegularExpression(u"[=<>~+|*/-]"_s).match(rest);
        QVERIFY2(!sign.hasMatch(), qPrintable(rest.mid(sign.capturedStart() - 20, 40)));
    }
};

SHARDBOARD_TEST_MAIN(TestRegistryTrust)
#include "test_registrytrust.moc"
