// SPDX-License-Identifier: GPL-3.0-or-later
// A dashboard as a page: time range and zooms, variables, saving, editing and kiosk, and words for how fresh it is.
// Without a server: the session is never opened.
#include "connection/iothread.h"
#include "connection/session.h"
#include "tests/support/testmain.h"
#include "tests/support/trusted.h"
#include "tests/ui/sampledata.h"
#include "ui/common/errorview.h"
#include "ui/common/theme.h"
#include "ui/dashboard/dashboardcanvas.h"
#include "ui/dashboard/dashboardexport.h"
#include "ui/dashboard/dashboardview.h"
#include "ui/dashboard/livebutton.h"
#include "ui/dashboard/variablepicker.h"

#include <QAction>
#include <QApplication>
#include <QComboBox>
#include <QFile>
#include <QInputDialog>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QRegularExpression>
#include <QTemporaryDir>

using namespace Shardboard;
using namespace Shardboard::Testing;

namespace {

Document sampleDocument()
{
    Document document;
    document.id = QStringLiteral("traffic");
    document.title = QStringLiteral("Traffic");
    document.timeZone = QStringLiteral("Europe/Berlin");
    Variable site;
    site.name = QStringLiteral("site");
    site.label = QStringLiteral("Site");
    site.kind = Variable::Kind::List;
    site.values = {QStringLiteral("1"), QStringLiteral("12"), QStringLiteral("21")};
    document.variables = {site};
    document.panels
        = {makePanel(Panel::Kind::TimeSeries, QStringLiteral("requests"), QStringLiteral("Requests"), {0, 0, 12, 6}),
            makePanel(Panel::Kind::Text, QStringLiteral("about"), QStringLiteral("About"), {0, 6, 12, 20})};
    document.panels[0].timeColumn = QStringLiteral("bucket");
    document.panels[1].text = QStringLiteral("What this is.");
    return document;
}

QDateTime sampleNow()
{
    return QDateTime::fromMSecsSinceEpoch(sampleEnd, Qt::UTC);
}

} // namespace

