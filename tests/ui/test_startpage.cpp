// SPDX-License-Identifier: GPL-3.0-or-later
// The start page: whatever is pasted is read at once, saved connections are cards for mouse and keyboard, nothing is
// lost without a way back.
#include "tests/support/testmain.h"
#include "ui/common/errorview.h"
#include "ui/common/theme.h"
#include "ui/common/undobar.h"
#include "ui/connection/cardlist.h"
#include "ui/connection/connectionbook.h"
#include "ui/connection/pastebox.h"
#include "ui/connection/startpage.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QLabel>
#include <QPushButton>
#include <QRegularExpression>
#include <QTemporaryDir>

using namespace Shardboard;

namespace {

Profile profileNamed(const QString &name)
{
    Profile profile;
    profile.name = name;
    profile.settings.keywords = {{QStringLiteral("host"), name + QStringLiteral(".example.com")},
        {QStringLiteral("user"), QStringLiteral("ada")}, {QStringLiteral("dbname"), QStringLiteral("traffic")}};
    return profile;
}

template <typename Widget>
Widget *named(QWidget &page, const QString &accessibleName)
{
    const auto children = page.findChildren<Widget *>();
    for (Widget *child : children)
        if (child->accessibleName() == accessibleName)
            return child;
    return nullptr;
}

QPushButton *buttonCalled(QWidget &page, const QString &text)
{
    const auto buttons = page.findChildren<QPushButton *>();
    for (QPushButton *button : buttons)
        if (button->text() == text)
            return button;
    return nullptr;
}

} // namespace

