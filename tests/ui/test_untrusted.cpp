// SPDX-License-Identifier: GPL-3.0-or-later
// A dashboard from elsewhere: shown with its statements, without a session, until it is approved; asked about again
// when it has changed; and never in the place of another one unasked.
#include "connection/iothread.h"
#include "connection/server.h"
#include "tests/support/testmain.h"
#include "ui/common/theme.h"
#include "ui/workbench/dashboardspage.h"
#include "ui/workbench/untrustedtab.h"
#include "ui/workbench/workspace.h"

#include <QMessageBox>
#include <QPushButton>
#include <QSettings>
#include <QTemporaryDir>

using namespace Shardboard;
using namespace Qt::StringLiterals;

namespace {

Document documentNamed(const QString &id, const QString &sql = u"SELECT 1 AS n"_s)
{
    Document document;
    document.id = id;
    document.title = id;
    document.timeRange = {u"now-1h"_s, u"now"_s};
    Panel panel;
    panel.id = u"a"_s;
    panel.title = u"A\n-- not a comment of the list\r; DROP TABLE x"_s;
    panel.kind = Panel::Kind::Stat;
    panel.sql = sql;
    FieldStyle field;
    field.column = u"n"_s;
    panel.fields = {field};
    document.panels = {panel};
    return document;
}

Profile nowhere()
{
    Profile profile;
    profile.settings.keywords = {{u"host"_s, u"127.0.0.1"_s}, {u"port"_s, u"1"_s}, {u"user"_s, u"ada"_s}};
    return profile;
}

void write(const QString &path, const Document &document)
{
    QVERIFY(QDir().mkpath(QFileInfo(path).path()));
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(documentToJson(document));
}

/// A program of its own over the same folder.
struct Program
{
    explicit Program(const QTemporaryDir &folder)
        : library(folder.filePath(u"dashboards"_s)), trust(folder.filePath(u"trusted.json"_s))
    {
        workspace.resize(1000, 700);
        workspace.show();
        workspace.attach(server, u"key"_s, u"ada@db:5432/app"_s);
    }
    ~Program() { workspace.detach(); }

    IoThread io;
    Server server{io, nowhere()};
    Library library;
    TrustStore trust;
    Workspace workspace{library, trust};

    QMessageBox *box()
    {
        const auto boxes = workspace.findChildren<QMessageBox *>();
        return boxes.isEmpty() ? nullptr : boxes.last();
    }
    void answer(QMessageBox::ButtonRole role)
    {
        QMessageBox *shown = box();
        for (QAbstractButton *button : shown->buttons())
            if (shown->buttonRole(button) == role)
                return button->click();
    }
};

} // namespace

