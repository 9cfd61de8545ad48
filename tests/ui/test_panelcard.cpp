// SPDX-License-Identifier: GPL-3.0-or-later
// A panel's card in its four states: what is the matter, in plain words, and the way out.
#include "tests/support/testmain.h"
#include "tests/ui/sampledata.h"
#include "ui/charts/crosshair.h"
#include "ui/common/badge.h"
#include "ui/common/sqlview.h"
#include "ui/common/theme.h"
#include "ui/dashboard/panelcard.h"
#include "ui/dashboard/panelmessage.h"
#include "ui/dashboard/panelwords.h"

#include <QApplication>
#include <QClipboard>
#include <QDialog>
#include <QMenu>
#include <QPushButton>
#include <QRegularExpression>

using namespace Shardboard;
using namespace Shardboard::Testing;

namespace {

QPushButton *buttonCalled(QWidget &page, const QString &text)
{
    const auto buttons = page.findChildren<QPushButton *>();
    for (QPushButton *button : buttons)
        if (button->text() == text)
            return button;
    return nullptr;
}

QAction *actionCalled(QMenu &menu, const QString &text)
{
    Q_EMIT menu.aboutToShow();
    const auto actions = menu.actions();
    for (QAction *action : actions)
        if (action->text().remove(u'&') == text)
            return action;
    return nullptr;
}

} // namespace

