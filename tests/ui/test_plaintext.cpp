// SPDX-License-Identifier: GPL-3.0-or-later
// Text of servers, files and users is data: no widget takes it for markup, opens what it names, or lays a million
// characters of it out. Also those widgets that Qt makes, and those of code to come.
#include "tests/support/testmain.h"
#include "tests/ui/hostiletext.h"
#include "ui/charts/textview.h"
#include "ui/common/labels.h"
#include "ui/common/messagebox.h"
#include "ui/common/showntext.h"
#include "ui/common/sqlview.h"
#include "ui/common/theme.h"
#include "ui/dashboard/pictures.h"
#include "ui/dashboard/textprompt.h"

#include <QCheckBox>
#include <QInputDialog>
#include <QMenu>
#include <QMessageBox>
#include <QProgressDialog>
#include <QTableWidget>
#include <QVBoxLayout>
#include <QXmlStreamReader>

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;

namespace {

constexpr QColor pictureColour(250, 10, 240);

/// A picture that would be seen, were it loaded.
QString realPicture(const QTemporaryDir &folder)
{
    const QString path = folder.filePath(u"real.png"_s);
    QImage image(60, 60, QImage::Format_RGB32);
    image.fill(pictureColour);
    return image.save(path) ? path : QString();
}

bool hasPictureColour(const QImage &image)
{
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x)
            if (image.pixelColor(x, y) == pictureColour)
                return true;
    return false;
}

} // namespace