class TestUntrusted : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QApplication::setApplicationName(u"shardboard-test"_s);
        Theme::instance().apply(Theme::Mode::Light);
    }
    void init()
    {
        Testing::failOnWarnings();
        QSettings().clear();
        m_folder = std::make_unique<QTemporaryDir>();
        m_file = m_folder->filePath(u"elsewhere/x.json"_s);
        write(m_file, documentNamed(u"x"_s));
    }

    void aFileShowsItsStatementsAndRunsWhenApproved()
    {
        Program program(*m_folder);
        program.workspace.openFile(m_file);
        QCOMPARE(program.workspace.tabs().size(), 0);
        QCOMPARE(program.workspace.untrustedTabs().size(), 1);
        UntrustedTab *tab = program.workspace.untrustedTabs().first();
        QVERIFY(tab->listing().contains(u"SELECT 1 AS n"_s));
        // The panel's title stays inside its comment.
        for (const QString &line : tab->listing().split(u'\n'))
            QVERIFY2(line.startsWith(u"--"_s) || line == u"SELECT 1 AS n", qPrintable(line));
        program.workspace.openFile(m_file); // no second tab
        QCOMPARE(program.workspace.untrustedTabs().size(), 1);
        const int index = program.workspace.indexOf(tab);
        tab->runButton().click();
        QTRY_COMPARE(program.workspace.untrustedTabs().size(), 0);
        QCOMPARE(program.workspace.tabs().size(), 1);
        QCOMPARE(program.workspace.indexOf(program.workspace.tabs().first()), index);

        Program next(*m_folder); // asked once
        QTRY_COMPARE(next.workspace.untrustedTabs().size(), 0);
        next.workspace.openFile(m_file);
        QCOMPARE(next.workspace.tabs().size(), 1);
    }

    void closeLeavesItUnapproved()
    {
        Program program(*m_folder);
        program.workspace.openFile(m_file);
        program.workspace.untrustedTabs().first()->closeButton().click();
        QTRY_COMPARE(program.workspace.untrustedTabs().size(), 0);
        QCOMPARE(program.workspace.tabs().size(), 0);
        program.workspace.openFile(m_file);
        QCOMPARE(program.workspace.untrustedTabs().size(), 1);
    }

    // What is opened again at the next connect is asked about when it has changed, and while it waits to be approved.
    void theNextConnectRunsNothingUnapproved()
    {
        {
            Program program(*m_folder);
            program.workspace.openFile(m_file);
            program.workspace.untrustedTabs().first()->runButton().click();
            QTRY_COMPARE(program.workspace.tabs().size(), 1);
        }
        write(m_file, documentNamed(u"x"_s, u"SELECT 2 AS n"_s));
        {
            const Program program(*m_folder);
            QCOMPARE(program.workspace.tabs().size(), 0);
            QCOMPARE(program.workspace.untrustedTabs().size(), 1);
        }
        const Program program(*m_folder);
        QCOMPARE(program.workspace.tabs().size(), 0);
        QCOMPARE(program.workspace.untrustedTabs().size(), 1);
    }

    void aFileThatAppearsInTheLibraryIsAskedAbout()
    {
        Program program(*m_folder);
        write(m_folder->filePath(u"dashboards/http-traffic.json"_s), documentNamed(u"http-traffic"_s));
        program.workspace.openDashboard(u"http-traffic"_s);
        QCOMPARE(program.workspace.untrustedTabs().size(), 1);
        QCOMPARE(program.workspace.tabs().size(), 0);
    }

    void shippedOnesRunUnaskedAlsoForAnotherSchema()
    {
        Program program(*m_folder);
        program.workspace.openDashboard(u"http-traffic"_s);
        program.workspace.openForSchema(u"http-traffic"_s, u"web"_s);
        QCOMPARE(program.workspace.tabs().size(), 2);
        QCOMPARE(program.workspace.untrustedTabs().size(), 0);
    }

    // The copy of a dashboard that may not run may not run either.
    void aCopyForAnotherSchemaOfAStrangersIsAskedAbout()
    {
        Program program(*m_folder);
        write(m_folder->filePath(u"dashboards/http-traffic.json"_s), documentNamed(u"http-traffic"_s));
        program.workspace.openForSchema(u"http-traffic"_s, u"web"_s);
        QCOMPARE(program.workspace.tabs().size(), 0);
        QCOMPARE(program.workspace.untrustedTabs().size(), 1);
    }

    void anImportedOneIsNotApprovedByThat()
    {
        Program program(*m_folder);
        program.workspace.listPage().importFrom(m_file);
        QCOMPARE(program.library.load(u"x"_s)->panels.first().sql, u"SELECT 1 AS n"_s);
        QCOMPARE(program.workspace.tabs().size(), 0);
        QCOMPARE(program.workspace.untrustedTabs().size(), 1);
    }

    void anImportNeverReplacesUnasked_data()
    {
        QTest::addColumn<QString>("id");
        QTest::newRow("a shipped one") << u"http-traffic"_s;
        QTest::newRow("one of the user's") << u"mine"_s;
    }
    void anImportNeverReplacesUnasked()
    {
        QFETCH(QString, id);
        Program program(*m_folder);
        if (id == u"mine")
            QVERIFY(program.library.save(documentNamed(id)).isOk());
        const Document before = *program.library.load(id);
        const auto count = program.library.list().size();
        const Document imported = documentNamed(id, u"SELECT 3 AS n"_s);
        write(m_file, imported);

        program.workspace.listPage().importFrom(m_file);
        QVERIFY(program.box());
        QCOMPARE(*program.library.load(id), before);
        program.box()->reject();
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        QCOMPARE(*program.library.load(id), before);
        QCOMPARE(program.library.list().size(), count);

        program.workspace.listPage().importFrom(m_file);
        program.answer(QMessageBox::AcceptRole); // keep both
        QCOMPARE(*program.library.load(id), before);
        QCOMPARE(program.library.list().size(), count + 1);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);

        program.workspace.listPage().importFrom(m_file);
        program.answer(QMessageBox::DestructiveRole); // replace
        QCOMPARE(*program.library.load(id), imported);
        QCOMPARE(program.workspace.tabs().size(), 0);
    }

    void aFileThatAnotherProgramChangedIsNotOverwrittenUnasked()
    {
        Program program(*m_folder);
        program.trust.approve(documentNamed(u"x"_s));
        program.workspace.openFile(m_file);
        QCOMPARE(program.workspace.tabs().size(), 1);
        DashboardTab *tab = program.workspace.tabs().first();
        tab->view().editor().renameDashboard(u"Mine"_s);
        const Document theirs = documentNamed(u"x"_s, u"SELECT 4 AS n"_s);
        write(m_file, theirs);
        tab->save();
        QVERIFY(program.box());
        QVERIFY(tab->view().isModified());
        QCOMPARE(*Library::loadFile(m_file), theirs);
        program.answer(QMessageBox::DestructiveRole); // overwrite
        QVERIFY(!tab->view().isModified());
        QCOMPARE(Library::loadFile(m_file)->title, u"Mine"_s);
        // What was saved here may run.
        QVERIFY(program.trust.check(*Library::loadFile(m_file)));
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        tab->view().editor().renameDashboard(u"Mine again"_s);
        tab->save();
        QVERIFY(!program.box());
        QVERIFY(!tab->view().isModified());
    }

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_file;
};

SHARDBOARD_UI_TEST_MAIN(TestUntrusted)
#include "test_untrusted.moc"