class TestDashboardView : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { Theme::instance().apply(Theme::Mode::Light); }

    void init()
    {
        Testing::failOnWarnings();
        m_session = std::make_unique<Session>(m_io, ConnectionSettings(), SessionPurpose::Dashboard);
        m_view = std::make_unique<DashboardView>(
            *m_session, trusted(sampleDocument()), QHash<QString, QString>(), nullptr, &sampleNow);
        m_view->resize(1000, 600);
        m_view->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_view.get()));
    }

    void cleanup()
    {
        m_view.reset();
        m_session.reset();
    }

    void zoomsHaveAWayBack()
    {
        const TimeSpan first{sampleEnd - 3 * hour, sampleEnd - 2 * hour};
        const TimeSpan second{sampleEnd - 3 * hour, sampleEnd - 2 * hour - 30 * minute};
        Q_EMIT m_view->canvas().zoomRequested(first);
        QCOMPARE(m_view->refresher().timeRange(), absoluteTimeRange(first));
        Q_EMIT m_view->canvas().zoomRequested(second);
        QCOMPARE(m_view->bar().timeRangePicker()->text(),
            QStringLiteral("2026-11-21 08:00 – 2026-11-21 08:30 (Europe/Berlin)"));
        Q_EMIT m_view->canvas().zoomOutRequested();
        QCOMPARE(m_view->refresher().timeRange(), absoluteTimeRange(first));
        m_view->actions().zoomOut->trigger();
        QCOMPARE(m_view->refresher().timeRange(), sampleDocument().timeRange);
        QCOMPARE(m_view->bar().timeRangePicker()->text(), QStringLiteral("Last 6 hours"));
    }

    void aRangeIsTypedInTheGrammarAndExplained()
    {
        TimeRangePopup *popup = m_view->bar().timeRangePicker()->popup();
        popup->fromEdit()->setText(QStringLiteral("now-1d/d"));
        popup->toEdit()->setText(QStringLiteral("now/d"));
        QCOMPARE(popup->meaning(), QStringLiteral("2026-11-20 00:00:00\nto 2026-11-22 00:00:00"));
        QTest::keyClick(popup->toEdit(), Qt::Key_Return);
        QCOMPARE(m_view->refresher().timeRange(), (TimeRange{QStringLiteral("now-1d/d"), QStringLiteral("now/d")}));

        QSignalSpy chosen(popup, &TimeRangePopup::rangeChosen);
        popup->fromEdit()->setText(QStringLiteral("yesterday-ish"));
        QVERIFY2(popup->meaning().contains(QStringLiteral("yesterday-ish")), qPrintable(popup->meaning()));
        QTest::keyClick(popup->fromEdit(), Qt::Key_Return);
        QCOMPARE(chosen.size(), 0);
        popup->fromEdit()->setText(QStringLiteral("now"));
        popup->toEdit()->setText(QStringLiteral("now-1h"));
        QVERIFY2(popup->meaning().contains(QStringLiteral("backwards")), qPrintable(popup->meaning()));
    }

    void aPresetIsOneClick()
    {
        QListWidget *presets = m_view->bar().timeRangePicker()->popup()->presets();
        const auto found = presets->findItems(QStringLiteral("Last 24 hours"), Qt::MatchExactly);
        QCOMPARE(found.size(), 1);
        Q_EMIT presets->itemClicked(found[0]);
        QCOMPARE(m_view->refresher().timeRange(), (TimeRange{QStringLiteral("now-24h"), QStringLiteral("now")}));
    }

    void aVariableIsChosenOrSearchedFor()
    {
        VariablePicker *picker = m_view->bar().variablePicker(QStringLiteral("site"));
        QComboBox *combo = picker->combo();
        QCOMPARE(combo->currentText(), QStringLiteral("All"));
        QCOMPARE(combo->count(), 4);
        combo->setCurrentIndex(2);
        Q_EMIT combo->activated(2);
        QCOMPARE(m_view->refresher().variable(QStringLiteral("site")), QStringLiteral("12"));
        combo->lineEdit()->setText(QStringLiteral("21"));
        Q_EMIT combo->lineEdit()->editingFinished();
        QCOMPARE(m_view->refresher().variable(QStringLiteral("site")), QStringLiteral("21"));
        // What is no choice changes nothing and does not stay.
        combo->lineEdit()->setText(QStringLiteral("no such site"));
        Q_EMIT combo->lineEdit()->editingFinished();
        QCOMPARE(m_view->refresher().variable(QStringLiteral("site")), QStringLiteral("21"));
        QCOMPARE(combo->currentText(), QStringLiteral("21"));
        QCOMPARE(describeChoices(m_view->refresher()), QStringList{QStringLiteral("Site: 21")});
    }

    void savingIsAskedOfTheOwnerAndAFailureIsShown()
    {
        QSignalSpy saved(m_view.get(), &DashboardView::saveRequested);
        m_view->actions().save->trigger();
        QCOMPARE(saved.size(), 0);
        m_view->editor().renamePanel(QStringLiteral("requests"), QStringLiteral("Hits"));
        QVERIFY(m_view->isModified());
        m_view->setFocus();
        QTest::keySequence(m_view.get(), QKeySequence::Save);
        QCOMPARE(saved.size(), 1);
        QCOMPARE(saved[0][0].value<Document>().panels[0].title, QStringLiteral("Hits"));
        m_view->showError(QStringLiteral("Not saved"), ServerError::file(QStringLiteral("disk full")));
        auto *error = m_view->findChild<ErrorView *>();
        QVERIFY(error->isVisible());
        m_view->markSaved();
        QVERIFY(!error->isVisible());
        QVERIFY(!m_view->isModified());
        QVERIFY(!m_view->actions().save->isEnabled());
    }

    void theShownRangeBecomesTheDocuments()
    {
        QVERIFY(!m_view->actions().keepRange->isEnabled());
        m_view->setTimeRange({QStringLiteral("now-2d"), QStringLiteral("now")});
        m_view->actions().keepRange->trigger();
        QCOMPARE(m_view->document().timeRange.from, QStringLiteral("now-2d"));
        m_view->actions().undo->trigger();
        QCOMPARE(m_view->document().timeRange.from, QStringLiteral("now-6h"));
    }

    void aPanelIsRenamedWithoutWaiting()
    {
        Q_EMIT m_view->canvas().renameRequested(QStringLiteral("requests"));
        auto *dialog = m_view->findChild<QInputDialog *>();
        QVERIFY(dialog && dialog->isVisible());
        dialog->setTextValue(QStringLiteral(" Hits "));
        dialog->accept();
        QCOMPARE(m_view->document().panels[0].title, QStringLiteral("Hits"));
    }

    void escapeLeavesOneThingAtATime()
    {
        m_view->setKiosk(true);
        QVERIFY(!m_view->bar().isVisible());
        Q_EMIT m_view->canvas().fullViewRequested(QStringLiteral("requests"));
        QCOMPARE(m_view->canvas().panelAlone(), QStringLiteral("requests"));
        QSignalSpy fullScreen(m_view.get(), &DashboardView::fullScreenRequested);
        QTest::keyClick(m_view.get(), Qt::Key_Escape);
        QCOMPARE(m_view->canvas().panelAlone(), QString());
        QCOMPARE(fullScreen.size(), 0);
        QTest::keyClick(m_view.get(), Qt::Key_Escape);
        QCOMPARE(fullScreen.size(), 1);
        QCOMPARE(fullScreen[0][0].toBool(), false);
        m_view->setKiosk(false);
        m_view->actions().edit->trigger();
        QVERIFY(m_view->isEditing());
        QTest::keyClick(m_view.get(), Qt::Key_Escape);
        QVERIFY(!m_view->isEditing());
        QVERIFY(!m_view->actions().edit->isChecked());
    }

    void theLinkIsToldTruly()
    {
        QCOMPARE(m_view->bar().liveButton()->link(), LiveButton::Link::Closed);
        QCOMPARE(m_view->bar().liveButton()->text(), QStringLiteral("Offline"));
        m_view->bar().liveButton()->click();
        QVERIFY(m_view->refresher().isPaused());
        m_view->bar().liveButton()->click();
        QVERIFY(!m_view->refresher().isPaused());
    }

    void aTitleIsFitForAFileAndNoFileReplacesAnother()
    {
        QTemporaryDir folder;
        const QList<Panel> panels{makePanel(Panel::Kind::Table, QStringLiteral("a"), QStringLiteral("Top/10: sites")),
            makePanel(Panel::Kind::Table, QStringLiteral("b"), QStringLiteral("Top 10: sites")),
            makePanel(Panel::Kind::Text, QStringLiteral("c"), QStringLiteral("Text"))};
        PanelData rows;
        rows.table = makeTable({{QStringLiteral("n"), 23, -1, 0}}, {{"1"}, {"2"}});
        const auto names = writePanelsAsCsv(panels, {share(rows), share(rows), share(PanelData())}, folder.path());
        QVERIFY(names.isOk());
        QCOMPARE(*names, (QStringList{QStringLiteral("Top-10-sites.csv"), QStringLiteral("Top-10-sites-2.csv")}));
        QFile file(folder.filePath(QStringLiteral("Top-10-sites-2.csv")));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), QByteArray("n\n1\n2\n"));
        QVERIFY(writePanelsAsCsv(panels, {share(rows)}, QStringLiteral("/nonexistent")).isError());
    }

private:
    IoThread m_io;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<DashboardView> m_view;
};

SHARDBOARD_UI_TEST_MAIN(TestDashboardView)
#include "test_dashboardview.moc"