class TestPlainText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { Theme::instance().apply(Theme::Mode::Light); }
    void init() { failOnWarningsOfOurs(); }

    void whatIsShownIsCutAndWrittenOut()
    {
        QCOMPARE(shownText(u"public.\"a b\"\n\tx"_s), u"public.\"a b\"\n\tx"_s);
        QCOMPARE(shownText(u"a\u001b]0;t\u0007"_s), u"a\\x1B]0;t\\x07"_s);
        QCOMPARE(shownText(u"user\u202etxt.exe"_s), u"user\\u202Etxt.exe"_s);
        QCOMPARE(shownText(u"-- a\rDROP\r\nb"_s), u"-- a\nDROP\nb"_s);
        QCOMPARE(shownText(u"abcdef"_s, 3), u"abc…"_s);
        const QString clef = QString::fromUcs4(U"\U0001D11E");
        QCOMPARE(shownText(u"ab"_s + clef, 3), u"ab…"_s);
        QCOMPARE(captionText(u"R&D\nx"_s), u"R&&D x"_s);
        QCOMPARE(toolTipText(u"<b>x</b>"_s), u"<b>x</b>"_s);
        QVERIFY(toolTipText(QString(1'000'000, u'W')).size() < 2100);
    }

    // Code that forgets the helpers, and Qt's own dialogs: the guard makes them plain before they are laid out.
    void labelsThatWouldGuessAreMadePlain_data() { addHostileRows(); }
    void labelsThatWouldGuessAreMadePlain()
    {
        QFETCH(int, kind);
        if (kind == 4)
            return; // length is what Label is for
        const HostileText text;
        const QString name = text.name(kind);
        QWidget page;
        auto *layout = new QVBoxLayout(&page);
        layout->addWidget(new QLabel(name));
        auto *form = new QWidget(&page);
        layout->addWidget(form);
        page.show();
        auto *late = new QLabel(&page);
        layout->addWidget(late);
        late->setText(name);
        QMessageBox box(QMessageBox::Warning, name, name, QMessageBox::Ok, &page);
        box.setInformativeText(name);
        box.setDetailedText(name);
        box.show();
        QProgressDialog progress(name, name, 0, 10, &page);
        progress.show();
        QInputDialog input(&page);
        input.setLabelText(name);
        input.show();
        QCoreApplication::processEvents();
        page.grab();
        for (const QWidget *root :
            {&page, static_cast<QWidget *>(&box), static_cast<QWidget *>(&progress), static_cast<QWidget *>(&input)})
            for (const QLabel *label : root->findChildren<QLabel *>())
                QVERIFY2(label->text().isEmpty() || label->textFormat() == Qt::PlainText, qPrintable(label->text()));
        QVERIFY(!text.wasLoaded());
    }

    void everyToolTipIsPlainAndShort_data() { addHostileRows(); }
    void everyToolTipIsPlainAndShort()
    {
        QFETCH(int, kind);
        const HostileText text;
        QWidget page;
        auto *layout = new QVBoxLayout(&page);
        auto *box = new QCheckBox(u"x"_s, &page);
        box->setToolTip(text.name(kind));
        auto *table = new QTableWidget(1, 1, &page);
        auto *item = new QTableWidgetItem(u"x"_s);
        item->setToolTip(text.name(kind));
        table->setItem(0, 0, item);
        auto *heading = new QTableWidgetItem(u"y"_s);
        heading->setToolTip(text.name(kind));
        table->setHorizontalHeaderItem(0, heading);
        layout->addWidget(box);
        layout->addWidget(table);
        page.resize(400, 300);
        page.show();
        QVERIFY(QTest::qWaitForWindowExposed(&page));
        const double before = threadMilliseconds();
        QCOMPARE(toolTipProblems(page), QString());
        QCOMPARE(toolTipProblem(*table->horizontalHeader()->viewport(), QPoint(5, 5)), QString());
        QVERIFY(shownToolTip());
        QVERIFY(threadMilliseconds() - before < 300 * slowness);
        showToolTip({}, {}, &page);
        QVERIFY(!text.wasLoaded());
    }

    void aLabelIsCut()
    {
        Label label(QString(1'000'000, u'W'));
        QVERIFY(label.text().size() <= mostShownCharacters * 11 / 10);
        ElidedLabel line;
        line.setFullText(QString(1'000'000, u'W'));
        QVERIFY(line.sizeHint().isValid());
        QVERIFY(line.text().size() <= mostShownCharacters + 1);
    }

    // A name without a space is no reason for a window that is wider than the screen.
    void aLongWordDoesNotWidenTheWindow()
    {
        for (const bool isWrapped : {false, true}) {
            QWidget page;
            auto *layout = new QVBoxLayout(&page);
            auto *label = new Label(QString(1'000'000, u'W'), &page);
            label->setWordWrap(isWrapped);
            layout->addWidget(label);
            QVERIFY2(page.minimumSizeHint().width() < 600, qPrintable(QString::number(page.minimumSizeHint().width())));
        }
        const QString address = u"https://example.com/"_s + QString(50, u'x');
        QCOMPARE(Label(address).text(), address);
    }

    void aMessageBoxIsPlain()
    {
        const HostileText text;
        QWidget page;
        page.show();
        QMessageBox *box
            = makeMessageBox(QMessageBox::Warning, text.name(0), text.name(0) + text.name(4), QMessageBox::Ok, &page);
        QCOMPARE(box->textFormat(), Qt::PlainText);
        QVERIFY(box->text().size() <= mostShownCharacters + 1);
        box->open();
        QCoreApplication::processEvents();
        QVERIFY(!text.wasLoaded());
    }

    // A cell's display text may be long; its size and its picture are not made of all of it.
    void itemsAreCutInTheStyle()
    {
        QTableWidget table(1, 1);
        auto *item = new QTableWidgetItem(QString(1'000'000, u'W'));
        table.setItem(0, 0, item);
        table.setHorizontalHeaderItem(0, new QTableWidgetItem(QString(1'000'000, u'W')));
        const double before = threadMilliseconds();
        table.resizeColumnsToContents();
        table.show();
        table.grab();
        QVERIFY2(
            threadMilliseconds() - before < 200 * slowness, qPrintable(QString::number(threadMilliseconds() - before)));
        QCOMPARE(item->text().size(), 1'000'000);
    }

    // Only the real loader would notice: a picture that exists, and a file that tells when it is opened.
    void aTextPanelLoadsNothing()
    {
        const FifoTrap trap;
        const QTemporaryDir folder;
        const QString real = realPicture(folder);
        QVERIFY(!real.isEmpty());
        TextView view;
        view.resize(300, 300);
        for (const QString &pattern :
            {u"![x](%1) ![y](%2)"_s, u"![x](file://%1) ![y](file://%2)"_s, u"![x](<%1>) ![y](<%2>)"_s,
                u"<img src=\"%1\"> <img src=\"%2\">"_s, u"[![x](%1)](https://example.com) ![y][p]\n\n[p]: %2"_s}) {
            view.setText(pattern.arg(real, trap.path()));
            view.show();
            QCoreApplication::processEvents();
            QVERIFY2(!hasPictureColour(view.grab().toImage()), qPrintable(pattern));
            for (const PictureFormat format : {PictureFormat::Png, PictureFormat::Svg, PictureFormat::Pdf})
                QVERIFY(!drawPicture(view, format, 1).isEmpty());
            QVERIFY2(!trap.wasOpened(), qPrintable(pattern));
        }
        view.setText(u"![x](data:image/png;base64,iVBORw0KGgo=)"_s);
        view.grab();
    }

    void aLongOrDeepTextPanelIsShownInNoTime()
    {
        TextView view;
        view.resize(300, 300);
        view.show();
        for (const QString &text :
            {QString(1'000'000, u'W'), QString(1'000'000, u'>'), QString(u"- "_s).repeated(500'000),
                QString(u"*a "_s).repeated(300'000), QString(u"[a"_s).repeated(300'000)}) {
            const double before = threadMilliseconds();
            view.setText(text);
            view.grab();
            const double took = threadMilliseconds() - before;
            QVERIFY2(took < 100 * slowness, qPrintable(u"%1: %2 ms"_s.arg(text.left(10)).arg(took)));
        }
    }

    void longStatementsAreShownInNoTime()
    {
        SqlView view;
        view.resize(600, 400);
        view.show();
        for (const QString &sql : {QString(u"SELECT '"_s) + QString(1'000'000, u'W') + u"'"_s,
                 QString(u"SELECT 1;\n"_s).repeated(100'000), QString(u"/*"_s).repeated(100'000)}) {
            const double before = threadMilliseconds();
            view.setSql(sql);
            view.grab();
            const double took = threadMilliseconds() - before;
            QVERIFY2(took < 400 * slowness, qPrintable(u"%1: %2 ms"_s.arg(sql.left(10)).arg(took)));
            QCOMPARE(view.sql(), sql);
        }
        view.setSql(u"SELECT 1 -- a\rDROP TABLE x"_s);
        QCOMPARE(view.toPlainText(), u"SELECT 1 -- a\nDROP TABLE x"_s);
        view.setSql(u"SELECT '\u202e'"_s);
        QCOMPARE(view.toPlainText(), u"SELECT '\\u202E'"_s);
    }

    // The title of a dashboard is the title of its picture.
    void anExportedPictureIsWellFormed()
    {
        const HostileText text;
        for (int kind = 0; kind < 4; ++kind) {
            Label label(text.name(kind));
            label.setAccessibleName(u"</title><script>x</script>&bad;"_s + text.name(kind));
            label.resize(300, 60);
            const QByteArray svg = drawPicture(label, PictureFormat::Svg, 1);
            QXmlStreamReader reader(svg);
            while (!reader.atEnd()) {
                reader.readNext();
                QVERIFY(reader.name() != u"script");
                QVERIFY(reader.name() != u"image");
            }
            QVERIFY2(!reader.hasError(), qPrintable(reader.errorString() + QString::fromUtf8(svg.left(600))));
            QVERIFY(drawPicture(label, PictureFormat::Pdf, 1).startsWith("%PDF"));
        }
        QVERIFY(!text.wasLoaded());
    }
};

SHARDBOARD_UI_TEST_MAIN(TestPlainText)
#include "test_plaintext.moc"