class TestPanelCard : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { Theme::instance().apply(Theme::Mode::Light); }

    void init()
    {
        Testing::failOnWarnings();
        m_crosshair = std::make_unique<Crosshair>();
        m_card = std::make_unique<PanelCard>(
            makePanel(Panel::Kind::TimeSeries, QStringLiteral("requests"), QStringLiteral("Requests")), *m_crosshair,
            QTimeZone("Europe/Berlin"));
        m_card->resize(480, 280);
        m_card->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_card.get()));
    }

    void cleanup() { m_card.reset(); }

    void beforeTheFirstAnswerItSaysThatItLoads()
    {
        QVERIFY(!m_card->showsPicture());
        QVERIFY(m_card->message()->text().contains(QStringLiteral("Loading")));
    }

    void whileLoadingAgainTheOldPictureStays()
    {
        PanelData data = makeData({makeSeries(QStringLiteral("Requests"), 1240)});
        data.state = PanelData::State::Loading;
        data.isRefreshing = true;
        m_card->setData(share(data));
        QVERIFY(m_card->showsPicture());
        QVERIFY(m_card->content()->isVisible());
        QVERIFY(!m_card->message()->isVisible());
    }

    void emptySaysWhyAndWhatToDo_data()
    {
        QTest::addColumn<std::optional<qint64>>("completeUntil");
        QTest::addColumn<QString>("title");
        QTest::addColumn<QString>("words");
        QTest::newRow("nothing happened")
            << std::optional<qint64>(sampleEnd) << QStringLiteral("No data in this time range")
            << QStringLiteral("between 2026-11-21 05:00 and 2026-11-21 11:00");
        QTest::newRow("rollup behind") << std::optional<qint64>(sampleSpan.begin - hour)
                                       << QStringLiteral("Not complete yet") << QStringLiteral("2026-11-21 04:00");
        QTest::newRow("rollup never ran") << std::optional<qint64>() << QStringLiteral("No data in this time range")
                                          << QStringLiteral("a rollup that has not run yet is empty");
    }
    void emptySaysWhyAndWhatToDo()
    {
        QFETCH(std::optional<qint64>, completeUntil);
        QFETCH(QString, title);
        QFETCH(QString, words);
        PanelData data = makeData({});
        data.state = PanelData::State::Empty;
        data.completeUntil = completeUntil;
        m_card->setData(share(data));
        QVERIFY(m_card->message()->isVisible());
        const QString text = m_card->message()->text();
        QVERIFY2(text.startsWith(title + u'\n'), qPrintable(text));
        QVERIFY2(text.contains(words), qPrintable(text));
        QVERIFY(!buttonCalled(*m_card, QStringLiteral("Retry"))->isVisible());
    }

    void failedShowsTheServersWordsAndTheWaysOut()
    {
        PanelData data = makeData({});
        data.state = PanelData::State::Failed;
        data.error = ServerError();
        data.error->message = QStringLiteral("relation \"http_request_1min\" does not exist");
        data.error->hint = QStringLiteral("Apply the blueprint.");
        data.error->sqlState = QStringLiteral("42P01");
        m_card->setData(share(data));
        QCOMPARE(m_card->message()->text(),
            QStringLiteral("relation \"http_request_1min\" does not exist\nApply the blueprint."));
        QSignalSpy retried(m_card.get(), &PanelCard::retryRequested);
        buttonCalled(*m_card, QStringLiteral("Retry"))->click();
        QCOMPARE(retried.size(), 1);
        QCOMPARE(retried[0][0].toString(), QStringLiteral("requests"));

        buttonCalled(*m_card, QStringLiteral("Show SQL"))->click();
        auto *dialog = m_card->findChild<QDialog *>(QStringLiteral("panelSql"));
        QVERIFY(dialog && dialog->isVisible());
        QVERIFY(dialog->findChildren<SqlView *>().last()->sql().contains(QStringLiteral("FROM http_request_1min")));
        dialog->close();
    }

    void staleStaysWithItsTimeAndTheReason()
    {
        PanelData data = makeData({makeSeries(QStringLiteral("Requests"), 1240)});
        data.state = PanelData::State::Stale;
        data.updatedAt = sampleEnd - 65'000;
        data.error = ServerError::connection(QStringLiteral("server closed the connection unexpectedly"));
        m_card->setData(share(data));
        QVERIFY(m_card->showsPicture());
        QCOMPARE(m_card->staleText(), QStringLiteral("Data of 10:58:55"));
        QVERIFY(describeStale(data, QTimeZone::utc()).text.contains(QStringLiteral("closed the connection")));
        data.state = PanelData::State::Ready;
        m_card->setData(share(data));
        QCOMPARE(m_card->staleText(), QString());
    }

    void whatIsLeftOutIsSaid()
    {
        PanelData data = makeData({makeSeries(QStringLiteral("Requests"), 1240)});
        data.notes = {QStringLiteral("Only the first 1000 rows are shown; the query gives more.")};
        m_card->setData(share(data));
        auto *badge = m_card->findChild<Badge *>();
        QVERIFY(badge && badge->isVisible());
        QCOMPARE(badge->text(), QStringLiteral("Incomplete"));
        QCOMPARE(m_card->accessibleDescription(), data.notes.first());
        data.notes.clear();
        m_card->setData(share(data));
        QVERIFY(!badge->isVisible());
    }

    void theMenuCopiesWhatWasSent()
    {
        PanelData data = makeData({makeSeries(QStringLiteral("Requests"), 1240)});
        data.table = makeTable({{QStringLiteral("bucket"), 1184, -1, 0}, {QStringLiteral("n"), 1700, -1, 0}},
            {{"2026-11-21 09:59:00+00", "12345678901234567890.5"}, {"2026-11-21 10:00:00+00", std::nullopt}});
        m_card->setData(share(data));
        actionCalled(*m_card->menu(), QStringLiteral("Copy as CSV"))->trigger();
        QCOMPARE(QApplication::clipboard()->text(),
            QStringLiteral("bucket,n\n2026-11-21 09:59:00+00,12345678901234567890.5\n2026-11-21 10:00:00+00,\n"));
        actionCalled(*m_card->menu(), QStringLiteral("Copy as text"))->trigger();
        QVERIFY(QApplication::clipboard()->text().startsWith(QStringLiteral("Requests\nChart from 2026-11-21 05:00")));
        actionCalled(*m_card->menu(), QStringLiteral("Show data…"))->trigger();
        QVERIFY(m_card->findChild<QDialog *>(QStringLiteral("panelTable"))->isVisible());
    }

    void enterAndADoubleClickOnTheTitleShowItAlone()
    {
        m_card->setData(share(makeData({makeSeries(QStringLiteral("Requests"), 1240)})));
        QSignalSpy alone(m_card.get(), &PanelCard::fullViewRequested);
        m_card->content()->setFocus();
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
        QCOMPARE(alone.size(), 1);
        QTest::mouseDClick(m_card.get(), Qt::LeftButton, {}, QPoint(200, 16));
        QCOMPARE(alone.size(), 2);
    }

    void everyStateIsDrawnInBothThemes_data()
    {
        QTest::addColumn<PanelData::State>("state");
        QTest::addColumn<QString>("name");
        QTest::newRow("loading") << PanelData::State::Loading << QStringLiteral("loading");
        QTest::newRow("ready") << PanelData::State::Ready << QStringLiteral("ready");
        QTest::newRow("empty") << PanelData::State::Empty << QStringLiteral("empty");
        QTest::newRow("stale") << PanelData::State::Stale << QStringLiteral("stale");
        QTest::newRow("failed") << PanelData::State::Failed << QStringLiteral("failed");
    }
    void everyStateIsDrawnInBothThemes()
    {
        QFETCH(PanelData::State, state);
        QFETCH(QString, name);
        PanelData data = makeData({makeSeries(QStringLiteral("Requests"), 1240)});
        data.state = state;
        data.error = ServerError::usage(QStringLiteral("something went wrong"));
        m_card->setData(share(data));
        for (const auto mode : {Theme::Mode::Dark, Theme::Mode::Light}) {
            Theme::instance().apply(mode);
            const QImage image = m_card->grab().toImage();
            image.save(QStringLiteral("card-%1-%2.png")
                           .arg(name, Theme::instance().isDark() ? QStringLiteral("dark") : QStringLiteral("light")));
            QCOMPARE(image.pixelColor(240, 30), Theme::instance().card());
        }
    }

    void freshnessNamesTheOldestRollupAndTheZone()
    {
        PanelData first = makeData({});
        first.completeUntil = sampleEnd - 3000;
        PanelData second = makeData({});
        second.completeUntil = sampleEnd - 65'000;
        second.routedTo = QStringLiteral("http_request_1h");
        const QTimeZone berlin("Europe/Berlin");
        QCOMPARE(describeFreshness({share(first), share(second)}, sampleEnd, berlin),
            QStringLiteral("Complete until 10:58:55, 1\u00A0min\u00A05\u00A0s ago  ·  from http_request_1h, "
                           "http_request_1min  ·  times "
                           "in Europe/Berlin (UTC+1)"));
        // Another day is named.
        first.completeUntil = sampleEnd - 26 * hour;
        QVERIFY(describeFreshness({share(first)}, sampleEnd, berlin)
                    .startsWith(QStringLiteral("Complete until 2026-11-20 09:00:00, 1\u00A0d\u00A02\u00A0h ago")));
        QCOMPARE(describeFreshness({}, sampleEnd, QTimeZone::utc()), QStringLiteral("times in UTC"));
    }

private:
    std::unique_ptr<Crosshair> m_crosshair;
    std::unique_ptr<PanelCard> m_card;
};

SHARDBOARD_UI_TEST_MAIN(TestPanelCard)
#include "test_panelcard.moc"