class TestStartPage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        qputenv("PGSERVICEFILE", "/nonexistent");
        Theme::instance().apply(Theme::Mode::Light);
    }

    void init()
    {
        Testing::failOnWarnings();
        m_folder = std::make_unique<QTemporaryDir>();
        m_path = m_folder->filePath(QStringLiteral("connections.json"));
        m_book = std::make_unique<ConnectionBook>(ProfileStore(m_path));
        for (const char *name : {"alpha", "beta", "gamma"})
            QVERIFY(m_book->put(profileNamed(QLatin1String(name))).isOk());
        m_page = std::make_unique<StartPage>(*m_book);
        m_page->resize(1000, 700);
        m_page->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_page.get()));
        m_cards = named<CardList>(*m_page, QStringLiteral("Saved connections"));
        QVERIFY(m_cards);
    }

    void cleanup()
    {
        m_page.reset();
        m_book.reset();
    }

    void aPastedTextIsReadWhileItIsTyped_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("reading");
        QTest::newRow("uri") << QStringLiteral("postgresql://ada@db.example.com:5433/app?sslmode=require")
                             << QStringLiteral("URI → ada@db.example.com:5433/app");
        QTest::newRow("key=value") << QStringLiteral("host=db.example.com user=ada dbname=app port=5433")
                                   << QStringLiteral("key=value → ada@db.example.com:5433/app");
        QTest::newRow("psql") << QStringLiteral("psql -h db.example.com -p 5433 -U ada app")
                              << QStringLiteral("psql command → ada@db.example.com:5433/app");
        QTest::newRow("export") << QStringLiteral(
            "export PGHOST=db.example.com\nexport PGPORT=5433\nexport PGUSER=ada\n"
            "export PGDATABASE=app")
                                << QStringLiteral("export lines → ada@db.example.com:5433/app");
        QTest::newRow("jdbc") << QStringLiteral("jdbc:postgresql://db.example.com:5433/app?user=ada")
                              << QStringLiteral("JDBC URL → ada@db.example.com:5433/app");
    }
    void aPastedTextIsReadWhileItIsTyped()
    {
        QFETCH(QString, text);
        QFETCH(QString, reading);
        m_page->pasteBox().setText(text);
        QCOMPARE(m_page->pasteBox().reading(), reading);
        QSignalSpy connecting(m_page.get(), &StartPage::connectRequested);
        auto *edit = m_page->findChild<PasteEdit *>();
        QTest::keyClick(edit, Qt::Key_Return);
        QCOMPARE(connecting.count(), 1);
        const auto profile = connecting.first().first().value<Profile>();
        QCOMPARE(profile.settings.value(QStringLiteral("port")), QStringLiteral("5433"));
    }

    void whatMakesNoSenseIsSaidAndCannotBeSent()
    {
        m_page->pasteBox().setText(QStringLiteral("postgresql://db/app?nosuchthing=1"));
        QVERIFY2(m_page->pasteBox().reading().contains(QStringLiteral("parameter \"nosuchthing\"")),
            qPrintable(m_page->pasteBox().reading()));
        QVERIFY(!buttonCalled(*m_page, QStringLiteral("Connect"))->isEnabled());
        QSignalSpy connecting(m_page.get(), &StartPage::connectRequested);
        QTest::keyClick(m_page->findChild<PasteEdit *>(), Qt::Key_Return);
        QCOMPARE(connecting.count(), 0);
    }

    void cardsAreChosenWithArrowsAndEnter()
    {
        QSignalSpy connecting(m_page.get(), &StartPage::connectRequested);
        m_cards->setFocus();
        QCOMPARE(m_cards->currentIndex().row(), 0);
        QTest::keyClick(m_cards, Qt::Key_Right);
        QTest::keyClick(m_cards, Qt::Key_Return);
        QCOMPARE(connecting.count(), 1);
        QCOMPARE(connecting.first().first().value<Profile>().name, QStringLiteral("beta"));
    }

    void aRemovedConnectionCanBePutBackWhereItWas()
    {
        m_cards->setFocus();
        m_cards->setCurrentIndex(m_book->index(1));
        QTest::keyClick(m_cards, Qt::Key_Delete);
        QCOMPARE(namesOnDisk(), (QStringList{QStringLiteral("alpha"), QStringLiteral("gamma")}));
        QSignalSpy forgotten(m_page.get(), &StartPage::forgotten);
        buttonCalled(*m_page, QStringLiteral("Undo"))->click();
        QCOMPARE(
            namesOnDisk(), (QStringList{QStringLiteral("alpha"), QStringLiteral("beta"), QStringLiteral("gamma")}));
        QCOMPARE(forgotten.count(), 0);
        QVERIFY(!m_page->findChild<UndoBar *>()->isVisible());
    }

    void thePasswordIsForgottenOnlyWhenUndoHasPassed()
    {
        const QString id = m_book->profile(0).id;
        QSignalSpy forgotten(m_page.get(), &StartPage::forgotten);
        m_cards->setCurrentIndex(m_book->index(0));
        QTest::keyClick(m_cards, Qt::Key_Delete);
        QCOMPARE(forgotten.count(), 0);
        m_cards->setCurrentIndex(m_book->index(0));
        QTest::keyClick(m_cards, Qt::Key_Delete);
        QCOMPARE(forgotten.count(), 1);
        QCOMPARE(forgotten.first().first().toString(), id);
    }

    // Another program, with the list as it was when it started.
    void anotherProgramsConnectionsStay()
    {
        ConnectionBook other{ProfileStore(m_path)};
        QVERIFY(other.load().isOk());
        QVERIFY(m_book->put(profileNamed(QStringLiteral("mine"))).isOk());
        QVERIFY(other.put(profileNamed(QStringLiteral("theirs"))).isOk());
        QVERIFY(other.remove(0).isOk());
        QVERIFY(m_book->put(profileNamed(QStringLiteral("mine too"))).isOk());
        QCOMPARE(namesOnDisk(),
            (QStringList{QStringLiteral("beta"), QStringLiteral("gamma"), QStringLiteral("mine"),
                QStringLiteral("theirs"), QStringLiteral("mine too")}));
        QCOMPARE(m_book->rowCount(), 5);
        other.reload();
        QCOMPARE(other.rowCount(), 5);
    }

    void aPastedPasswordDoesNotStayInSight()
    {
        QSignalSpy connecting(m_page.get(), &StartPage::connectRequested);
        auto *edit = m_page->findChild<PasteEdit *>();
        m_page->pasteBox().setText(QStringLiteral("postgresql://ada:s3cret@db.example.com/app"));
        QTest::keyClick(edit, Qt::Key_Return);
        QCOMPARE(connecting.count(), 1);
        QCOMPARE(connecting.first().first().value<Profile>().settings.password, QStringLiteral("s3cret"));
        QCOMPARE(edit->toPlainText(), QString());
        QTest::keySequence(edit, QKeySequence::Undo);
        QCOMPARE(edit->toPlainText(), QString());
        m_page->pasteBox().setText(QStringLiteral("host=db.example.com sslpassword=s3cret"));
        QTest::keyClick(edit, Qt::Key_Return);
        QCOMPARE(edit->toPlainText(), QString());
    }

    void whereNothingIsSavedThePageSaysWhatToDo()
    {
        ConnectionBook empty(ProfileStore(m_folder->filePath(QStringLiteral("none.json"))));
        StartPage page(empty);
        page.show();
        const auto labels = page.findChildren<QLabel *>();
        QVERIFY(std::ranges::any_of(labels, [](const QLabel *label) {
            return label->isVisible() && label->text().contains(QStringLiteral("Nothing saved yet"));
        }));
    }

    void aFailureIsShownInTheServersWords()
    {
        ServerError error = ServerError::connection(QStringLiteral("FATAL: role \"ada\" does not exist"));
        error.sqlState = QStringLiteral("28000");
        m_page->showError(error, QStringLiteral("Could not connect to alpha"));
        auto *view = m_page->findChild<ErrorView *>();
        QVERIFY(view->isVisible());
        QStringList texts;
        const auto labels = view->findChildren<QLabel *>();
        for (const QLabel *label : labels)
            texts.append(label->text());
        QVERIFY(texts.contains(QStringLiteral("FATAL: role \"ada\" does not exist")));
        QVERIFY(texts.contains(QStringLiteral("SQLSTATE 28000")));
        QSignalSpy retried(m_page.get(), &StartPage::retryRequested);
        buttonCalled(*view, QStringLiteral("Retry"))->click();
        QCOMPARE(retried.count(), 1);
    }

    void theListBehavesAsAModel()
    {
        QAbstractItemModelTester tester(m_book.get(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        QVERIFY(m_book->put(profileNamed(QStringLiteral("delta"))).isOk());
        QVERIFY(m_book->remove(0).isOk());
        QVERIFY(m_book->restore(0, profileNamed(QStringLiteral("alpha"))).isOk());
    }

    void everyControlHasANameForScreenReaders()
    {
        const auto widgets = m_page->findChildren<QWidget *>();
        for (const QWidget *widget : widgets) {
            if (widget->focusPolicy() == Qt::NoFocus || !widget->isVisible() || widget->inherits("QScrollArea"))
                continue;
            const auto *button = qobject_cast<const QPushButton *>(widget);
            QVERIFY2(!widget->accessibleName().isEmpty() || (button && !button->text().isEmpty()),
                widget->metaObject()->className());
        }
    }

private:
    QStringList namesOnDisk() const
    {
        QStringList names;
        const auto loaded = ProfileStore(m_path).load();
        if (loaded)
            for (const Profile &profile : loaded.value())
                names.append(profile.name);
        return names;
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_path;
    std::unique_ptr<ConnectionBook> m_book;
    std::unique_ptr<StartPage> m_page;
    CardList *m_cards = nullptr;
};

SHARDBOARD_UI_TEST_MAIN(TestStartPage)
#include "test_startpage.moc"
