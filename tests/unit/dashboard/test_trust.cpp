// SPDX-License-Identifier: GPL-3.0-or-later
// A document runs only when it came with the program or its very content was approved.
#include "dashboard/library.h"
#include "dashboard/trust.h"
#include "tests/support/testmain.h"

#include <QTemporaryDir>

#include <thread>
#include <type_traits>

using namespace Shardboard;
using namespace Qt::StringLiterals;

// No way round the store.
static_assert(!std::is_default_constructible_v<TrustedDocument>);
static_assert(!std::is_constructible_v<TrustedDocument, Document>);
static_assert(!std::is_convertible_v<Document, TrustedDocument>);

namespace {

Document sampleDocument()
{
    Document document;
    document.id = u"sample"_s;
    document.title = u"Sample"_s;
    document.timeRange = {u"now-1h"_s, u"now"_s};
    Variable site;
    site.name = u"site"_s;
    site.kind = Variable::Kind::Query;
    site.sql = u"SELECT site_id FROM site"_s;
    document.variables = {site};
    Panel panel;
    panel.id = u"a"_s;
    panel.title = u"Requests"_s;
    panel.kind = Panel::Kind::Stat;
    panel.sql = u"SELECT count(*) AS n FROM request"_s;
    FieldStyle field;
    field.column = u"n"_s;
    panel.fields = {field};
    document.panels = {panel};
    return document;
}

} // namespace

class TestTrust : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        QTest::failOnWarning(QRegularExpression(u"."_s));
        m_folder = std::make_unique<QTemporaryDir>();
        m_path = m_folder->filePath(u"deep/trusted.json"_s);
    }

    void whatCameWithTheProgramRuns()
    {
        const TrustStore store(m_path);
        int shipped = 0;
        for (const Library::Entry &entry : Library(m_folder->path()).list()) {
            const auto document = Library(m_folder->path()).load(entry.id);
            QVERIFY(document.isOk());
            QVERIFY2(store.check(*document), qPrintable(entry.id));
            ++shipped;
        }
        QVERIFY(shipped > 0);
    }

    // A file of the user's over a shipped one has its id and is another document.
    void anotherDocumentOfAShippedIdDoesNot()
    {
        Document document = *Library(m_folder->path()).load(u"http-traffic"_s);
        document.panels.first().sql += u" -- changed"_s;
        QVERIFY(!TrustStore(m_path).check(document));
    }

    void anApprovedOneRunsAlsoInTheNextProgram()
    {
        const Document document = sampleDocument();
        QVERIFY(!TrustStore(m_path).check(document));
        QVERIFY(!QFile::exists(m_path));
        TrustStore store(m_path);
        Completion saved = ServerError::usage(u"not called"_s);
        QCOMPARE(store.approve(document, &saved).document(), document);
        QVERIFY(saved.isOk());
        QVERIFY(TrustStore(m_path).check(document));
    }

    void everyChangeIsAskedAbout()
    {
        TrustStore store(m_path);
        store.approve(sampleDocument());
        const QList<std::function<void(Document &)>> changes{[](Document &d) { d.panels[0].sql = u"SELECT 2 AS n"_s; },
            [](Document &d) { d.variables[0].sql += u' '; }, [](Document &d) { d.panels[0].title = u"Other"_s; },
            [](Document &d) { d.panels[0].source = u"x"_s; },
            [](Document &d) {
                d.sources = {{u"x"_s, {{u"pg_authid"_s, 60, {}}}, {}}};
            },
            [](Document &d) { d.panels[0].text = u"![x](y)"_s; }, [](Document &d) { d.title += u'!'; },
            [](Document &d) { d.unknown.insert(u"later"_s, 1); },
            [](Document &d) { d.panels[0].unknown.insert(u"later"_s, u"SELECT 3"_s); },
            [](Document &d) { d.timeRange.from = u"now-2h"_s; }};
        for (const auto &change : changes) {
            Document document = sampleDocument();
            change(document);
            QVERIFY(!store.check(document));
            QVERIFY(documentHash(document) != documentHash(sampleDocument()));
        }
        QVERIFY(store.check(sampleDocument()));
    }

    // However the file is laid out, and in whatever order its keys come.
    void theSameDocumentHasTheSameHash()
    {
        QByteArray json = documentToJson(sampleDocument());
        const auto again = documentFromJson(json.replace("\n", " \n\t"));
        QVERIFY(again.isOk());
        QCOMPARE(documentHash(*again), documentHash(sampleDocument()));
        QCOMPARE(documentHash(*again).size(), 64);
    }

    void severalProgramsLoseNoApproval()
    {
        std::vector<std::thread> programs;
        for (int program = 0; program < 4; ++program)
            programs.emplace_back([this, program] {
                TrustStore store(m_path);
                for (int i = 0; i < 8; ++i) {
                    Document document = sampleDocument();
                    document.title = u"%1-%2"_s.arg(program).arg(i);
                    store.approve(document);
                }
            });
        for (std::thread &program : programs)
            program.join();
        for (int program = 0; program < 4; ++program)
            for (int i = 0; i < 8; ++i) {
                Document document = sampleDocument();
                document.title = u"%1-%2"_s.arg(program).arg(i);
                QVERIFY(TrustStore(m_path).check(document));
            }
    }

    void aStoreThatCannotBeReadTrustsNothingAndIsKept()
    {
        TrustStore(m_path).approve(sampleDocument());
        QFile file(m_path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("{ half");
        file.close();
        QVERIFY(!TrustStore(m_path).check(sampleDocument()));
        TrustStore store(m_path);
        Completion saved = Nothing{};
        store.approve(sampleDocument(), &saved);
        QVERIFY(saved.isError());
        QVERIFY(store.check(sampleDocument())); // for this program
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), QByteArray("{ half"));
    }

    void everyStatementIsListed()
    {
        Document document = sampleDocument();
        document.sources = {{u"traffic"_s, {{u"http_request_1min"_s, 60, {}}}, {}}};
        const QString summary = trustSummary(document);
        for (const QString &part : {u"SELECT site_id FROM site"_s, u"SELECT count(*) AS n FROM request"_s,
                 u"http_request_1min"_s, documentHash(document), u"Sample"_s})
            QVERIFY2(summary.contains(part), qPrintable(part));
    }

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_path;
};

SHARDBOARD_TEST_MAIN(TestTrust)
#include "test_trust.moc"
